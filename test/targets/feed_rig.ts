import { aCall, aClearedCommand } from './commands';
import { blockListRoom, listsProxy, type ListsProxy } from './block_lists';
import type { ConnectorRig, Troubles } from '../contracts/connector';
import type { BlockLists, Connector, OfferedList, ServedList } from '../../server/connectors/connector';
import { THIS_MACHINE } from '../../server/connectors/connector_kind';
import { holdsAt, PARTS, partId } from '../../server/connectors/feed/part';
import { makeConnectors } from '../../server/connectors/registry';
import type { FakeStore } from '../fakes/fake_store';
import type { ListPart } from '../../server/runner/ports';

/** Tokens of devices, by the names of their secrets. */
export const tokenOf = (device: string): string => `token-of-the-device-${device}`;

export const FEED_PARAMETERS = {
  entries: 'addresses',
  networks: true,
  ipv6: true,
  most_entries: 1_000,
  poll_s: 60,
  devices: {
    'edge-1': { token: { secret: 'edge-1' }, format: 'text' },
    'edge-2': { token: { secret: 'edge-2' }, format: 'json' },
  },
} as const;

/** A connector that serves a list named `deny`. */
export const feedConnectorTo = (
  lists: BlockLists,
  change: object = {},
  {
    utc = Date.now,
    secrets = tokenOf,
  }: { readonly utc?: () => number; readonly secrets?: (name: string) => string } = {},
): Connector => {
  const config = { name: 'deny', kind: 'feed', parameters: { ...FEED_PARAMETERS, ...change } };
  const { connectors, faults } = makeConnectors([config], secrets, { ...THIS_MACHINE, utc, lists });
  const connector = connectors.get('deny');
  if (connector === undefined) throw new Error(JSON.stringify(faults));
  return connector;
};

/** Fetches the list as a device does that was told all of it. */
export const fetchAs = async (list: OfferedList | undefined, device: string): Promise<ServedList> => {
  const served = await list?.serve({ authorization: `Bearer ${tokenOf(device)}` });
  if (served === undefined) throw new Error('no list is offered');
  if (served.kind === 'list') served.fetched();
  // The note of it is written in the background.
  await new Promise((resolve) => setTimeout(resolve, 0));
  return served;
};

/** What a fresh look at the documents says of all holds. */
export const holdsIn = (store: FakeStore, now: number): ReadonlyArray<ListPart['holds'][number]> =>
  Array.from({ length: PARTS }, (_, at) => store.get(partId('deny', at))?.content as ListPart | undefined).flatMap(
    (part) => part?.holds.filter((hold) => holdsAt(hold, now)) ?? [],
  );

const isPart = ({ path }: { readonly path: string }): boolean => path === '/part';

export const feedTroubles = (proxy: ListsProxy): Troubles => {
  const broken = (): object => {
    proxy.fail({ kind: 'apply_and_reset' }, isPart);
    return { code: 'no_answer' };
  };
  const lost = (): object => {
    proxy.fail({ kind: 'answer', status: 503 }, isPart);
    return { code: 'no_answer' };
  };
  const refused = (): object => {
    proxy.say('refuse', isPart);
    return { code: 'refused_by_store' };
  };
  return {
    refused,
    missing: refused,
    unsure: { 'the connection broke': broken, 'OpenSearch did not say': lost },
    onlySaid: () => proxy.say('only_say', isPart),
    deniedAndDone: () => proxy.fail({ kind: 'apply_and_answer', status: 500 }, isPart),
    throttled: () => proxy.say('conflict', isPart),
    lost: () => proxy.say('lose'),
    useless: () => proxy.fail({ kind: 'answer', status: 503 }),
  };
};

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.79.${nextAddress >> 8}.${nextAddress & 255}`;
};

interface FeedRig extends ConnectorRig {
  readonly proxy: ListsProxy;
}

/** @param polls what devices do whenever time passes; default: they fetch */
export const feedRig = (
  change: object = {},
  {
    devices = ['edge-1', 'edge-2'],
    target = () => ({ action: 'block_ip', target: { type: 'ip', value: freshAddress() } }) as const,
    polls,
    seen = async () => undefined,
  }: {
    readonly devices?: readonly string[];
    readonly target?: () => Pick<Parameters<typeof aClearedCommand>[0] & object, 'action' | 'target'>;
    readonly polls?: (list: OfferedList) => Promise<void>;
    /** What somebody else sees of it. @throws what does not fit */
    readonly seen?: (value: string, isHeld: boolean) => Promise<void>;
  } = {},
): FeedRig => {
  const { store, room } = blockListRoom();
  let offered: OfferedList | undefined;
  const proxy = listsProxy(room, (_name, list) => {
    offered = list;
  });
  const connector = feedConnectorTo(proxy.lists, change);
  // Another host with the same settings, that no trouble reaches.
  const other = feedConnectorTo({ documents: room.documents, offer: () => undefined }, change);
  const poll = async (): Promise<void> => {
    if (offered === undefined) throw new Error('no list is offered');
    if (polls !== undefined) return polls(offered);
    for (const device of devices) await fetchAs(offered, device);
  };
  return {
    // Before anybody looks, the devices have fetched once more.
    connector: {
      ...connector,
      verify: async (effect, context) => {
        await poll();
        return connector.verify(effect, context);
      },
      status: async (context) => {
        await poll();
        return connector.status(context);
      },
    },
    proxy,
    troubles: feedTroubles(proxy),
    command: (more) => aClearedCommand({ ...target(), ...more }),
    effects: async ({ value }) => {
      const ids = holdsIn(store, Date.now()).filter((hold) => hold.value === value);
      await seen(value, ids.length > 0);
      return ids.map(({ command_id }) => command_id);
    },
    endsIn: async ({ value }) => {
      const [hold] = holdsIn(store, Date.now()).filter((each) => each.value === value);
      return Math.round(((hold?.ends[hold.ends.length - 1]?.[1] ?? 0) - Date.now()) / 1000);
    },
    addForeign: async (value) => {
      const foreign = aClearedCommand({ ...target(), target: value });
      const outcome = await other.execute(foreign, aCall());
      if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
      return foreign.command_id;
    },
    removeByHand: async ({ command_id, action, target: of }) => {
      const effect = { effect_id: 'e', action, target: of, command_ids: [command_id] };
      await other.undo(effect, aCall());
    },
    isOrder: isPart,
    dispose: () => proxy.dispose(),
  };
};
