import { createHmac } from 'crypto';

/* Signatures as Standard Webhooks has them: https://github.com/standard-webhooks/standard-webhooks, version 1.0. */

const PREFIX = 'whsec_';
const [SHORTEST, LONGEST] = [24, 64];

/**
 * The key of a secret: base64, with or without `whsec_` before it.
 *
 * @throws Error that says what is wrong, without the secret
 */
export const standardKey = (secret: string): Buffer => {
  const written = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(written, 'base64');
  const isWhole = key.toString('base64').replace(/=+$/, '') === written.replace(/=+$/, '');
  if (isWhole && key.length >= SHORTEST && key.length <= LONGEST) return key;
  throw new Error(`a secret of Standard Webhooks is \`${PREFIX}\` and ${SHORTEST} to ${LONGEST} bytes in base64`);
};

/**
 * The headers that sign a message.
 *
 * @param message `id`: the same each time that it is sent; `utc`: of this sending, ms since 1970
 */
export const standardSignature = (
  secret: string,
  { id, utc, body }: { readonly id: string; readonly utc: number; readonly body: string },
): Record<string, string> => {
  const timestamp = String(Math.floor(utc / 1_000));
  const signature = createHmac('sha256', standardKey(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
