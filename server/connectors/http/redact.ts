import { isJsonObject } from '../../../common/codec/json_object';
import { SHORTEST_SECRET } from './credentials';

/** Puts a text that a target may have chosen on one line, cut to a length, without control characters. */
export const oneLine = (text: string, most: number): string => {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
};

/** Of base64 so much must be certain, or too much would be taken out. */
const SHORTEST_BASE64 = 8;
/** A shorter secret could be a part of a word that a connector looks for. */
const SHORTEST_IN_DATA = 12;
/** Lines of a key that are shorter say too little to be found by. */
const SHORTEST_LINE = 16;

/**
 * The letters of base64 that are the same whatever stands around a text in what was encoded, such as the user before a
 * password: by where in three bytes it begins.
 */
const insideBase64 = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = [0, 2, 3][before] ?? 0;
    const core = encoded.slice(first, (before + bytes.length) % 3 === 0 ? undefined : -1);
    const urlSafe = core.replace(/\+/g, '-').replace(/\//g, '_');
    return core.length >= SHORTEST_BASE64 ? [core, urlSafe] : [];
  });

const percentEncoded = (text: string): readonly string[] => {
  const usual = encodeURIComponent(text);
  const all = usual.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const small = (each: string): string => each.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [usual, all, small(usual), small(all), usual.replace(/%20/g, '+')];
};

/** The forms in which a text may come back: as it is, and as programs on the way write it. */
const formsOf = (secret: string): readonly string[] => {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    [...secret].reverse().join(''),
    ...percentEncoded(secret),
    inJson,
    inJson.replace(/\//g, '\\/'),
    JSON.stringify(inJson).slice(1, -1),
    ...insideBase64(Buffer.from(secret, 'utf8')),
    ...insideBase64(Buffer.from(inJson, 'utf8')),
    Buffer.from(secret, 'utf8').toString('hex'),
  ];
};

/** A key of several lines may come back in part. */
const linesOf = (secret: string): readonly string[] =>
  secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.length >= SHORTEST_LINE ? [value] : [];
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
};

/** A secret of several parts, such as an access key of AWS, may come back in part. */
const partsOf = (secret: string): readonly string[] => {
  if (!secret.trimStart().startsWith('{')) return [];
  try {
    return textsIn(JSON.parse(secret));
  } catch {
    return [];
  }
};

/** Of tokens that are replaced every few minutes so many are remembered: enough for what is still under way. */
const LAST_TOKENS = 8;

/** Takes secrets out of texts (INV-12): a target may repeat in its answer what it was sent. */
export class Redactor {
  /** The forms to look for, by secret. */
  private readonly hidden = new Map<string, readonly string[]>();
  private readonly tokens: string[] = [];

  constructor(secrets: readonly string[]) {
    secrets.forEach((each) => this.hide(each));
  }

  /** Also takes this one out from now on, in the forms in which it may come back. */
  hide(secret: string): void {
    if (this.hidden.has(secret)) return;
    const forms = [secret, ...linesOf(secret), ...partsOf(secret)].flatMap(formsOf);
    this.hidden.set(
      secret,
      forms.filter((form) => form.length >= SHORTEST_SECRET),
    );
  }

  /** The same for a token that another one replaces soon: only the last few are kept, or they would fill the memory. */
  hideToken(token: string): void {
    if (this.hidden.has(token)) return;
    this.hide(token);
    this.tokens.push(token);
    const oldest = this.tokens.length > LAST_TOKENS ? this.tokens.shift() : undefined;
    if (oldest !== undefined) this.hidden.delete(oldest);
  }

  redact(text: string): string {
    return this.without(text, SHORTEST_SECRET);
  }

  /** For what is read as data: what is short may be a part of something that counts, and stays. */
  redactData(text: string): string {
    return this.without(text, SHORTEST_IN_DATA);
  }

  private without(text: string, shortest: number): string {
    const forms = new Set([...this.hidden.values()].flat());
    const longestFirst = [...forms].filter((each) => each.length >= shortest).sort((a, b) => b.length - a.length);
    return longestFirst.reduce((shown, secret) => shown.split(secret).join('[secret]'), text);
  }
}
