import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { OverdueUndo } from '../../../common/api/routes';
import type { UndoSuspensionView } from '../../../common/api/views';
import type { Agent } from '../agent/agent';
import type { AgentWith } from '../agent/views';
import { deadlineOf } from '../../engine/execution/reasons';
import { datedEnds, withoutSuspensions, withSuspension, type Gate, type UndoSuspension } from '../keeping/kinds/gate';
import { contentOf } from '../keeping/state_docs';
import { askedAndDone, type AuditEntry } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';

/*
 * Undoing by itself is suspended for a while, by scope (`docs/decisions/057-undoing-that-is-suspended.md`). It keeps
 * effects longer than their policies said, so it takes the right to approve, a reason and a maximum, and what is past
 * its end is listed. A person still has each of them undone.
 */

const MOST_LISTED = 1_000;
/** The status takes no more. */
const MOST_TOLD = 64;

interface SuspendOrder {
  readonly scope: string;
  readonly who: string;
  readonly why: string;
  readonly lasts_ms: number;
}

type Changing = AgentWith<'chance' | 'clock' | 'clockTrusted' | 'evidence' | 'suspensions'> & Pick<Agent, 'shift'>;

const viewOf = ({ scope, who, why, at, until }: UndoSuspension): UndoSuspensionView => ({
  scope,
  who,
  why,
  at,
  ...present({ until }),
});

/** What is suspended, as far as this agent knows. */
export const suspensionsOf = ({ parts }: AgentWith<'suspensions'>): readonly UndoSuspensionView[] =>
  parts.suspensions.inForce.map(viewOf);

/** The same for the status; nothing where undoing is suspended nowhere. */
export const suspendedView = (agent: AgentWith<'suspensions'>): { undo_suspended?: UndoSuspensionView[] } => {
  const all = suspensionsOf(agent).slice(0, MOST_TOLD);
  return all.length === 0 ? {} : { undo_suspended: [...all] };
};

const entryOf = (verb: string, { scope, who, why }: Omit<SuspendOrder, 'lasts_ms'>): Omit<AuditEntry, 'outcome'> => ({
  verb,
  by: who,
  object: { type: 'gate', id: scope },
  scope,
  text: why,
});

/**
 * Suspends undoing of a scope, in the place of what is suspended of it already.
 *
 * @returns what is suspended then, or `unavailable`
 * @throws StoreUnavailable
 */
export const suspendUndo = async (
  agent: Changing,
  { lasts_ms, ...order }: SuspendOrder,
): Promise<Result<readonly UndoSuspensionView[], Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const suspension = { ...order, lasts_ms, at: iso(parts.clock.utc()) };
  const change = (gate: Gate): Gate => {
    const next = withSuspension(gate, suspension);
    return parts.clockTrusted() ? datedEnds(next, parts.clock.utc()) : next;
  };
  const why = `for ${Math.round(lasts_ms / 60_000)} min: ${order.why}`;
  return askedAndDone(agent, entryOf('suspend_undo', { ...order, why }), async () => {
    parts.suspensions.note(await shift.session.changeGate(change));
    return ok(suspensionsOf(agent));
  });
};

/**
 * Lets a scope be undone by itself again.
 *
 * @returns what is suspended still, or `not_found`, `unavailable`
 * @throws StoreUnavailable
 */
export const resumeUndo = async (
  agent: Changing,
  order: Omit<SuspendOrder, 'lasts_ms'>,
): Promise<Result<readonly UndoSuspensionView[], Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const seen = (shift.session.gate?.undo_suspensions ?? []).filter(({ scope }) => scope === order.scope);
  if (seen.length === 0) return err(refusal('not_found', `undoing of \`${order.scope}\` is not suspended`));
  return askedAndDone(agent, entryOf('resume_undo', order), async () => {
    parts.suspensions.note(await shift.session.changeGate((gate) => withoutSuspensions(gate, seen)));
    return ok(suspensionsOf(agent));
  });
};

interface Overdue {
  readonly overdue: readonly OverdueUndo[];
  /** There may be more. */
  readonly at_least?: true;
}

/**
 * Effects that are past their end and stay because undoing is suspended, those that ended first come first.
 *
 * @throws StoreUnavailable
 */
export const overdueUndos = async ({ parts }: AgentWith<'clock' | 'store' | 'suspensions'>): Promise<Overdue> => {
  const { store, clock, suspensions } = parts;
  if (suspensions.inForce.length === 0) return { overdue: [] };
  const docs = await store.search({
    kinds: ['effect'],
    notStates: ['absent', 'undoing'],
    dueBefore: iso(clock.utc()),
    sort: 'due',
    limit: MOST_LISTED,
    fresh: true,
  });
  const overdue = docs.flatMap((doc): readonly OverdueUndo[] => {
    const effect = contentOf('effect', doc);
    const due = effect && deadlineOf(effect);
    if (effect === undefined || typeof due !== 'number' || !suspensions.holds(effect)) return [];
    const { action, connector, target } = effect;
    return [{ effect_id: doc.id, action, connector, target: target.value, due: iso(due) }];
  });
  return { overdue, ...(docs.length < MOST_LISTED ? {} : { at_least: true }) };
};
