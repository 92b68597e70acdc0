import type { AgentWith, JoinedWith } from '../agent/views';
import { iso } from '../../../common/iso';
import type { StopView } from '../../../common/api/views';
import { err, ok, type Result } from '../../../common/result';
import { contentOf } from '../keeping/state_docs';
import { releaseSwitch, throwSwitch, type SwitchOrder, type SwitchReport } from '../session/kill_switch';
import { StoreUnavailable, type LocalStop } from '../ports';
import { audit, type AuditEntry } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';

export interface Stopped extends SwitchReport {
  readonly on_the_wire: ReadonlyArray<{ readonly effect_id: string; readonly action: string; readonly target: string }>;
}

/** Orders to stop that are in force for this agent. */
export const stopsOf = (
  agent: AgentWith<'clock'> & JoinedWith<'session'>,
  localStop: LocalStop,
): readonly StopView[] => {
  const local = localStop.read();
  const stops = agent.shift?.parts.session.stops ?? [];
  const shown = stops.map(({ scope, who, why, at }) => ({ scope, who, why, at }));
  return shown.length === 0 && local
    ? [{ scope: 'all', who: local.who, why: local.why, at: iso(agent.parts.clock.utc()) }]
    : shown;
};

/** What was sent before the stop and is not answered yet. */
const onTheWire = async (agent: AgentWith<'store'>): Promise<Stopped['on_the_wire']> => {
  try {
    const docs = await agent.parts.store.search({ kinds: ['effect'], states: ['applying'], limit: 1_000 });
    return docs.flatMap((doc) => {
      const effect = contentOf('effect', doc);
      return effect ? [{ effect_id: doc.id, action: effect.action, target: effect.target.value }] : [];
    });
  } catch {
    return [];
  }
};

const entryOf = (verb: 'stop' | 'resume', { who, why, scope }: SwitchOrder): AuditEntry => ({
  verb,
  by: who,
  object: { type: 'gate', id: scope },
  scope,
  text: why,
});

/** Files an order to stop; where OpenSearch is away the order is carried out all the same. */
const filed = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'log'>,
  verb: 'stop',
  order: SwitchOrder,
  outcome: string,
): Promise<void> => {
  try {
    await audit(agent, { ...entryOf(verb, order), outcome });
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    agent.parts.log.warn('an order to stop could not be filed in the audit', { scope: order.scope, outcome });
  }
};

/** The kill switch. Works without OpenSearch for this host; the report says what is certain of the others. */
export const stopAll = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'log' | 'store'> & JoinedWith<'session'>,
  localStop: LocalStop,
  order: SwitchOrder,
): Promise<Result<Stopped, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) {
    await localStop.write({ who: order.who, why: order.why });
    return ok({ acknowledged: false, took_ms: 0, epoch: null, agents: [], on_the_wire: [] });
  }
  // On record before it is done, and beside it: a stop waits for nobody (INV-6). The gate names who and why as well.
  const asked = filed(agent, 'stop', order, 'asked');
  const report = await throwSwitch({ ...parts, session: shift.parts.session, localStop }, order);
  await asked;
  await filed(agent, 'stop', order, report.acknowledged ? 'done' : 'not acknowledged');
  return ok({ ...report, on_the_wire: await onTheWire(agent) });
};

/** Lets acts of a scope start again. */
export const resume = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence'> & JoinedWith<'session'>,
  localStop: LocalStop,
  order: SwitchOrder,
): Promise<Result<readonly StopView[], Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  if (!shift.parts.session.stops.some(({ scope }) => scope === order.scope))
    return err(refusal('not_found', `\`${order.scope}\` is not stopped`));
  const entry = entryOf('resume', order);
  await audit(agent, { ...entry, outcome: 'asked' });
  await releaseSwitch({ session: shift.parts.session, localStop }, order.scope);
  await audit(agent, { ...entry, outcome: 'done' });
  return ok(stopsOf(agent, localStop));
};
