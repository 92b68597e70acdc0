import { present } from '../present';
/*
 * What goes into the log, and what is kept of input that could not be accepted. INVARIANT (INV-12): the runner hands
 * no secrets to the log; should one slip in under a name that says so, or inside an address, it stops here.
 */

const MASK = '***';
const SECRET_WORDS: ReadonlySet<string> = new Set([
  'apikey',
  'auth',
  'authorization',
  'cookie',
  'credential',
  'credentials',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'pwd',
  'secret',
  'secrets',
  'token',
  'tokens',
]);
const KEY_WORDS: ReadonlySet<string> = new Set(['key', 'keys']);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** `api_key` and `key` are secret, `key_id` is not. */
export const isSecretName = (name: string): boolean => {
  const words = wordsOf(name);
  return words.some((word) => SECRET_WORDS.has(word)) || KEY_WORDS.has(words[words.length - 1] ?? '');
};

const MOST_TEXT = 2_000;
const MOST_ITEMS = 50;
const DEEPEST = 6;

const withoutCredentials = (text: string): string =>
  text.replace(/(\/\/)[^/\s@]+@/g, `$1${MASK}@`).replace(/\b(Bearer|Basic|ApiKey) +[\w+/=.~-]+/gi, `$1 ${MASK}`);

const maskedText = (text: string): string => {
  // Masked before it is cut: half of an address with a password is not known for one.
  const whole = withoutCredentials(text);
  return text.length > MOST_TEXT ? `${whole.slice(0, MOST_TEXT)}… (${text.length} characters)` : whole;
};

const errorOf = (error: Error): Record<string, unknown> => ({
  name: error.name,
  message: error.message,
  ...present({ stack: error.stack, cause: error.cause }),
});

/** A copy for the log: secrets masked, shortened, and plain data whatever it was. */
export const masked = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) {
    const items = (value as readonly unknown[]).slice(0, MOST_ITEMS).map((item) => masked(item, depth + 1));
    return value.length > MOST_ITEMS ? [...items, `… (${value.length} items)`] : items;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  const fields = Object.entries(value instanceof Error ? errorOf(value) : value).slice(0, MOST_ITEMS);
  return Object.fromEntries(fields.map(([name, each]) => [name, isSecretName(name) ? MASK : masked(each, depth + 1)]));
};

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

/**
 * A text as it came, with secrets masked: in JSON by the names of its fields, everywhere inside addresses and after
 * the words of an authorization. JSON that holds no secret stays as it is, to the byte.
 */
export const maskedOriginal = (text: string): string => {
  let found = false;
  let value: unknown;
  try {
    value = JSON.parse(text, (name, each: unknown) => {
      if (!isSecretName(name) || !isPlain(each) || each === '') return each;
      found = true;
      return MASK;
    });
  } catch {
    return withoutCredentials(text);
  }
  return withoutCredentials(found ? JSON.stringify(value) : text);
};
