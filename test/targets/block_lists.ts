import { randomUUID } from 'crypto';
import type { BlockLists, ListDocuments, OfferedList, Version } from '../../server/runner/ports';
import { StoreUnavailable } from '../../server/runner/ports';
import { BlockListRoom } from '../../server/wiring/block_lists';
import { FakeStore } from '../fakes/fake_store';
import type { Fault, FaultProxy, SeenRequest } from './fault_proxy';

/** A room with lists in a state of its own. */
export const blockListRoom = (store = new FakeStore()): { readonly store: FakeStore; readonly room: BlockListRoom } => {
  const room = new BlockListRoom({
    store: {
      getMany: async (ids) => new Map(ids.flatMap((id) => store.get(id) ?? []).map((doc) => [doc.id, doc])),
      bulk: async (writes) => writes.map((write) => store.write(write)),
    },
    chance: { uuid: () => randomUUID() },
  });
  room.bind(() => true);
  return { store, room };
};

/** What the store does besides what every target does on bad days. */
type Rule = {
  readonly fault: Fault | { readonly kind: 'refuse' | 'only_say' | 'conflict' | 'lose' };
  readonly on: (request: SeenRequest) => boolean;
};

/** Stands between a feed connector and its documents, and does what OpenSearch does on bad days. */
export interface ListsProxy extends Omit<FaultProxy, 'url'> {
  readonly lists: BlockLists;
  readonly say: (kind: 'refuse' | 'only_say' | 'conflict' | 'lose', on?: (request: SeenRequest) => boolean) => void;
}

const never = <Value>(): Promise<Value> => new Promise(() => undefined);

/** @param offered told of every list that is offered */
export const listsProxy = (real: BlockLists, offered: (name: string, list: OfferedList) => void): ListsProxy => {
  const seen: SeenRequest[] = [];
  let rule: Rule | undefined;
  let isAway = false;

  const send = async <Value>(request: SeenRequest, apply: () => Promise<Value>, made: Record<string, Value>) => {
    seen.push(request);
    if (isAway) throw new StoreUnavailable('connect ECONNREFUSED');
    const fault = rule?.on(request) === true ? rule.fault : undefined;
    switch (fault?.kind) {
      case undefined:
        return apply();
      case 'stall':
        return never<Value>();
      case 'apply_and_stall':
        await apply();
        return never<Value>();
      case 'apply_and_reset':
      case 'apply_and_answer':
        await apply();
        throw new StoreUnavailable('socket hang up');
      case 'answer':
        throw new StoreUnavailable(`answered ${fault.status}`);
      case 'lose':
        throw new StoreUnavailable('no permissions', { fault: 'security_exception' });
      case 'refuse':
      case 'only_say':
      case 'conflict': {
        const answer = made[fault.kind];
        if (answer === undefined) throw new StoreUnavailable('refused');
        return answer;
      }
    }
  };
  const writing = {
    refuse: { kind: 'failed', message: 'mapper_parsing_exception' } as const,
    only_say: { kind: 'written', version: { seqNo: 1, primaryTerm: 1 } } as const,
    conflict: { kind: 'conflict' } as const,
  };
  const { documents } = real;
  const get = (path: string): SeenRequest => ({ method: 'GET', path });
  const put = (path: string): SeenRequest => ({ method: 'PUT', path });
  const proxied: ListDocuments = {
    parts: (ids) => send(get('/parts'), () => documents.parts(ids), {}),
    fetches: (ids) => send(get('/fetches'), () => documents.fetches(ids), {}),
    putPart: (id: string, part, expect: 'absent' | Version) =>
      send(put('/part'), () => documents.putPart(id, part, expect), writing),
    putFetch: (id: string, fetch, expect: 'absent' | Version) =>
      send(put('/fetch'), () => documents.putFetch(id, fetch, expect), writing),
  };
  return {
    // Nothing listens: it stands between two modules.
    port: 0,
    lists: { documents: proxied, offer: offered },
    requests: () => seen,
    fail: (fault, on = () => true) => {
      rule = fault === undefined ? undefined : { fault, on };
    },
    say: (kind, on = () => true) => {
      rule = { fault: { kind }, on };
    },
    goAway: async () => {
      isAway = true;
    },
    comeBack: async () => {
      isAway = false;
    },
    dispose: async () => undefined,
  };
};
