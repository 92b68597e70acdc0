import { ENTITY_PAGES, type AskMatch, type EntityPage } from '../../../../common/api/asked';
import { networksFrom } from '../../../../common/entity/address_part';
import { readEntity } from '../../../../common/entity/read';
import { present } from '../../../../common/present';
import type { AgentWith } from '../../agent/views';
import { isAway } from '../../keeping/session_lost';
import { MOST_PART } from '../../ports';
import { ADDRESS_FIELDS, ID_FIELDS, NAME_FIELDS } from './about';

/* What a text may mean: by the records, by the inventory, by the policies in force, and by itself. */

/** Names of each field, and things of the inventory, that are looked at for one answer. */
const MOST_EACH = 20;
const MOST_MATCHES = 100;
/** Shorter texts are in too many names, and shorter parts of ids in too many ids. */
const LEAST_PART = 2;
const LEAST_ID_PART = 6;
const TIMEOUT_MS = 3_000;

type Asking = AgentWith<'bundles' | 'clock' | 'evidence' | 'inventory'>;
type Kind = AskMatch['kind'];

interface Part {
  readonly matches: readonly AskMatch[];
  readonly isWhole: boolean;
}

const ID_KINDS: Readonly<Record<string, Kind>> = { 'event.id': 'alert', case_id: 'case', decision_id: 'decision' };

const kindOfField = (field: string): Kind =>
  ID_KINDS[field] ?? NAME_FIELDS.find(([name]) => name === field)?.[1] ?? 'ip';

const isWholeName = (value: string, text: string): boolean => value.toLowerCase() === text.toLowerCase();

const byRecords = async ({ parts }: Asking, text: string): Promise<Part> => {
  const networks = networksFrom(text);
  const hasPart = text.length >= LEAST_PART && text.length <= MOST_PART;
  if (!hasPart && networks.length === 0) return { matches: [], isWhole: false };
  const fields = [...NAME_FIELDS.map(([field]) => field), ...(text.length >= LEAST_ID_PART ? ID_FIELDS : [])];
  try {
    const { found, isWhole } = await parts.evidence.names({
      family: 'decisions',
      fields: hasPart ? fields : [],
      text,
      ...(networks.length > 0 ? { within: { fields: ADDRESS_FIELDS, networks } } : {}),
      most: MOST_EACH,
      timeoutMs: TIMEOUT_MS,
    });
    const matches = found.map(({ field, value, count }): AskMatch => ({
      kind: kindOfField(field),
      value,
      whole: isWholeName(value, text),
      known: ['records'],
      count,
    }));
    return { matches, isWhole: isWhole && hasPart };
  } catch (cause) {
    if (!isAway(cause)) throw cause;
    return { matches: [], isWhole: false };
  }
};

const isPage = (kind: string): kind is EntityPage => ENTITY_PAGES.some((each) => each === kind);

const byInventory = ({ parts }: Asking, text: string): Part => {
  const wanted = text.toLowerCase();
  const matches: AskMatch[] = [];
  for (const { type, value, name, aliases = [], addresses = [] } of parts.inventory.current.items) {
    const kind = type === 'subnet' ? 'network' : type;
    if (!isPage(kind)) continue;
    const named = [value, ...(name === undefined ? [] : [name]), ...aliases, ...addresses];
    if (!named.some((each) => each.toLowerCase().includes(wanted))) continue;
    if (matches.length === MOST_EACH) return { matches, isWhole: false };
    const whole = named.some((each) => isWholeName(each, text));
    matches.push({
      kind,
      value,
      whole,
      known: ['inventory'],
      ...present({ title: name }),
    });
  }
  return { matches, isWhole: true };
};

const byPolicies = ({ parts }: Asking, text: string): Part => {
  const wanted = text.toLowerCase();
  const active = parts.bundles.active;
  const all = active === undefined ? [] : [...active.actions.all, ...active.judges];
  const titles = new Map([...(active?.hashes.keys() ?? [])].map((id) => [id, undefined as string | undefined]));
  for (const { ref, title } of all) titles.set(ref.id, title);
  const found = [...titles].filter(([id, title = '']) => id.includes(wanted) || title.toLowerCase().includes(wanted));
  const matches = found.slice(0, MOST_EACH).map(([value, title]): AskMatch => ({
    kind: 'policy',
    value,
    whole: isWholeName(value, text),
    known: ['policies'],
    ...present({ title }),
  }));
  return { matches, isWhole: found.length <= MOST_EACH };
};

/** What the text can only mean, whether anything is on record of it or not. */
const byItself = (text: string): Part => {
  const kinds = (['ip', 'network', 'hash'] as const).filter((kind) => kind !== 'network' || text.includes('/'));
  const user = /^[^\\@\s]+[\\@][^\\@\s]+$/.test(text) ? (['user'] as const) : [];
  const matches = [...kinds, ...user].flatMap((kind): AskMatch[] => {
    const read = readEntity(kind, text);
    if (!read.ok || !isPage(read.entity.kind)) return [];
    return [{ kind: read.entity.kind, value: read.entity.text, whole: true, known: ['text'] }];
  });
  return { matches, isWhole: true };
};

/** The same thing by another name is the same: by the inventory, else by what it is called. */
const thingOf = ({ kind, value }: AskMatch, { parts }: Asking): string => {
  const read = isPage(kind) && kind !== 'rule' && kind !== 'policy' ? readEntity(kind, value) : undefined;
  if (read?.ok !== true) return `${kind} ${value}`;
  const { names, known, key } = parts.inventory.identify(read.entity);
  return known ? [...names].sort().join(' ') : key;
};

const KNOWN_ORDER = ['inventory', 'policies', 'records', 'text'] as const;

const joined = (one: AskMatch, other: AskMatch): AskMatch => {
  const known = KNOWN_ORDER.filter((each) => [...one.known, ...other.known].includes(each));
  const told = known.length > 1 ? known.filter((each) => each !== 'text') : known;
  const counts = [one.count, other.count].flatMap((each) => each ?? []);
  return {
    ...one,
    whole: one.whole || other.whole,
    known: told,
    ...present({ title: one.title ?? other.title, count: counts.length === 0 ? undefined : Math.max(...counts) }),
  };
};

const rank = ({ whole, value }: AskMatch, text: string): number =>
  whole ? 0 : value.toLowerCase().startsWith(text.toLowerCase()) ? 1 : 2;

/** What a text may mean, whole names first; each thing once, under the name that the inventory files it under. */
export const askAbout = async (
  agent: Asking,
  typed: string,
): Promise<{ readonly total: number; readonly matches: readonly AskMatch[]; readonly isWhole: boolean }> => {
  const text = typed.trim();
  if (text === '') return { total: 0, matches: [], isWhole: true };
  const local = text.length < LEAST_PART ? [] : [byInventory(agent, text), byPolicies(agent, text)];
  const parts = [...local, await byRecords(agent, text), byItself(text)];
  const things = new Map<string, AskMatch>();
  for (const match of parts.flatMap(({ matches }) => matches)) {
    const thing = thingOf(match, agent);
    const known = things.get(thing);
    things.set(thing, known === undefined ? match : joined(known, match));
  }
  const sorted = [...things.values()].sort(
    (one, other) => rank(one, text) - rank(other, text) || (other.count ?? 0) - (one.count ?? 0),
  );
  return {
    total: sorted.length,
    matches: sorted.slice(0, MOST_MATCHES),
    isWhole: parts.every(({ isWhole }) => isWhole) && sorted.length <= MOST_MATCHES,
  };
};
