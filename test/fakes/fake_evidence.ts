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
      .filter((entry) => Object.entries(query.where ?? {}).every(([field, wanted]) => fits(entry.body[field], wanted)))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }
}

const fits = (value: unknown, wanted: unknown): boolean =>
  Array.isArray(wanted) ? wanted.includes(value) : wanted === false ? value !== true : value === wanted;
