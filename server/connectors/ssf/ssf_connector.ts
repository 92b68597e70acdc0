import {
  HTTP_RETRIES,
  type CallContext,
  type CallOutcome,
  type Capabilities,
  type ClearedCommand,
  type Connector,
} from '../connector';
import { outcomeOf, push } from './deliver';
import { sessionRevoked } from './event_token';
import { publicKeyOf } from './signing_key';
import { notMade, type SsfParts } from './ssf_parts';
import { StreamWatch } from './stream_watch';
import { subjectOf } from './subject';

const ACTION = 'revoke_sessions';

/** What it states of its actions, whatever its parameters. */
export const SSF_PROMISES: Capabilities['promises'] = {
  [ACTION]: {
    disruption: { usual: 0.2, by_tag: { service: 1 } },
    offline: { order: 'not_needed' },
    needs: ['a stream of the receiver for `session-revoked` of our issuer, and our public key there'],
  },
};

/** How long a receiver may take to act on what it took; none says so. */
const SETTLE_MS = 60_000;

const capabilitiesOf = ({ timeoutMs }: SsfParts): Capabilities => ({
  actions: [ACTION],
  // An event has the command's id as `jti`; a receiver takes one that it has already for taken (RFC 8935, 2).
  idempotency: 'key',
  native_ttl: false,
  settle_time_ms: SETTLE_MS,
  request_timeout_ms: timeoutMs,
  tagged: false,
  second_observer: false,
  retries: HTTP_RETRIES,
  promises: SSF_PROMISES,
});

const NOT_SEEN =
  'nobody but the receiver knows: that it took the event says neither that it has such a user nor that a session ended';

const revoke = async (
  parts: SsfParts,
  watch: StreamWatch,
  command: ClearedCommand,
  { signal, mayStart }: CallContext,
): Promise<CallOutcome> => {
  if (command.action !== ACTION) return notMade('bad_request', `this connector does not do \`${command.action}\``);
  const subject = subjectOf(command.target, parts.subjects);
  if (!subject.ok) return { kind: 'failed', error: subject.error };
  // What the alert says stays in this house.
  const why = `Ordered by the policy ${command.policy.id} of Reflex`;
  const jti = command.command_id;
  const event = await sessionRevoked(parts, jti, subject.value, why);
  const answer = await parts.target.within(signal, (send) => push(parts, send, event, mayStart));
  if (answer.kind === 'answered') watch.note(answer);
  return outcomeOf(parts, answer, jti);
};

/** Makes the connector; its parameters were checked. */
export const ssfConnector = (parts: SsfParts): Connector => {
  const watch = new StreamWatch(parts);
  return {
    name: parts.name,
    kind: 'ssf',
    capabilities: capabilitiesOf(parts),
    execute: (command, context) => revoke(parts, watch, command, context),
    verify: () => Promise.resolve({ state: 'unknown', text: NOT_SEEN }),
    undo: () =>
      Promise.resolve(notMade('irreversible', 'an event that was sent cannot be called back; the user logs in again')),
    // Nothing is queued here, and a receiver takes nothing back.
    cancel: () => Promise.resolve(),
    // Nothing lasts that could be listed.
    list: () => Promise.resolve({ ok: true, value: [] }),
    status: ({ signal }) => parts.target.within(signal, (send) => watch.look(send)),
    publicKeys: async () => [await publicKeyOf(parts.signingKey(), parts.keyId)],
  };
};
