import { afterDrift, type AfterDrift, type DriftRule } from '../../engine/execution/drift';
import { commandsOf, endedByDrift, type Effect } from '../../engine/execution/effect';
import { iso } from '../../../common/iso';
import { ESCALATION_EXPIRES_MS } from '../../engine/decision/seal';
import { changeCase, changeEffect, momentNow, type ChangedActs } from '../executing/change_document';
import { removedAct, type CaseContent } from '../keeping/kinds/case';
import type { Basics, Connector } from '../ports';
import type { Undoing } from './undo';

/*
 * Drift: somebody removed an effect at its target before its end, and its policy wants it there. Nothing is sent here.
 * Its cases are told to go on, its document is closed, and then whoever keeps a case decides and claims it once more,
 * through every brake. INVARIANT (INV-2): the document is closed only where the target says that nothing is there, by
 * its owner, and after the settle time; a claim of it comes after that.
 */

export interface ApplyAgain extends Undoing {
  /** What the policies in force say of their effects that are removed, by policy id. */
  readonly driftRule: (policy: string) => DriftRule | undefined;
  readonly log: Basics['log'];
  /** Told of each case that goes on. */
  readonly goesOn: (caseId: string) => void;
}

/** What the policies in force want of an effect that its target does not have any more. */
export const wantedAfter = (
  { driftRule, clock }: Pick<ApplyAgain, 'driftRule' | 'clock'>,
  effectId: string,
  effect: Effect,
  { capabilities }: Pick<Connector, 'capabilities'>,
): AfterDrift =>
  afterDrift(effect, {
    effectId,
    ruleOf: driftRule,
    repeatable: capabilities.idempotency !== 'none',
    now: clock.utc(),
  });

/** A case whose act goes on. What a person decides is asked until the end that it had. */
const goingOn = (
  { acts, due }: CaseContent,
  { reason, to, text, reapply }: AfterDrift['reasons'][number],
  utc: number,
): ChangedActs | undefined => {
  const index = acts.findIndex(
    ({ command_id, status }) =>
      command_id === reason.command.command_id && (status === 'present' || status === 'gone' || status === 'unknown'),
  );
  const act = acts[index];
  if (act === undefined || to === 'told') return undefined;
  const next = removedAct(act, { to, text, reapply });
  const lapses = utc + ESCALATION_EXPIRES_MS;
  const end = reapply.until === null ? lapses : Math.min(lapses, Date.parse(reapply.until));
  return {
    acts: acts.map((each, at) => (at === index ? next : each)),
    ...(next.status === 'waiting' ? { due: iso(Math.min(end, Date.parse(due ?? '') || end)) } : {}),
  };
};

/** Has every case go on whose policy wants the effect there. */
export const tellToGoOn = async (again: ApplyAgain, { reasons }: AfterDrift): Promise<void> => {
  const { writing, clock, log, goesOn } = again;
  await Promise.all(
    reasons.map(async (each) => {
      if (each.to === 'told') return;
      const { case_id } = each.reason.command;
      const changed = await changeCase(writing, case_id, (content) => goingOn(content, each, clock.utc()));
      if (changed === undefined) return;
      log.warn(each.text, { case: case_id, to: each.to });
      goesOn(case_id);
    }),
  );
};

/**
 * Closes an effect that its target does not have any more, so that it may be claimed again.
 *
 * @returns the effect afterwards; undefined if it changed meanwhile, and is to be looked at anew
 */
export const closeRemoved = async (
  again: ApplyAgain,
  { id, effect, after }: { readonly id: string; readonly effect: Effect; readonly after: AfterDrift },
): Promise<Effect | undefined> => {
  const { writing, journal } = again;
  const { drift } = after;
  if (drift === undefined) return undefined;
  // Before the document says so: from then on a new claim may have an entry of its own.
  const known = journal.ofEffect(id).map(({ command_id }) => command_id);
  const closed = await changeEffect(writing, id, (current) => {
    // INVARIANT (INV-4): who lifts it, or sees it again, or joins it meanwhile is not passed over.
    const isSame =
      current.fence === effect.fence &&
      current.state === effect.state &&
      current.lift === undefined &&
      (current.state !== 'present' || current.gone !== undefined) &&
      current.reasons.length === effect.reasons.length;
    const text = `${effect.gone?.text ?? 'removed at its target'}; ${wordOf(after)}`;
    return isSame ? { effect: endedByDrift(current, drift, momentNow(writing, id), text) } : undefined;
  });
  if (closed !== undefined) await journal.close([...new Set([...commandsOf(effect), ...known])]);
  return closed;
};

const wordOf = ({ reasons }: AfterDrift): string =>
  reasons.some(({ to }) => to === 'again') ? 'closed, to be applied again' : 'closed: a person decides';
