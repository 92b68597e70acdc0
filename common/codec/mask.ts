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
  'bearer',
  'cookie',
  'credential',
  'credentials',
  'jwt',
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'pswd',
  'pw',
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

/**
 * What is a secret by its form, wherever it stands: keys of AWS, GitHub, GitLab and Slack, JSON Web Tokens, PEM, and
 * the short-lived tokens of Reflex.
 */
const BY_FORM: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[oprsu]_[0-9A-Za-z]{36,255}\b/g,
  /\bglpat-[\w-]{20,255}/g,
  /\bxox[abeoprs]-[\w-]{10,255}/g,
  /\brfx1\.[\w-]{8,}\.[\w-]{8,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-"]{0,10000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
];

/** `"name": "value"`, with so many slashes before its quotes at least: JSON that stands in a text of JSON has some. */
const quotedPair = (slashes: number): RegExp =>
  new RegExp(
    `(\\\\{${slashes},8}")([\\w.$@-]{1,64})(\\1\\s{0,8}:\\s{0,8})` +
      '(\\1(?:[^"\\\\]|\\\\.){0,4096}?(?:\\1|$)|-?[\\w.+-]{1,64})',
    'g',
  );
const IN_JSON = quotedPair(1);
const IN_PIECES = quotedPair(0);
/** `name=` and `name: `, as in addresses, connection strings and settings. */
const NAMED = /(?<![\w.-])([\w.-]{1,64})(\s{0,4}[=:]\s{0,4})/g;
/** What stands behind such a name. */
const VALUE = /\\?["'][^"'\\]{1,4096}|[^\s;&,"'<>\\]{1,4096}/y;
/** `-u name:password`, `--user name:password`. */
const USER_OPTION = /((?:^|[\s"'])(?:-u\s{0,4}|--user[ =]|--proxy-user[ =])[^\s:"'\\]{1,256}:)[^\s"'\\]{1,1024}/g;
/** `--password value`, `--api-key value`. */
const SECRET_OPTION = /((?:^|[\s"'])--?([\w-]{2,64})\s{1,4})(?!-)[^\s"'\\]{1,1024}/g;

/** A colon stands in plain sentences, too: behind it only what is never anything but a secret counts. */
const isSecretPair = (name: string, sign: string): boolean => {
  if (sign.includes('=')) return isSecretName(name) || name.toLowerCase() === 'sig';
  return wordsOf(name).some((word) => /^(pass(word|wd|phrase|code)?|pswd|pwd?|secret)$/.test(word));
};

/** A value that is no secret may hold one: an address has names and values of its own behind its `?`. */
const withoutPairs = (text: string): string => {
  let done = '';
  let from = 0;
  NAMED.lastIndex = 0;
  for (let match = NAMED.exec(text); match; match = NAMED.exec(text)) {
    const [whole, name = '', sign = ''] = match;
    VALUE.lastIndex = match.index + whole.length;
    if (!isSecretPair(name, sign) || !VALUE.test(text)) continue;
    done += text.slice(from, match.index + whole.length) + MASK;
    from = VALUE.lastIndex;
    NAMED.lastIndex = from;
  }
  return done + text.slice(from);
};

const withoutForms = (text: string): string =>
  BY_FORM.reduce((masking, form) => masking.replace(form, MASK), text)
    .replace(/(\/\/)[^/\s@]+@/g, `$1${MASK}@`)
    .replace(/\b(Bearer|Basic|ApiKey) +[\w+/=.~-]+/gi, `$1 ${MASK}`)
    .replace(USER_OPTION, `$1${MASK}`)
    .replace(SECRET_OPTION, (all, option: string, name: string) => (isSecretName(name) ? `${option}${MASK}` : all));

const withoutCredentials = (text: string): string => withoutPairs(withoutForms(text));

/** The same, and what a name in quotes calls a secret. */
const withoutNamed = (text: string, pairs: RegExp): string =>
  withoutCredentials(
    text.replace(pairs, (all, quote: string, name: string, sign: string) =>
      isSecretName(name) ? `${quote}${name}${sign}${quote}${MASK}${quote}` : all,
    ),
  );

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

/** A text that is longer is not read as JSON; nobody keeps more of it. */
const MOST_ORIGINAL = 65_536;

/**
 * The beginning of a text as it came, with secrets masked: in JSON by the names of its fields, everywhere by their
 * form, inside addresses, pairs and options, and after the words of an authorization. JSON that holds no secret stays
 * as it is, to the byte.
 */
export const maskedOriginal = (text: string): string => {
  if (text.length > MOST_ORIGINAL) return withoutNamed(text.slice(0, MOST_ORIGINAL), IN_PIECES);
  let found = false;
  let value: unknown;
  try {
    value = JSON.parse(text, (name, each: unknown) => {
      if (!isSecretName(name) || !isPlain(each) || each === '') return each;
      found = true;
      return MASK;
    });
  } catch {
    return withoutNamed(text, IN_PIECES);
  }
  return withoutNamed(found ? JSON.stringify(value) : text, IN_JSON);
};
