import {
  HTTP_RETRIES,
  type Capabilities,
  type Connector,
  type ConnectorHealth,
  type HttpTarget,
  type Send,
} from '../connector';
import type { Calling } from './call';
import { notMade, type Hand } from './hand';
import { isCommandId } from './mark';

/** Everything that one connector to AWS works with. */
export interface AwsParts {
  readonly name: string;
  readonly target: HttpTarget;
  readonly hand: Hand;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  readonly settleMs: number;
  readonly timeoutMs: number;
}

/** Nobody ran it against AWS; shown wherever the connector says how it is. */
export const CALL_SHAPES_ONLY = 'call shapes only: proven against moto, not run against AWS';

/** Errors after which an order may be tried again. */
export const AWS_RETRIES = [
  ...HTTP_RETRIES,
  'bad_answer',
  'busy',
  'throttled',
  'ConcurrentModification',
  'EntityTemporarilyUnmodifiable',
  'RequestTimeTooSkewed',
  'ServiceUnavailable',
  'Unavailable',
  'WAFTagOperationException',
  'WAFUnavailableEntityException',
] as const;

const capabilitiesOf = ({ hand, settleMs, timeoutMs }: AwsParts): Capabilities => ({
  actions: [hand.action],
  idempotency: 'set',
  native_ttl: false,
  settle_time_ms: settleMs,
  request_timeout_ms: timeoutMs,
  tagged: true,
  // AWS says of itself what it took.
  second_observer: false,
  retries: AWS_RETRIES,
  promises: { [hand.action]: hand.promise },
});

const marked = (health: ConnectorHealth): ConnectorHealth => ({
  ...health,
  text: `${health.text}; ${CALL_SHAPES_ONLY}`,
});

/** Makes the connector; its parameters were checked. */
export const awsConnector = (parts: AwsParts): Connector => {
  const { hand, target, utc } = parts;
  const within = <Value>(signal: AbortSignal, work: (calling: Calling) => Promise<Value>): Promise<Value> =>
    target.within(signal, (send: Send) => work({ send, target, utc }));
  return {
    name: parts.name,
    kind: 'aws',
    capabilities: capabilitiesOf(parts),
    execute: async (command, { mayStart, signal }) => {
      if (command.action !== hand.action)
        return notMade('bad_request', `this connector does not do \`${command.action}\``);
      // It is the mark of the effect there, and its only way back.
      if (!isCommandId(command.command_id)) return notMade('bad_request', 'the id of the command is no UUID');
      return within(signal, (calling) => hand.execute(calling, command, mayStart));
    },
    verify: (effect, { signal }) => within(signal, (calling) => hand.verify(calling, effect)),
    undo: (effect, { mayStart, signal }) => within(signal, (calling) => hand.undo(calling, effect, mayStart)),
    // AWS queues nothing: what it has taken is undone, not cancelled.
    cancel: () => Promise.resolve(),
    list: ({ signal }) => within(signal, (calling) => hand.list(calling)),
    status: async ({ signal }) => marked(await within(signal, (calling) => hand.status(calling))),
  };
};
