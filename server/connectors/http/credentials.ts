import { err, ok, type Result } from '../../../common/result';

/** The keystore as connectors see it: by name only. */
export type Secrets = (name: string) => string | undefined;

/** How a secret is written in a configuration: never itself, always its name. */
export interface SecretRef {
  readonly secret: string;
}

/** JSON Schema of a `SecretRef`. */
export const SECRET_REF_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['secret'],
  properties: {
    secret: { type: 'string', minLength: 1, maxLength: 256, description: 'name of a secret in the keystore' },
  },
};

/** Shorter ones could not be taken out of texts without spoiling them. */
export const SHORTEST_SECRET = 4;

/**
 * Looks a secret up. Missing or empty is a failure, never a default: a connector without its secret does not start
 * (X20). The message names the secret, never its value.
 */
export const readSecret = ({ secret }: SecretRef, secrets: Secrets): Result<string, string> => {
  const value = secrets(secret);
  if (value === undefined || value.trim() === '')
    return err(`secret \`${secret}\` is missing or empty; put it into the keystore`);
  return value.length < SHORTEST_SECRET
    ? err(`secret \`${secret}\` is shorter than ${SHORTEST_SECRET} characters`)
    : ok(value);
};

/** The same, for a value that travels in a header. */
export const readHeaderSecret = (ref: SecretRef, secrets: Secrets): Result<string, string> => {
  const value = readSecret(ref, secrets);
  if (!value.ok || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value.value)) return value;
  return err(`secret \`${ref.secret}\` has characters that no header can carry, such as a line break at its end`);
};
