import { err, ok, type Result } from '../../../common/result';

/** More is no secret, bytes. */
const MOST = 128 * 1024;

/**
 * All that is piped in. INVARIANT (INV-12): a secret is no argument, which others on the machine could read, and is not
 * typed where it would be shown.
 */
export const standardInput = async (
  input: AsyncIterable<Buffer | string> & { readonly isTTY?: boolean },
): Promise<Result<string, string>> => {
  if (input.isTTY === true)
    return err('pipe the secret in: `reflex secrets set NAME --reason TEXT < FILE`; what is typed here would be shown');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of input) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > MOST) return err('what was piped in is too large for a secret');
    parts.push(bytes);
  }
  const text = Buffer.concat(parts).toString('utf8');
  return text.trim() === '' ? err('nothing was piped in') : ok(text);
};
