import { createHash, hash } from 'crypto';
import { canonicalJson } from '../digest/canonical_json';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * A record is hashed part by part, each part with a salt of its own, so that a part with personal data can later be
 * removed, with its salt, and the rest still proves itself. Parts are named by JSON pointers (RFC 6901).
 */

/** An object with more keys is one part as a whole. */
const MOST_KEYS = 64;
const SALT_BYTES = 16;
/** Each byte is two digits. */
const SALT_DIGITS = 2 * SALT_BYTES;

const isSplit = (value: unknown): value is JsonObject => {
  if (!isJsonObject(value)) return false;
  const { length } = Object.keys(value);
  return length > 0 && length <= MOST_KEYS;
};

const escaped = (key: string): string => key.replace(/~/g, '~0').replace(/\//g, '~1');

/** The fields of an object, and the fields of those that are objects themselves. */
export const partsOf = (body: JsonObject): ReadonlyArray<readonly [name: string, value: unknown]> =>
  !isSplit(body)
    ? [['', body]]
    : Object.keys(body).flatMap((key): ReadonlyArray<readonly [string, unknown]> => {
        const value = body[key];
        const name = `/${escaped(key)}`;
        return isSplit(value)
          ? Object.keys(value).map((inner) => [`${name}/${escaped(inner)}`, value[inner]])
          : [[name, value]];
      });

/** Canonical JSON; most parts are one word, which has only one spelling. */
const spelled = (value: unknown): string =>
  typeof value === 'object' && value !== null ? canonicalJson(value) : JSON.stringify(value);

/**
 * The digest of each part: sha256 over its salt in hex, its name and its canonical JSON, each but the last with a
 * newline. One salt gives a salt of its own to each part, by the order of their names (SHAKE256); a part's salt tells
 * nothing of another's.
 *
 * @param salt of the record, base64
 */
export const digestParts = (
  parts: ReadonlyArray<readonly [name: string, value: unknown]>,
  salt: string,
): Readonly<Record<string, string>> => {
  const sorted = [...parts].sort(([one], [other]) => (one < other ? -1 : 1));
  const outputLength = Math.max(1, sorted.length) * SALT_BYTES;
  const salts = createHash('shake256', { outputLength }).update('reflex parts\n').update(salt, 'base64').digest('hex');
  return Object.fromEntries(
    sorted.map(([name, value], index) => {
      const own = salts.slice(index * SALT_DIGITS, (index + 1) * SALT_DIGITS);
      return [name, hash('sha256', `${own}\n${name}\n${spelled(value)}`, 'base64')];
    }),
  );
};
