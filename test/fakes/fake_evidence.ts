import { searchFieldsOf } from '../../server/adapters/opensearch/search_fields';
import {
  MOST_WANTED,
  type EvidenceEntry,
  type EvidenceFamily,
  type EvidenceFound,
  type EvidenceGlance,
  type EvidenceGlanced,
  type EvidenceLog,
  type EvidenceQuery,
} from '../../server/runner/ports';

type Stored = Pick<EvidenceEntry, 'id' | 'at' | 'body'>;

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
    for (const { family, id, at, body } of entries) {
      const known = this.records.get(family) ?? new Map<string, Stored>();
      this.records.set(family, known);
      if (!known.has(id)) known.set(id, { id, at, body });
    }
  }

  /** Oldest first. */
  find(query: Pick<EvidenceQuery, 'family' | 'where' | 'anyOf' | 'from' | 'to'>): Stored[] {
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
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** A page of what is found, as the real log answers it. */
  page({ text = '', order = 'newest', offset = 0, limit, ...query }: EvidenceQuery): EvidenceFound {
    const found = this.find(query).filter(({ body }) => says(body, text));
    if (order === 'newest') found.reverse();
    return { total: found.length, entries: found.slice(offset, offset + limit) };
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
 */
export const fakeEvidenceLog = (
  evidence: FakeEvidence,
  ask: <Answer>(answer: () => Answer) => Promise<Answer> = async (answer) => answer(),
): EvidenceLog => ({
  append: (entries) => ask(() => evidence.append(entries)),
  find: (query) => ask(() => evidence.page(query)),
  get: (family, id) => ask(() => evidence.records.get(family)?.get(id)?.body),
  kept: (family, ids) => ask(() => new Set(ids.filter((id) => evidence.records.get(family)?.has(id) === true))),
  tally: (query) => ask(() => evidence.tally(query)),
  glance: (query) => ask(() => evidence.glance(query)),
  scan: (query) => ({
    async *[Symbol.asyncIterator]() {
      const seen = new Set<string>();
      for (;;) {
        const next = (await ask(() => evidence.find(query))).filter(({ id }) => !seen.has(id));
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
