import { SEARCH_FIELDS } from '../../server/adapters/opensearch/mappings/evidence';
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
          fits(valueOf(query.family, field, entry.body), wanted),
        ),
      )
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }
}

/** Where the real log finds it in a record, else the field of that name. */
const valueOf = (family: EvidenceFamily, field: string, body: EvidenceEntry['body']): unknown => {
  for (const path of SEARCH_FIELDS[family][field]?.from ?? []) {
    const found = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body);
    if (found !== undefined) return found;
  }
  return body[field];
};

const fits = (value: unknown, wanted: unknown): boolean =>
  Array.isArray(wanted) ? wanted.includes(value) : wanted === false ? value !== true : value === wanted;
