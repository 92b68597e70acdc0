import { searchFieldsOf } from '../../server/adapters/opensearch/search_fields';
import { isIP } from 'net';
import { inNetwork } from '../../common/entity/address';
import {
  MOST_PART,
  MOST_WANTED,
  type AppendTried,
  type AuditStamp,
  type EvidenceChain,
  type EvidenceFields,
  type EvidenceEntry,
  type EvidenceFamily,
  type EvidenceFound,
  type EvidenceGlance,
  type EvidenceGlanced,
  type EvidenceLog,
  type EvidenceMatch,
  type EvidenceNamed,
  type EvidenceNames,
  type EvidenceQuery,
} from '../../server/runner/ports';

/** What is stored of a record; where it was given a place, as it was hashed. */
export interface Stored extends Pick<EvidenceEntry, 'id' | 'at' | 'body'> {
  readonly record?: string;
  readonly fields?: EvidenceFields;
  readonly audit?: AuditStamp;
  /** Where it is, if not where it belongs. */
  readonly index?: string;
}

/** A record with its place. */
type Placed = EvidenceEntry & Pick<Stored, 'record' | 'fields' | 'audit'>;

/** As OpenSearch gives back what it was sent. */
const asRead = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const placed = (entries: readonly EvidenceEntry[], chain: EvidenceChain | undefined): readonly Placed[] =>
  entries.map((entry) => {
    if (chain === undefined) return entry;
    const { family, id, at, body } = entry;
    const stored = { family, id, at, record: JSON.stringify(body), fields: searchFieldsOf(family, body) };
    const audit = chain.stamp(stored);
    return { ...entry, record: stored.record, fields: asRead(stored.fields), ...(audit ? { audit } : {}) };
  });

/**
 * Whether a record says all words of a text, or it all where it stands in quotes; the real log knows more than that.
 */
const says = (body: EvidenceEntry['body'], text: string): boolean => {
  const record = JSON.stringify(body).toLowerCase();
  const phrase = /^"(.*)"$/.exec(text.trim())?.[1];
  const parts = phrase === undefined ? text.split(/\s+/) : [phrase];
  return parts.every((part) => record.includes(part.toLowerCase()));
};

/** Append-only records by family; appending an id again changes nothing. Synchronous. */
export class FakeEvidence {
  readonly records = new Map<EvidenceFamily, Map<string, Stored>>();

  append(entries: readonly EvidenceEntry[]): void {
    this.store(entries);
  }

  /** @returns of each whether it is new */
  store(entries: readonly Placed[]): readonly boolean[] {
    return entries.map(({ family, id, at, body, record, fields, audit }) => {
      const known = this.records.get(family) ?? new Map<string, Stored>();
      this.records.set(family, known);
      if (known.has(id)) return false;
      known.set(id, { id, at, body, ...(record === undefined ? {} : { record, fields, audit }) });
      return true;
    });
  }

  /** Oldest first. */
  find(query: Pick<EvidenceQuery, 'family' | 'where' | 'anyOf' | 'matching' | 'from' | 'to'>): Stored[] {
    return [...(this.records.get(query.family)?.values() ?? [])]
      .filter(
        (entry) =>
          (query.from === undefined || entry.at >= query.from) && (query.to === undefined || entry.at < query.to),
      )
      .filter((entry) =>
        Object.entries(query.where ?? {}).every(([field, wanted]) =>
          fits(valuesOf(query.family, field, entry.body), wanted),
        ),
      )
      .filter(
        (entry) =>
          query.anyOf === undefined ||
          Object.entries(query.anyOf).some(([field, wanted]) =>
            fits(valuesOf(query.family, field, entry.body), wanted),
          ),
      )
      .filter((entry) => (query.matching ?? []).every((each) => hasMatch(query.family, entry.body, each)))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** A page of what is found, as the real log answers it. */
  page({ text = '', order = 'newest', offset = 0, limit, after, ...query }: EvidenceQuery): EvidenceFound {
    const found = this.find(query)
      .filter(({ body }) => says(body, text))
      // Of records of one moment the real log goes by their ids.
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
    if (order === 'newest') found.reverse();
    const isLater = ({ at, id }: Stored): boolean =>
      after !== undefined &&
      (order === 'newest'
        ? at < after.at || (at === after.at && id < after.id)
        : at > after.at || (at === after.at && id > after.id));
    const left = after === undefined ? found.slice(offset) : found.filter(isLater);
    return { total: found.length, entries: left.slice(0, limit) };
  }

  /** Names that have a text in them, and addresses in networks. */
  names({ family, fields, text, within, most }: EvidenceNames): EvidenceNamed {
    const found: Array<{ field: string; value: string; count: number }> = [];
    let isWhole = text.length <= MOST_PART;
    const count = (field: string, matches: (value: string) => boolean): void => {
      const counts = new Map<string, number>();
      for (const { body } of this.records.get(family)?.values() ?? [])
        for (const value of new Set(valuesOf(family, field, body).map(String)))
          if (matches(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
      const sorted = [...counts].sort(([, one], [, other]) => other - one);
      if (sorted.length > most) isWhole = false;
      found.push(...sorted.slice(0, most).map(([value, number]) => ({ field, value, count: number })));
    };
    for (const field of fields) count(field, (value) => isSaid(value, { fields, text }));
    for (const field of within?.fields ?? []) count(field, (value) => isWithin(value, within?.networks ?? []));
    return { found, isWhole };
  }

  /** Fields of the newest records. */
  glance({ fields, limit, ...query }: EvidenceGlance): EvidenceGlanced {
    const found = this.find(query).reverse();
    return {
      isWhole: found.length <= limit,
      found: found.slice(0, limit).map(({ body }) => {
        const known = searchFieldsOf(query.family, body);
        return Object.fromEntries(fields.flatMap((field) => (known[field] ? [[field, known[field]]] : [])));
      }),
    };
  }

  tally({ field, ...query }: Parameters<EvidenceLog['tally']>[0]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { body } of this.find(query)) {
      for (const value of new Set(valuesOf(query.family, field, body)))
        if (value !== undefined) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    }
    return new Map([...counts].sort(([, a], [, b]) => b - a));
  }
}

/**
 * The port over such records.
 *
 * @param ask how its calls get there; at once if not given
 * @param chain gives each record its place
 */
export const fakeEvidenceLog = (
  evidence: FakeEvidence,
  ask: <Answer>(answer: () => Answer) => Promise<Answer> = async (answer) => answer(),
  chain?: EvidenceChain,
): EvidenceLog => ({
  append: async (entries) => {
    const sent = placed(entries, chain);
    const tell = (how: (index: number) => AppendTried): void =>
      sent.forEach(({ audit }, index) => audit && chain?.tried(audit, how(index)));
    try {
      const isNew = await ask(() => evidence.store(sent));
      tell((index) => (isNew[index] === true ? 'appended' : 'there'));
    } catch (cause) {
      tell(() => 'unanswered');
      throw cause;
    }
  },
  find: (query) => ask(() => evidence.page(query)),
  get: (family, id) => ask(() => evidence.records.get(family)?.get(id)?.body),
  kept: (family, ids) => ask(() => new Set(ids.filter((id) => evidence.records.get(family)?.has(id) === true))),
  tally: (query) => ask(() => evidence.tally(query)),
  glance: (query) => ask(() => evidence.glance(query)),
  names: (query) => ask(() => evidence.names(query)),
  scan: (query, isKnown = () => false) => ({
    async *[Symbol.asyncIterator]() {
      const seen = new Set<string>();
      for (;;) {
        const next = (await ask(() => evidence.find(query))).filter(({ id }) => !seen.has(id) && !isKnown(id));
        if (next.length === 0) return;
        for (const entry of next) {
          seen.add(entry.id);
          yield entry;
        }
      }
    },
  }),
});

/** What the real log would find it by, else the field of that name. */
const valuesOf = (family: EvidenceFamily, field: string, body: EvidenceEntry['body']): readonly unknown[] =>
  searchFieldsOf(family, body)[field] ?? [body[field]];

const fits = (values: readonly unknown[], wanted: unknown): boolean => {
  if (wanted === false) return !values.includes(true);
  if (Array.isArray(wanted) && wanted.length > MOST_WANTED) throw new Error(`more than ${MOST_WANTED} values at once`);
  return values.some((value) => (Array.isArray(wanted) ? wanted.includes(value) : value === wanted));
};

const isSaid = (value: string, { text, whole = false }: NonNullable<EvidenceMatch['says']>): boolean => {
  const [has, wanted] = [value.toLowerCase(), text.toLowerCase()];
  if (text === '') return false;
  return whole ? has === wanted : text.length <= MOST_PART && has.includes(wanted);
};

const isWithin = (value: string, networks: readonly string[]): boolean =>
  isIP(value) !== 0 &&
  networks.some((network) => (network.includes('/') ? inNetwork(value, network) : value === network));

const hasMatch = (
  family: EvidenceFamily,
  body: EvidenceEntry['body'],
  { is = {}, says: said, within }: EvidenceMatch,
) =>
  Object.entries(is).some(([field, wanted]) => fits(valuesOf(family, field, body), wanted)) ||
  (said?.fields ?? []).some(
    (field) => said !== undefined && valuesOf(family, field, body).some((value) => isSaid(String(value), said)),
  ) ||
  (within?.fields ?? []).some((field) =>
    valuesOf(family, field, body).some((value) => isWithin(String(value), within?.networks ?? [])),
  );
