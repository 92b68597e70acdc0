import {
  STATE_SCHEMA,
  type StateBody,
  type StateDoc,
  type StateQuery,
  type StateWrite,
  type Version,
  type WriteOutcome,
} from '../../server/runner/ports';

interface Stored {
  body: StateBody;
  version: Version;
}

interface Unflushed {
  readonly id: string;
  readonly before: Stored | undefined;
  /** What was written; undefined where something was removed. */
  readonly body: StateBody | undefined;
}

/** OpenSearch returns no more from one search. */
const MOST_FOUND = 10_000;

/**
 * What the state index is: linearisable documents with compare-and-set, and a search that lags behind. Calls are
 * synchronous; `test/simulation` puts the network in between.
 */
export class FakeStore {
  readonly documents = new Map<string, Stored>();
  /** What an agent must speak to work with it. */
  schema = STATE_SCHEMA;
  /** What search sees: the documents as of the last refresh. */
  private searchable: readonly StateDoc[] = [];
  private seqNo = 0;
  /** Writes that can be read already and are not on the disk yet, oldest first, with what was there before. */
  private unflushed: Unflushed[] = [];
  private readonly watchers: Array<(id: string, body: StateBody) => void> = [];
  private readonly durableWatchers: Array<(id: string, body: StateBody) => void> = [];

  /** Told of every write that lands. */
  watch(told: (id: string, body: StateBody) => void): void {
    this.watchers.push(told);
  }

  /** Told of every write once it is on the disk: a crash of the node cannot take it back any more. */
  watchDurable(told: (id: string, body: StateBody) => void): void {
    this.durableWatchers.push(told);
  }

  get(id: string): StateDoc | undefined {
    const stored = this.documents.get(id);
    return stored && { ...stored.body, id, version: stored.version };
  }

  write({ id, body, expect }: StateWrite): WriteOutcome {
    if ('version' in body) throw new Error(`the body of ${id} holds its version`);
    const stored = this.documents.get(id);
    if (expect === 'absent' ? stored !== undefined : stored?.version.seqNo !== expect.seqNo)
      return { kind: 'conflict' };
    const version = { seqNo: (this.seqNo += 1), primaryTerm: 1 };
    this.unflushed.push({ id, before: stored, body });
    this.documents.set(id, { body, version });
    for (const told of this.watchers) told(id, body);
    return { kind: 'written', version };
  }

  remove(id: string, expect: Version): WriteOutcome {
    if (this.documents.get(id)?.version.seqNo !== expect.seqNo) return { kind: 'conflict' };
    this.unflushed.push({ id, before: this.documents.get(id), body: undefined });
    this.documents.delete(id);
    return { kind: 'written', version: { seqNo: (this.seqNo += 1), primaryTerm: 1 } };
  }

  /** Documents of a recording, as they were: nobody is told. */
  load(docs: readonly StateDoc[]): void {
    for (const { id, version: _version, ...body } of docs)
      this.documents.set(id, { body, version: { seqNo: (this.seqNo += 1), primaryTerm: 1 } });
    this.refresh();
  }

  raiseSchema(schema: number): void {
    this.schema = Math.max(this.schema, schema);
  }

  /** Everything written so far is on the disk: only now may it be answered. */
  flush(): void {
    const landed = this.unflushed.splice(0);
    for (const { id, body } of landed) if (body) for (const told of this.durableWatchers) told(id, body);
  }

  /** What a snapshot keeps: the documents that are on the disk, or about to be. */
  snapshot(): ReadonlyMap<string, Stored> {
    return new Map(this.documents);
  }

  /**
   * Puts a snapshot back in place of everything. Versions go on from where they were: a restored index has a history
   * of its own.
   *
   * @returns how many documents changed or were lost
   */
  restore(snapshot: ReadonlyMap<string, Stored>): number {
    const changed = [...this.documents].filter(
      ([id, { version }]) => snapshot.get(id)?.version.seqNo !== version.seqNo,
    );
    this.documents.clear();
    for (const [id, { body }] of snapshot)
      this.documents.set(id, { body, version: { seqNo: (this.seqNo += 1), primaryTerm: 1 } });
    this.unflushed = [];
    this.refresh();
    return changed.length;
  }

  /** The node dies and comes back: what was not on the disk is gone, although it could be read before. */
  crash(): void {
    for (const { id, before } of this.unflushed.splice(0).reverse()) {
      if (before === undefined) this.documents.delete(id);
      else this.documents.set(id, before);
    }
  }

  refresh(): void {
    this.searchable = [...this.documents].map(([id, stored]) => ({ ...stored.body, id, version: stored.version }));
  }

  search(query: StateQuery): StateDoc[] {
    if (query.fresh === true) this.refresh();
    const found = this.searchable.filter((doc) => matches(doc, query));
    if (query.sort === 'ordinal') found.sort((a, b) => (isAfter(b, a) ? -1 : 1));
    const key = (doc: StateDoc): string => (query.sort === 'due' ? (doc.facets.due ?? '9') : (doc.facets.at ?? ''));
    if (query.sort !== undefined && query.sort !== 'ordinal') found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    if (query.sort === 'newest') found.reverse();
    const page = found.slice(0, Math.min(query.limit ?? 1_000, MOST_FOUND));
    return query.bare === true ? page.map((doc) => ({ ...doc, content: undefined, outbox: [] })) : page;
  }

  count(query: StateQuery): number {
    return this.searchable.filter((doc) => matches(doc, query)).length;
  }
}

/** In the order of ordinals, and of one ordinal in the order of writes. */
const isAfter = (doc: StateDoc, { ordinal, version }: Pick<StateDoc, 'ordinal' | 'version'>): boolean =>
  doc.ordinal > ordinal || (doc.ordinal === ordinal && doc.version.seqNo > version.seqNo);

const matches = (doc: StateDoc, query: StateQuery): boolean =>
  query.kinds.includes(doc.kind) &&
  (query.states === undefined || query.states.includes(doc.facets.state ?? '')) &&
  (query.notStates === undefined || !query.notStates.includes(doc.facets.state ?? '')) &&
  (query.owners === undefined || query.owners.includes(doc.owner)) &&
  (query.notOwners === undefined || !query.notOwners.includes(doc.owner)) &&
  (query.writers === undefined || query.writers.includes(doc.session)) &&
  (query.ids === undefined || query.ids.includes(doc.id)) &&
  (query.policies === undefined || query.policies.includes(doc.facets.policy ?? '')) &&
  (query.severities === undefined || query.severities.includes(doc.facets.severity ?? '')) &&
  (query.requested === undefined || (doc.facets.requested ?? false) === query.requested) &&
  (query.demo === undefined || (doc.facets.demo ?? false) === query.demo) &&
  (query.ordinalAbove === undefined || doc.ordinal > query.ordinalAbove) &&
  (query.after === undefined || isAfter(doc, query.after)) &&
  (query.atBefore === undefined || (doc.facets.at !== undefined && doc.facets.at < query.atBefore)) &&
  (query.dueBefore === undefined || (doc.facets.due !== undefined && doc.facets.due < query.dueBefore));
