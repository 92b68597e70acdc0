import { isOneThing } from '../../../common/entity/one_thing';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { HTTP_RETRIES, whyUnanswered } from '../connector';
import type {
  Capabilities,
  Connector,
  ConnectorHealth,
  EffectHandle,
  ListedEffect,
  Send,
  TargetError,
  Verification,
} from '../connector';
import { banAddress, extendBan } from './ban_address';
import { listed, unusable, type CrowdsecParts } from './crowdsec_parts';
import { commandOf, markOf, readDecisions, type LapiDecision } from './decisions';
import type { LapiAnswer } from './lapi';
import { liftBan } from './lift_ban';

const ACTION = 'block_ip';

/** Said with every verification: a bouncer that is dead or far behind does not show in CrowdSec's answer. */
const NOT_SEEN = 'whether a firewall enforces it is not seen from here';

/** An address need not be there to be banned: the bouncers' hosts are, or pull the ban once they are. */
const PROMISES: Capabilities['promises'] = {
  [ACTION]: {
    disruption: { usual: 0.1, by_tag: { gateway: 1, proxy: 1, vpn: 1 } },
    offline: { order: 'not_needed' },
    needs: ['a machine that may write alerts and delete decisions', 'a bouncer key that may read decisions'],
  },
};

const capabilitiesOf = ({ settleMs, timeoutMs }: CrowdsecParts): Capabilities => ({
  actions: [ACTION],
  idempotency: 'set',
  native_ttl: true,
  settle_time_ms: settleMs,
  request_timeout_ms: timeoutMs,
  tagged: true,
  // The bouncer key is another credential, but the answer comes from the system that took the order.
  second_observer: false,
  // `settling`: an older ban of ours has to be forgotten by the firewall first.
  retries: [...HTTP_RETRIES, 'settling'],
  promises: PROMISES,
});

const describeOthers = ({ target }: CrowdsecParts, others: readonly LapiDecision[]): string => {
  if (others.length === 0) return '';
  const origins = [...new Set(others.map(({ origin }) => origin))].slice(0, 3);
  const verb = others.length === 1 ? 'holds' : 'hold';
  return `; ${others.length} of others (${target.shown(origins.join(', '))}) still ${verb} the address`;
};

const verify = async (
  parts: CrowdsecParts,
  send: Send,
  { target, command_ids }: EffectHandle,
): Promise<Verification> => {
  const answer = await parts.lapi.decisions(send, { ip: target.value });
  const decisions = listed(answer, readDecisions);
  if (decisions === undefined) return { state: 'unknown', text: unusable(parts, 'could not look', answer).message };
  const marks = new Set(command_ids.map(markOf));
  const isOurs = ({ scenario, origin, value }: LapiDecision): boolean =>
    origin === parts.origin && marks.has(scenario) && isOneThing({ type: 'ip', value }, target);
  const ours = decisions.filter((each) => isOurs(each) && each.type === 'ban' && each.remainingMs > 0);
  const others = decisions.filter((each) => !isOurs(each) && each.remainingMs > 0);
  const seen = { decision_ids: ours.map(({ id }) => id), others: others.length };
  const told = describeOthers(parts, others);
  return ours.length > 0
    ? { state: 'present', seen, text: `CrowdSec says decided; ${NOT_SEEN}${told}` }
    : { state: 'absent', seen, text: `CrowdSec has no decision of ours; ${NOT_SEEN}${told}` };
};

const list = async (parts: CrowdsecParts, send: Send): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const answer = await parts.lapi.decisions(send, { origins: parts.origin });
  const decisions = listed(answer, readDecisions);
  if (decisions === undefined) return err(unusable(parts, 'listing', answer));
  const ours = decisions.filter(({ origin, remainingMs }) => origin === parts.origin && remainingMs > 0);
  return ok(
    ours.map(({ value, scenario }): ListedEffect => {
      const commandId = commandOf(scenario);
      return {
        action: ACTION,
        target: { type: 'ip', value },
        ...present({ command_id: commandId }),
      };
    }),
  );
};

/** An address for documentation (RFC 5737): asking for it only shows whether the key works. */
const NOBODY = '192.0.2.1';

/** An answer by which CrowdSec refuses one of our credentials. Without either nothing can be banned or looked at. */
const isRefused = (answer: LapiAnswer): boolean =>
  answer.kind === 'login_refused' || (answer.kind === 'answered' && [401, 403].includes(answer.status));

const limping = (parts: CrowdsecParts, what: string, answer: LapiAnswer): ConnectorHealth => ({
  state: 'degraded',
  text: unusable(parts, what, answer).message,
  ...(isRefused(answer) && { authorised: false }),
});

const status = async (parts: CrowdsecParts, send: Send): Promise<ConnectorHealth> => {
  const { lapi } = parts;
  const health = await lapi.health(send);
  if (health.kind !== 'answered') return { state: 'down', text: whyUnanswered(health) };
  if (health.status !== 200) return { state: 'down', text: `health answered ${health.status}` };
  const writing = await lapi.alerts(send, { origin: parts.origin, limit: '1' });
  if (writing.kind !== 'answered' || writing.status !== 200) return limping(parts, 'cannot write', writing);
  const reading = await lapi.decisions(send, { ip: NOBODY });
  if (reading.kind !== 'answered' || reading.status !== 200) return limping(parts, 'cannot read back', reading);
  return { state: 'ok', authorised: true, text: `the local API is up and takes both credentials; ${NOT_SEEN}` };
};

/** Makes the connector; its parameters were checked. */
export const crowdsecConnector = (parts: CrowdsecParts): Connector => ({
  name: parts.name,
  kind: 'crowdsec',
  capabilities: capabilitiesOf(parts),
  execute: async (command, { mayStart, signal }) => {
    if (command.action !== ACTION) {
      const message = `this connector does not do \`${command.action}\``;
      return { kind: 'failed', error: { code: 'bad_request', message, retryable: false } };
    }
    return parts.target.within(signal, (send) => banAddress(parts, send, command, { mayStart }));
  },
  extend: (effect, wantedMs, { signal, mayStart }) =>
    parts.target.within(signal, (send) => extendBan(parts, send, { effect, wantedMs }, { mayStart })),
  verify: (effect, { signal }) => parts.target.within(signal, (send) => verify(parts, send, effect)),
  undo: (effect, { signal, mayStart }) =>
    parts.target.within(signal, (send) => liftBan(parts, send, effect, { mayStart })),
  // CrowdSec queues nothing: what it has taken is undone, not cancelled.
  cancel: () => Promise.resolve(),
  list: ({ signal }) => parts.target.within(signal, (send) => list(parts, send)),
  status: ({ signal }) => parts.target.within(signal, (send) => status(parts, send)),
});
