import type { ActStatus } from '../../../common/api/progress';
import { isOneThing, isWrittenAlike } from '../../../common/entity/one_thing';
import { iso } from '../../../common/iso';
import type { Act, Decision } from '../../../common/flow/decision';
import { digestOf } from '../../engine/digest/digest';
import { ESCALATION_EXPIRES_MS } from '../../engine/decision/seal';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import { heldBySwitch } from './asked_again';
import type { ClaimRequest } from './claiming';

/* What a case was before it is claimed again, and when it is looked at next. */

const FIRST_BUSY_PAUSE_MS = 2_000;
/** What is held is decided again after this at the latest, ms. */
export const LONGEST_BUSY_PAUSE_MS = 300_000;

/**
 * The pause before what is held is decided again, ms.
 *
 * @param tries how often in a row it was held before
 */
export const busyPause = (tries = 0): number =>
  Math.min(LONGEST_BUSY_PAUSE_MS, FIRST_BUSY_PAUSE_MS * 2 ** Math.min(tries, 20));

export const isHeld = ({ status }: CaseAct): boolean => status === 'held';

const SETTLED: ReadonlySet<ActStatus> = new Set<ActStatus>([
  'applying',
  'unknown',
  'present',
  'gone',
  'done',
  'refused',
  'expired',
]);

/** Something was begun for it, or a person or the time settled it. */
export const isSettled = ({ status }: CaseAct): boolean => SETTLED.has(status);

type Thing = Pick<Act, 'action' | 'target' | 'connector' | 'shadow'>;

const ifAny = <Item>(some: readonly Item[], otherwise: readonly Item[]): readonly Item[] =>
  some.length > 0 ? some : otherwise;

/**
 * Which of the acts of another decision does the same. A policy in shadow may propose what another one enforces, so
 * one in shadow stands for one that is executed only if there is no other; so does one at another connector.
 */
export const actLike = <Other extends Thing>(acts: readonly Other[], act: Thing): Other | undefined => {
  const alike = acts.filter((each) => each.action === act.action && isOneThing(each.target, act.target));
  const asReal = ifAny(
    alike.filter(({ shadow }) => shadow === act.shadow),
    alike,
  );
  const there = ifAny(
    asReal.filter(({ connector }) => connector === act.connector),
    asReal,
  );
  // Two acts of one decision may have named one thing in two ways.
  return there.find((each) => isWrittenAlike(each.target, act.target)) ?? there[0];
};

/** An act of the case whose effect was removed at its target, as it waits to be applied again. */
export const removedBefore = ({ previous }: Pick<ClaimRequest, 'previous'>, act: Act): CaseAct['reapply'] => {
  const same = actLike(previous?.decision?.acts ?? [], act);
  const before = same && previous?.acts.find(({ act_id }) => act_id === same.act_id);
  return before !== undefined && !isSettled(before) ? before.reapply : undefined;
};

/** Whether something of a case is to be applied again: it is decided as a review, for its event is old by now. */
export const isToReapply = ({ acts }: Pick<CaseContent, 'acts'>): boolean =>
  acts.some(({ reapply, status }) => reapply !== undefined && (status === 'held' || status === 'waiting'));

/** An act of the case as it was, if this decision leaves it as it is: under way, in effect, or settled by a person. */
export const settledBefore = ({ previous, decision, approval, freed }: ClaimRequest, act: Act): CaseAct | undefined => {
  if (approval?.actId === act.act_id || previous?.decision === undefined) return undefined;
  const same = actLike(previous.decision.acts, act);
  // What was executed is told by the act that would execute it, if this decision has one as well.
  if (same === undefined || (act.shadow && !same.shadow && actLike(decision.acts, same)?.act_id !== act.act_id))
    return undefined;
  const before = previous.acts.find((each) => each.act_id === same.act_id);
  if (!before) return undefined;
  // What waits for a person never acts by a release alone: only a denial changes it, or who frees it from a stop.
  const isFreed = freed === true && heldBySwitch(previous).some((each) => each.act_id === before.act_id);
  const waits = before.status === 'waiting' && act.result !== 'deny' && !isFreed;
  return isSettled(before) || waits ? { ...before, act_id: act.act_id } : undefined;
};

/** When an act that waits for a person lapses, also where the decision permits and a limit stopped it. UTC ms. */
const lapseOf = ({ previous, decision }: ClaimRequest, now: number): number => {
  const waited = previous?.due !== undefined && previous.acts.some((act) => act.status === 'waiting');
  if (waited) return Date.parse(previous.due ?? '');
  return decision.verdict === 'escalate' && decision.next_review_at !== undefined
    ? Date.parse(decision.next_review_at)
    : now + ESCALATION_EXPIRES_MS;
};

/** When the case is looked at next, UTC; undefined if never. */
export const dueOf = (acts: readonly CaseAct[], request: ClaimRequest, now: number): string | undefined => {
  const { next_review_at: review } = request.decision;
  const moments: number[] = [];
  // Nobody is asked for longer than it would have lasted.
  for (const { status, reapply } of acts)
    if (status === 'waiting' && reapply?.until) moments.push(Date.parse(reapply.until));
  if (acts.some(isHeld)) moments.push(now + busyPause(request.previous?.tries));
  if (acts.some((act) => act.status === 'waiting')) moments.push(lapseOf(request, now));
  else if (review !== undefined) moments.push(Date.parse(review));
  return moments.length === 0 ? undefined : iso(Math.min(...moments));
};

/** What a person said, and that the time is over, is not lost to a claim that did not know of it. */
const isSameAct = (a: CaseAct, b: CaseAct | undefined): boolean =>
  a.status === b?.status &&
  (a.approvals?.length ?? 0) === (b.approvals?.length ?? 0) &&
  a.late?.until === b.late?.until;

/** Nobody decided in time, also before its keeper says so: from then on nothing is approved. */
export const isLapsed = ({ state, due, asked }: Pick<CaseContent, 'state' | 'due' | 'asked'>, utc: number): boolean => {
  // The case of an asker's question has no due: its keeper would decide it again, and act on it.
  const until = asked?.request?.until ?? (state === 'waiting' ? due : undefined);
  return until !== undefined && Date.parse(until) <= utc;
};

/** True while a case is where it was when somebody decided to go on with it, and its source said nothing newer. */
const sameStage = (a: CaseContent, b: CaseContent): boolean =>
  a.received.digest === b.received.digest &&
  a.received.source_state === b.received.source_state &&
  a.decision?.decision_id === b.decision?.decision_id &&
  a.claims === b.claims &&
  a.acts.length === b.acts.length &&
  a.acts.every((act, index) => isSameAct(act, b.acts[index]));

/** The case is there already though it was taken for new, or is no longer where it was. */
export const hasMoved = (stored: CaseContent | undefined, previous: CaseContent | undefined): boolean =>
  previous === undefined ? stored !== undefined : stored === undefined || !sameStage(stored, previous);

/** What a decision says, without the moment at which it was made and what was only looked at. */
const wordsOf = ({ verdict, acts, held, reasons, bundle, model }: Decision): string =>
  digestOf({ verdict, acts, held, reasons, bundle, model });

const outcomeOf = ({ act_id, status, stopped }: CaseAct): string => `${act_id} ${status} ${stopped?.reason ?? ''}`;

/** It waits to be confirmed, or for what stands in its way. */
const waitsOn = (decision: Decision, acts: readonly CaseAct[]): boolean =>
  acts.some(isHeld) || (decision.held?.length ?? 0) > 0;

/**
 * The decision on record, if what is held was decided again and nothing came of it that is new. Waiting for a busy
 * target is no new decision, nor is a sighting that is not enough yet.
 */
export const sameAsBefore = (
  { previous, decision, recorded, freed }: ClaimRequest,
  acts: readonly CaseAct[],
): Decision | undefined => {
  const before = previous?.decision;
  // Of a newer report the decision on record knows nothing.
  if (before === undefined || previous === undefined || previous.outdated === true) return undefined;
  if (recorded === true || freed === true) return undefined;
  if (!waitsOn(decision, acts) || !waitsOn(before, previous.acts)) return undefined;
  const isSame =
    wordsOf(before) === wordsOf(decision) && acts.map(outcomeOf).join() === previous.acts.map(outcomeOf).join();
  return isSame ? before : undefined;
};
