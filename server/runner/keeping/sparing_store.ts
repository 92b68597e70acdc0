import { iso } from '../../../common/iso';
import type { Clock, StateDoc, StateKind, StateQuery, StateStore, StateWrite } from '../ports';
import { SEARCH_LAG_MS } from './search_lag';

/** What a search found is taken as found again for so long, ms. */
export const SPARED_MS = 60_000;
/** What finds more is asked anew each time: keeping it costs more memory than it saves. */
const MOST_FOUND = 100;
const MOST_SEARCHES = 100;

interface Found {
  readonly at: number;
  readonly docs: readonly StateDoc[];
  /** Of what is due: all that is due before this UTC ms is among them; missing where there is too much to keep. */
  readonly dueUntil?: number;
}

interface SparingPorts {
  readonly store: StateStore;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** True once nobody but this process writes into the state. */
  readonly isAlone: () => boolean;
}

const dueBy = (docs: readonly StateDoc[], moment: number): readonly StateDoc[] =>
  docs.filter(({ facets: { due } }) => due !== undefined && Date.parse(due) < moment);

/** So many does a search find that names no limit. */
const DEFAULT_LIMIT = 1_000;

/**
 * The state as an agent asks for it. While it is alone, nothing changes but by its own writes: a search for what others
 * may have left, or asked for, is not sent again before something of its kinds was written here, or a minute has
 * passed. A fresh one is spared as well: whatever it could find was written here, and then it is sent. Reads by id,
 * which are the truth, always go through.
 */
export class SparingStore implements StateStore {
  readonly get: StateStore['get'];
  readonly getMany: StateStore['getMany'];
  readonly count: StateStore['count'];
  readonly identity: StateStore['identity'];
  readonly raiseSchema: StateStore['raiseSchema'];
  readonly nodeTime: StateStore['nodeTime'];
  private readonly found = new Map<string, Found>();
  /** When something of a kind was last written here, or may have been, monotonic ms. */
  private readonly writtenAt = new Map<StateKind, number>();
  /** The same of what was removed: its kind is not known. */
  private removedAt = -Infinity;

  constructor(private readonly ports: SparingPorts) {
    const { store } = ports;
    this.get = (id) => store.get(id);
    this.getMany = (ids) => store.getMany(ids);
    this.count = (query) => store.count(query);
    this.identity = () => store.identity();
    this.raiseSchema = (schema) => store.raiseSchema(schema);
    this.nodeTime = () => store.nodeTime();
  }

  readonly bulk: StateStore['bulk'] = (writes) => this.writing(writes, () => this.ports.store.bulk(writes));

  readonly bulkThenGet: StateStore['bulkThenGet'] = (writes, id) =>
    this.writing(writes, () => this.ports.store.bulkThenGet(writes, id));

  readonly remove: StateStore['remove'] = (id, expect) => this.removing(() => this.ports.store.remove(id, expect));

  readonly removeMany: StateStore['removeMany'] = (docs) => this.removing(() => this.ports.store.removeMany(docs));

  readonly search: StateStore['search'] = async (query) => {
    const { store, clock, isAlone } = this.ports;
    if (!isAlone()) this.found.clear();
    // What was last written long enough ago is another thing at each moment.
    if (!isAlone() || query.atBefore !== undefined) return store.search(query);
    if (query.dueBefore !== undefined) return this.searchDue(query, Date.parse(query.dueBefore));
    const at = clock.monotonic();
    const key = JSON.stringify(query);
    const known = this.found.get(key);
    if (known !== undefined && at - known.at < SPARED_MS && !this.mayHaveMissed(query, known.at)) return known.docs;
    this.found.delete(key);
    const docs = await store.search(query);
    // Others may have come meanwhile.
    if (isAlone() && docs.length <= MOST_FOUND) this.keep(key, { at, docs });
    return docs;
  };

  /** Asks for what will be due within the next minute too, so that the same question is answered from it until then. */
  private async searchDue(query: StateQuery, due: number): Promise<readonly StateDoc[]> {
    const { store, clock, isAlone } = this.ports;
    const key = JSON.stringify({ ...query, dueBefore: 'due' });
    const known = this.found.get(key);
    const isYoung = known !== undefined && clock.monotonic() - known.at < SPARED_MS;
    if (isYoung && known.dueUntil === undefined) return store.search(query);
    if (known?.dueUntil !== undefined && due <= known.dueUntil && !this.mayHaveMissed(query, known.at))
      return dueBy(known.docs, due);
    this.found.delete(key);
    const at = clock.monotonic();
    const dueUntil = due + SPARED_MS;
    const docs = await store.search({ ...query, dueBefore: iso(dueUntil) });
    // There may be more of them, and those that are due first need not be among these.
    const isCut = docs.length >= Math.min(query.limit ?? DEFAULT_LIMIT, MOST_FOUND);
    if (isAlone()) this.keep(key, isCut ? { at, docs: [] } : { at, docs, dueUntil });
    return isCut ? store.search(query) : dueBy(docs, due);
  }

  /** A search that was sent at a moment may not have seen all that was written here until now. */
  private mayHaveMissed({ kinds }: StateQuery, at: number): boolean {
    const last = Math.max(this.removedAt, ...kinds.map((kind) => this.writtenAt.get(kind as StateKind) ?? -Infinity));
    return at < last + SEARCH_LAG_MS;
  }

  private keep(key: string, found: Found): void {
    this.found.set(key, found);
    for (const [oldest] of this.found) {
      if (this.found.size <= MOST_SEARCHES) return;
      this.found.delete(oldest);
    }
  }

  private async writing<Answer>(writes: readonly StateWrite[], work: () => Promise<Answer>): Promise<Answer> {
    const note = (): void => {
      const now = this.ports.clock.monotonic();
      for (const { body } of writes) this.writtenAt.set(body.kind, now);
    };
    note();
    // A write may land at any moment until it is answered.
    return work().finally(note);
  }

  private async removing<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const note = (): void => void (this.removedAt = this.ports.clock.monotonic());
    note();
    return work().finally(note);
  }
}
