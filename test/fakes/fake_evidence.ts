import { searchFieldsOf } from '../../server/adapters/opensearch/search_fields';
import type { EvidenceEntry, EvidenceFamily, EvidenceQuery } from '../../server/runner/ports';

type Stored = Pick<EvidenceEntry, 'id' | 'at' | 'body'>;

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

  find(query: Pick<EvidenceQuery, 'family' | 'where' | 'from' | 'to'>): Stored[] {
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
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }
}

/** What the real log would find it by, else the field of that name. */
const valuesOf = (family: EvidenceFamily, field: string, body: EvidenceEntry['body']): readonly unknown[] =>
  searchFieldsOf(family, body)[field] ?? [body[field]];

const fits = (values: readonly unknown[], wanted: unknown): boolean => {
  if (wanted === false) return !values.includes(true);
  return values.some((value) => (Array.isArray(wanted) ? wanted.includes(value) : value === wanted));
};
