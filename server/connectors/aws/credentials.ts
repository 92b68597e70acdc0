import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';
import { err, ok, type Result } from '../../../common/result';
import { readSecret, type SecretRef, type Secrets } from '../connector';

/** An access key, with its session token if it has one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const KEY_ID = /^[A-Z0-9]{16,128}$/;
/** What a header can carry, without blanks. */
const PRINTABLE = /^[\x21-\x7e]{8,8192}$/;

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

const parse = (text: string): JsonObject | undefined => {
  try {
    const said: unknown = JSON.parse(text);
    if (!isJsonObject(said)) return undefined;
    // As `aws iam create-access-key` and `aws sts` print it, and as `credential_process` does.
    return [said.AccessKey, said.Credentials].find(isJsonObject) ?? said;
  } catch {
    return undefined;
  }
};

/**
 * Reads an access key out of one secret: both halves and the token are replaced together, or a request is signed with
 * halves of two. The message never holds any of it.
 */
export const readCredentials = (ref: SecretRef, secrets: Secrets): Result<Credentials, string> => {
  const text = readSecret(ref, secrets);
  if (!text.ok) return text;
  const fields = parse(text.value);
  const named = `secret \`${ref.secret}\``;
  if (fields === undefined)
    return err(`${named} is not the JSON of an access key, as \`aws iam create-access-key\` prints it`);
  const { AccessKeyId: id, SecretAccessKey: key, SessionToken: token } = fields;
  if (!isText(id, KEY_ID)) return err(`${named} has no \`AccessKeyId\``);
  if (!isText(key, PRINTABLE)) return err(`${named} has no \`SecretAccessKey\``);
  if (token === undefined || token === null) return ok({ accessKeyId: id, secretAccessKey: key });
  if (!isText(token, PRINTABLE)) return err(`${named} has a \`SessionToken\` that no header can carry`);
  return ok({ accessKeyId: id, secretAccessKey: key, sessionToken: token });
};
