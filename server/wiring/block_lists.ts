import { whyOf } from '../../common/why';
import type { Kinds } from '../runner/keeping/kinds';
import { loneBody, readDocs } from '../runner/keeping/state_docs';
import {
  StoreUnavailable,
  type BlockLists,
  type Chance,
  type ListDocument,
  type ListDocuments,
  type OfferedList,
  type StateStore,
  type Version,
  type WriteOutcome,
} from '../runner/ports';

/*
 * The lists that connectors serve, as documents of the state: every host serves the same, and a restart loses nothing.
 */

type ListKind = 'block_list' | 'block_list_fetch';
type Store = Pick<StateStore, 'getMany' | 'bulk'>;

const NOT_JOINED = 'this agent has not joined, so nobody knows whether the state is the right one';

/** What OpenSearch calls what is wrong, where a text names it. */
const faultIn = (text: string): string => /\b[a-z_]+_exception\b/.exec(text)?.[0] ?? '';

/** Whatever was answered that is no document: for a list nobody knows what it means. */
const asked = async <Value>(answer: Promise<Value>): Promise<Value> => {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof StoreUnavailable && cause.fault !== '') throw cause;
    const why = whyOf(cause);
    throw new StoreUnavailable(why, { cause, fault: faultIn(why) });
  }
};

/** The lists of one life. */
export class BlockListRoom implements BlockLists {
  private readonly offered = new Map<string, OfferedList>();
  private isFit: () => boolean = () => false;

  constructor(private readonly ports: { readonly store: Store; readonly chance: Pick<Chance, 'uuid'> }) {}

  /** @param isFit whether the state is the one that this agent works with: else an empty one would open everything */
  bind(isFit: () => boolean): void {
    this.isFit = isFit;
  }

  offer(name: string, list: OfferedList): void {
    this.offered.set(name, list);
  }

  /** Undefined for a name that no list has. */
  readonly named = (name: string): OfferedList | undefined => this.offered.get(name);

  readonly documents: ListDocuments = {
    parts: (ids) => this.read('block_list', ids),
    fetches: (ids) => this.read('block_list_fetch', ids),
    putPart: (id, part, expect) => this.put('block_list', { id, content: part, expect }),
    putFetch: (id, fetch, expect) => this.put('block_list_fetch', { id, content: fetch, expect }),
  };

  private async read<K extends ListKind>(
    kind: K,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, ListDocument<Kinds[K]>>> {
    if (!this.isFit()) throw new StoreUnavailable(NOT_JOINED);
    return asked(readDocs(this.ports.store, kind, ids));
  }

  /** Writes at once, with nothing waited for before: whoever asks has just asked for the permit. */
  private put<K extends ListKind>(
    kind: K,
    { id, content, expect }: { readonly id: string; readonly content: Kinds[K]; readonly expect: 'absent' | Version },
  ): Promise<WriteOutcome> {
    const body = loneBody(kind, content, { write_id: this.ports.chance.uuid(), facets: {} });
    const written = this.ports.store.bulk([{ id, body, expect }]);
    return asked(written.then(([outcome]) => outcome ?? { kind: 'failed', message: 'nothing was answered' }));
  }
}
