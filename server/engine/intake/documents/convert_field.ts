import { iso } from '../../../../common/iso';
import { severityOfWord } from '../severity_words';
import type { FieldRule, WireField } from '../field_map';
import { folded, wordOf } from './places';
import { readTime } from './read_time';

/* From what stands in a document to the value of one wire field. */

/** Its value; or why it is none, as the rest of a sentence about where it stood. `left`: how many more there were. */
export type Converted = { readonly value: unknown; readonly left?: number } | { readonly fault: string };

const numberOf = (value: unknown): number | undefined => {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof given === 'number' && Number.isFinite(given) ? given : undefined;
};

const scaled = (value: unknown, { divide_by: by = 1 }: FieldRule): Converted => {
  const count = numberOf(value);
  return count === undefined ? { fault: 'is no number' } : { value: count / by };
};

/** `85%` says its scale itself. */
const confidenceOf = (value: unknown, rule: FieldRule): Converted => {
  const [, perCent] = /^\s*(\d{1,3}(?:\.\d+)?)\s*%\s*$/.exec(typeof value === 'string' ? value : '') ?? [];
  return perCent === undefined ? scaled(value, rule) : { value: Number(perCent) / 100 };
};

const severityOf = (value: unknown, { bands }: FieldRule): Converted => {
  const byWord = severityOfWord(wordOf(value) ?? '');
  if (byWord !== undefined) return { value: byWord };
  const count = numberOf(value);
  if (bands === undefined || count === undefined)
    return { fault: 'is no severity that is known; give the map `values`, `bands` or a `fallback` for it' };
  const { critical = Infinity, high = Infinity, medium = Infinity } = bands;
  return { value: count >= critical ? 'critical' : count >= high ? 'high' : count >= medium ? 'medium' : 'low' };
};

const HASHES = ['sha256', 'sha512', 'sha1', 'md5'];

/** One hash, or the best of those that stand in one text, as Sysmon writes them: `SHA1=…,MD5=…,SHA256=…`. */
const hashOf = (value: unknown): Converted => {
  const text = wordOf(value);
  if (text === undefined) return { fault: 'is no text' };
  const named = text.split(/[,;\s]+/).map((each) => /^([a-z0-9]+)[=:]([0-9a-f]+)$/i.exec(each));
  if (named.some((each) => each === null)) return { value: text };
  const all = new Map(named.map((each) => [each?.[1]?.toLowerCase(), each?.[2]]));
  const best = HASHES.find((name) => all.has(name));
  return best === undefined ? { fault: 'has no hash that is known' } : { value: all.get(best), left: all.size - 1 };
};

/** What a table of the map makes of a value; the value itself where it does not name it. */
export const translated = (value: unknown, { values }: FieldRule): unknown => {
  if (values === undefined) return value;
  const given = folded(value);
  return Object.entries(values).find(([from]) => from.toLowerCase() === (given ?? ''))?.[1] ?? value;
};

/**
 * The value of a field; for tags that of one tag.
 *
 * @param now UTC of receipt, ms
 */
export const convert = (
  field: WireField,
  found: unknown,
  { rule, now }: { readonly rule: FieldRule; readonly now: number },
): Converted => {
  const value = translated(found, rule);
  switch (field) {
    case 'severity':
      return severityOf(value, rule);
    case 'timestamp': {
      const read = readTime(value, rule, now);
      return 'fault' in read ? read : { value: iso(read.ms) };
    }
    case 'confidence':
      return confidenceOf(value, rule);
    case 'process.pid':
      return scaled(value, rule);
    case 'process.hash':
    case 'file.hash':
      return hashOf(value);
    case 'event_id':
    case 'src_host':
    case 'dst_host':
    case 'tags':
    case 'recommended_action':
    case 'policy_scope':
    case 'source.ip':
    case 'destination.ip':
    case 'destination.domain':
    case 'user.name':
    case 'process.name':
    case 'process.executable':
    case 'file.name':
    case 'file.path':
    case 'rule.id':
    case 'rule.name':
    case 'rule.origin':
    case 'rule.status': {
      const text = wordOf(value);
      return text === undefined ? { fault: 'is no text' } : { value: text };
    }
  }
};
