import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { StopView } from '../../../common/api/views';
import { err, ok, type Result } from '../../../common/result';
import type { Agent } from '../agent/agent';
import type { AgentWith } from '../agent/views';
import type { InFlightCommand } from '../executing/in_flight';
import { find } from '../keeping/state_docs';
import { StoreUnavailable } from '../ports';
import { audit, type AuditEntry } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import type { HostStop } from '../session/host_stop';
import type { StopOrder } from '../keeping/kinds/gate';
import { explainStop, releaseSwitch, throwSwitch, type SwitchOrder, type SwitchReport } from '../session/kill_switch';

const MOST_LISTED = 1_000;

export interface Stopped extends SwitchReport {
  /**
   * Sent before the stop and not answered by then, as far as this host knows; at all agents what is not answered yet
   * or of an unknown outcome.
   */
  readonly on_the_wire: readonly InFlightCommand[];
  /** False: OpenSearch does not tell; what is listed is of this host alone. */
  readonly wire_known: boolean;
}

/** An agent, as far as it may be told to stop: with no session up it is told all the same. */
type Stoppable = AgentWith<'chance' | 'clock' | 'evidence' | 'log' | 'store'> & Pick<Agent, 'shift'>;

const trippedView = (breaker: StopOrder['breaker']): StopView['breaker'] => {
  if (breaker === undefined) return undefined;
  const { wrong, of, since, round, probe, probe_at } = breaker;
  return { wrong, of, since, round, trying: probe !== undefined, ...present({ probe_at }) };
};

const named = ({ scope, who, why, why_by, at, lasts_ms, until, breaker }: StopOrder) => ({
  scope,
  who,
  at,
  ...present({ why: why === '' ? undefined : why, why_by, lasts_ms, until, breaker: trippedView(breaker) }),
});

/** Orders to stop that are in force for this agent, and how far each has come. */
export const stopsOf = ({ shift }: Pick<Agent, 'shift'>, hostStop: HostStop): readonly StopView[] => {
  if (shift?.session === undefined) {
    hostStop.look();
    return hostStop.orders.map((order) => {
      return { ...named(order), state: hostStop.stateOf(order) };
    });
  }
  return shift.session.stops.map((order) => {
    const { acknowledged_ms } = order;
    return { ...named(order), state: shift.stopWatch.stateOf(order), ...present({ acknowledged_ms }) };
  });
};

/** What this host has sent and what was not answered yet. */
const inOwnHands = ({ shift }: Pick<Stoppable, 'shift'>): readonly InFlightCommand[] => shift?.work.inFlight.list ?? [];

/** What was sent before the stop: by this host, and claims of all agents, found fresh. */
const onTheWire = async (
  { parts }: Stoppable,
  own: readonly InFlightCommand[],
): Promise<Pick<Stopped, 'on_the_wire' | 'wire_known'>> => {
  try {
    const found = await find(parts.store, 'effect', {
      states: ['applying', 'unknown'],
      limit: MOST_LISTED,
      fresh: true,
    });
    const all = found.map(({ id, content: { action, target } }) => ({ effect_id: id, action, target: target.value }));
    const more = own.filter(({ effect_id }) => !all.some((each) => each.effect_id === effect_id));
    return { on_the_wire: [...more, ...all].slice(0, MOST_LISTED), wire_known: found.length < MOST_LISTED };
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    return { on_the_wire: own, wire_known: false };
  }
};

/** The reason as it goes on record; of a pause with how long it was to last. */
const textOf = (why: string, lastsMs: number | undefined): string | undefined => {
  if (lastsMs === undefined) return why === '' ? undefined : why;
  const minutes = `for ${Math.round(lastsMs / 60_000)} min`;
  return why === '' ? minutes : `${minutes}: ${why}`;
};

const entryOf = (
  verb: 'stop' | 'pause' | 'explain_stop' | 'resume',
  { who, why, scope, lasts_ms }: SwitchOrder,
): AuditEntry => ({
  verb,
  by: who,
  object: { type: 'gate', id: scope },
  scope,
  ...present({ text: textOf(why, lasts_ms) }),
});

/** Files an order to stop; where OpenSearch is away the order is carried out all the same. */
const filed = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'log'>,
  order: SwitchOrder,
  outcome: string,
): Promise<void> => {
  try {
    await audit(agent, { ...entryOf(order.lasts_ms === undefined ? 'stop' : 'pause', order), outcome });
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    agent.parts.log.warn('an order to stop could not be filed in the audit', { scope: order.scope, outcome });
  }
};

/** Takes an order while nothing is ready: this host starts nothing, and its first heartbeat tells the others. */
export const stopWhileStarting = async (hostStop: HostStop, order: SwitchOrder): Promise<Stopped> => {
  hostStop.take(order);
  await hostStop.settled();
  return { acknowledged: false, took_ms: 0, epoch: null, agents: [], on_the_wire: [], wire_known: false };
};

/** The kill switch. Works without OpenSearch for this host; the report says what is certain of the others. */
export const stopAll = async (agent: Stoppable, hostStop: HostStop, order: SwitchOrder): Promise<Stopped> => {
  const { shift, parts } = agent;
  if (!shift) return { ...(await stopWhileStarting(hostStop, order)), ...(await onTheWire(agent, [])) };
  // A second later much of it is in effect: whoever stops has to know that it was on its way.
  const own = inOwnHands(agent);
  // Begins with this host standing still. On record beside it: a stop waits for nobody (INV-6).
  const thrown = throwSwitch({ ...parts, session: shift.session, hostStop }, order);
  const asked = filed(agent, order, 'asked');
  const report = await thrown;
  const wire = onTheWire(agent, own);
  await asked;
  await filed(agent, order, report.acknowledged ? 'done' : 'not acknowledged');
  return { ...report, ...(await wire) };
};

/** Gives an order to stop the reason that it has not yet; on record with who gave it. */
export const explain = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence'> & Pick<Agent, 'shift'>,
  hostStop: HostStop,
  { at, ...order }: SwitchOrder & { readonly at: string },
): Promise<Result<readonly StopView[], Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const isIt = (each: StopOrder): boolean => each.scope === order.scope && each.at === at;
  const found = shift.session.stops.find(isIt);
  if (found === undefined) return err(refusal('not_found', `\`${order.scope}\` is not stopped by that order`));
  if (found.why !== '') return err(refusal('changed', `it has a reason already: ${found.why}`));
  await audit(agent, { ...entryOf('explain_stop', order), outcome: 'asked' });
  const gate = await explainStop(shift.session, { scope: order.scope, at }, { by: order.who, why: order.why });
  const kept = gate.stops.find(isIt);
  if (kept === undefined)
    return err(refusal('not_found', 'only this host has the order yet; try again in some seconds'));
  if (kept.why !== order.why || kept.why_by !== order.who)
    return err(refusal('changed', `somebody else was faster: ${kept.why}`));
  await audit(agent, { ...entryOf('explain_stop', order), outcome: 'done' });
  return ok(stopsOf(agent, hostStop));
};

/** What a person lets go on, and the moment of the order to stop that they saw; missing: whatever is in force. */
interface ResumeOrder extends SwitchOrder {
  readonly seenAt: string | undefined;
}

/** Lets acts of a scope start again. */
export const resume = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence'> & Pick<Agent, 'shift'>,
  hostStop: HostStop,
  { seenAt, ...order }: ResumeOrder,
): Promise<Result<readonly StopView[], Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const { session } = shift;
  const stops = session.stops.filter(({ scope }) => scope === order.scope);
  const seen = stops.filter(({ at }) => seenAt === undefined || at === seenAt);
  const [other] = stops;
  if (other === undefined) return err(refusal('not_found', `\`${order.scope}\` is not stopped`));
  if (seen.length === 0)
    return err(
      refusal(
        'changed',
        `another order is in force by now, from ${other.who} (${other.why === '' ? 'no reason given' : other.why}); look at it first`,
      ),
    );
  const entry = entryOf('resume', order);
  await audit(agent, { ...entry, outcome: 'asked' });
  await releaseSwitch({ session, hostStop }, seen, iso(agent.parts.clock.utc()));
  await audit(agent, { ...entry, outcome: 'done' });
  return ok(stopsOf(agent, hostStop));
};
