import type { ActionPromise, CallOutcome, Capabilities, Connector } from '../connector';
import { FEED_RETRIES, REQUEST_TIMEOUT_MS } from './calls';
import { keepEntry, putEntry, takeEntry } from './change_list';
import type { FeedParts } from './feed_parts';
import { feedStatus, listEntries, verifyEntry } from './look';
import type { FeedServer } from './serve';

/** A device applies what it fetched; and fetching itself takes a while, ms. */
const MARGIN_MS = 5_000;

/** Devices that are off fetch the list once they are back. */
const PROMISE: Omit<ActionPromise, 'disruption'> = {
  offline: { order: 'not_needed' },
  second_observer: 'the devices, by the version that each fetched',
  needs: ['a token of its own for each device', 'devices that can reach Reflex'],
};

export const FEED_PROMISES: Readonly<Record<'block_ip' | 'block_domain', ActionPromise>> = {
  block_ip: { disruption: { usual: 0.1, by_tag: { gateway: 1, proxy: 1, vpn: 1 } }, ...PROMISE },
  block_domain: { disruption: { usual: 0.1 }, ...PROMISE },
};

const actionOf = ({ entries }: Pick<FeedParts, 'entries'>): keyof typeof FEED_PROMISES =>
  entries === 'addresses' ? 'block_ip' : 'block_domain';

const capabilitiesOf = (parts: FeedParts): Capabilities => {
  const action = actionOf(parts);
  return {
    actions: [action],
    idempotency: 'set',
    native_ttl: true,
    settle_time_ms: parts.pollMs + MARGIN_MS,
    request_timeout_ms: REQUEST_TIMEOUT_MS,
    tagged: true,
    second_observer: true,
    retries: FEED_RETRIES,
    promises: { [action]: FEED_PROMISES[action] },
  };
};

/** Makes the connector; its parameters were checked. */
export const feedConnector = (parts: FeedParts, server: Pick<FeedServer, 'flush'>): Connector => {
  const action = actionOf(parts);
  const notDone = (name: string): Extract<CallOutcome, { kind: 'failed' }> => ({
    kind: 'failed',
    error: { code: 'bad_request', message: `this connector does not do \`${name}\``, retryable: false },
  });
  return {
    name: parts.name,
    kind: 'feed',
    capabilities: capabilitiesOf(parts),
    execute: async (command, permit) =>
      command.action === action ? putEntry(parts, command, permit) : notDone(command.action),
    extend: async (effect, lastsMs, permit) =>
      effect.action === action ? keepEntry(parts, { effect, lastsMs }, permit) : notDone(effect.action),
    verify: async (effect, { signal }) =>
      effect.action === action
        ? verifyEntry(parts, effect, signal)
        : { state: 'unknown', text: notDone(effect.action).error.message },
    undo: async (effect, permit) =>
      effect.action === action ? takeEntry(parts, effect, permit) : notDone(effect.action),
    // The list queues nothing: what is in it is undone, not cancelled.
    cancel: () => Promise.resolve(),
    list: ({ signal }) => listEntries(parts, signal),
    status: async ({ signal }) => {
      await server.flush();
      return feedStatus(parts, signal);
    },
  };
};
