import type { Act } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import { sourcesOf } from '../../engine/brakes/one_intake';
import { speakerOf } from '../../../common/flow/intake';
import { clear, type Cleared } from '../../engine/brakes/clear';
import { beyondBudget } from '../../engine/brakes/escalation_budget';
import { endingAsBefore, hasTimeLeft, mayReapply, type Reapply } from '../../engine/execution/drift';
import { claimed, type Effect } from '../../engine/execution/effect';
import { reasonOf } from '../../engine/execution/reasons';
import { ABSENCES_ID, standingsOf } from '../keeping/kinds/absences';
import { leftGone, type CaseAct, type Resolution } from '../keeping/kinds/case';
import { effectId, journalEntryOf } from '../keeping/kinds/effect';
import { wordIds } from '../keeping/kinds/word';
import type { ClaimWorld } from './claim_world';
import { endingInTime, nothingToExtend } from '../../engine/brakes/extension';
import { tooLong } from '../../engine/brakes/longest';
import { knownTarget } from '../../engine/brakes/judge_target';
import { wordAbout } from '../facts/words';
import { ledgerId } from '../keeping/kinds/ledger';
import { contentOf } from '../keeping/state_docs';
import { isQuestion } from './asked_book';
import { removedBefore } from './earlier_acts';
import { momentOf, READ_AGAIN, resolutionFor, stoppedAct, type Claiming, type ReadAgain } from './claiming';
import { meetEffect } from './meet_effect';
import { reserveAll } from './reserve';

/** The documents in which a person's word about a target may stand. */
export const wordsOf = ({ brakes }: ClaimWorld, { target }: Pick<Act, 'target'>): readonly string[] =>
  wordIds(knownTarget(target, brakes.scopes).names);

/** What a person said about the target of an act, by what was read for this claim and what this agent knows. */
const wordOf = ({ view, world }: Claiming, act: Act) => {
  const { scopes, words } = world.brakes;
  const read = wordsOf(world, act).flatMap((id) => contentOf('word', view.get(id)) ?? []);
  return wordAbout(knownTarget(act.target, scopes).names, { read, book: words, now: world.now });
};

/**
 * INVARIANT: what another agent's person said before is seen. A remembered document may be older than that word.
 */
const isWordFresh = ({ view, world }: Claiming, act: Act): boolean =>
  wordsOf(world, act).every((id) => view.isFresh(id));

/** Whether an approval was given for somebody who is away. */
export const isForAbsent = ({ stands_for, others = [] }: Resolution): boolean =>
  stands_for !== undefined || others.some((each) => each.stands_for !== undefined);

/**
 * INVARIANT (INV-10): who stands in counts for who is away only as long as that is so, by what is read for this claim.
 */
const forWhom = ({ view, world }: Claiming, { by, stands_for }: Pick<Resolution, 'by' | 'stands_for'>) => {
  if (stands_for === undefined) return {};
  const { absences = [] } = contentOf('absences', view.get(ABSENCES_ID)) ?? {};
  const standing = standingsOf(absences, by, world.now).find(({ name }) => name === stands_for.name);
  return present({ stands_for: standing });
};

/** Who permitted an act, for the brakes. */
const approvedBy = (claiming: Claiming, resolution: Resolution, { act_id }: Act) => {
  const { by, roles, four_eyes, others = [] } = resolution;
  return {
    user: by,
    alone: !four_eyes,
    others: others.map((each) => ({ name: each.by, roles: each.roles, ...forWhom(claiming, each) })),
    late: claiming.request.previous?.acts.find((each) => each.act_id === act_id)?.late !== undefined,
    ...present({ roles }),
    ...forWhom(claiming, resolution),
  };
};

const brake = (claiming: Claiming, act: Act) => {
  const { world, request } = claiming;
  const { rules, connectors, scopes, own, people, isStopped, breakerAt } = world.brakes;
  const resolution = resolutionFor(request, act);
  const intake = speakerOf(request.received.intake);
  return clear({
    act,
    decision: request.decision,
    intake,
    sources: sourcesOf(request.decision.inputs.history, act.target),
    commandId: world.uuid(),
    isStopped: (connector) => isStopped(act.action, connector, act.policy.id, intake),
    breakerAt: (connector) => breakerAt?.(act.action, connector, act.policy.id, intake),
    rules,
    connectors,
    scopes,
    own,
    people,
    ...present({
      word: wordOf(claiming, act),
      approval: resolution && approvedBy(claiming, resolution, act),
    }),
  });
};

/** Claims an absent effect: journal, effect, and a command that may start once all of it is written. */
const claimEffect = (
  claiming: Claiming,
  { command, reserve }: Cleared,
  { id, effect }: { readonly id: string; readonly effect: Effect | undefined },
): void => {
  const { world, request, effects, journal, start, made } = claiming;
  const reason = reasonOf(command, world.now, request.received.demo ?? false);
  const next = claimed(effect, reason, momentOf(claiming, id));
  effects.set(id, next);
  made.push(command.command_id);
  const claim = { case_id: command.case_id, claims: (request.previous?.claims ?? 0) + 1 };
  const { at } = momentOf(claiming, id);
  journal.push(journalEntryOf(id, reason, { at, fence: next.fence, claim, ...world.stamp }));
  const ledgers = reserve.map(({ terms }) => ledgerId(terms.limit, terms.scope));
  const approved = request.approval?.actId === command.act_id;
  const sources = sourcesOf(request.decision.inputs.history, command.target);
  const clearedUnder = world.brakes.rules.bundleVersion;
  start.push({ command, effectId: id, approved, sources, clearedUnder, fence: next.fence, ledgers });
};

const NOT_CLOSED = {
  kind: 'stopped',
  reason: 'target_busy',
  then: 'hold',
  text: 'it was removed at the target, and its agent closes it before it is applied again',
} as const;

/** An act that is to be applied again, and what the document of its effect says of that. */
const judgeAgain = (
  claiming: Claiming,
  { act, again, id }: { readonly act: Act; readonly again: Reapply; readonly id: string },
): CaseAct | ReadAgain | undefined => {
  const { view, effects, request } = claiming;
  if (!view.isFresh(id) && !effects.has(id)) return READ_AGAIN;
  const may = mayReapply(again, effects.get(id) ?? contentOf('effect', view.get(id)));
  if (may === 'now') return undefined;
  if (may === 'busy') return stoppedAct(act, NOT_CLOSED, resolutionFor(request, act));
  return leftGone({ act_id: act.act_id, reapply: again }, may.not);
};

/** One act on its way to a command: braked, met by what is there already, reserved in its limits, claimed. */
const claimOne = (claiming: Claiming, decided: Act, again: Reapply | undefined): CaseAct | ReadAgain => {
  const { view, world, request, effects } = claiming;
  const { order } = request.received;
  const resolution = resolutionFor(request, decided);
  if (again !== undefined && !hasTimeLeft(again.until, world.now))
    return leftGone({ act_id: decided.act_id, reapply: again }, 'its time was over by then');
  if (again !== undefined && request.received.source_state === 'completed')
    return leftGone({ act_id: decided.act_id, reapply: again }, 'its source says that it is over');
  const timed = endingInTime(decided, order, world.now);
  if (!timed.ok) return stoppedAct(decided, timed.error, resolution);
  const act = again === undefined ? timed.value : endingAsBefore(timed.value, again, world.now);
  // INVARIANT: what a remembered document says of who is away may be over.
  if (resolution !== undefined && isForAbsent(resolution) && !view.isFresh(ABSENCES_ID)) return READ_AGAIN;
  const clearance = brake(claiming, act);
  if (clearance.kind === 'stopped') return stoppedAct(act, clearance, resolution);
  const standstill = world.brakes.standstill();
  if (standstill !== undefined)
    return stoppedAct(act, { kind: 'stopped', reason: 'permit_stale', then: 'hold', text: standstill }, resolution);
  if (resolution === undefined && !isWordFresh(claiming, act)) return READ_AGAIN;
  const { command } = clearance.command;
  const ids = claiming.effectIds(command.connector, act);
  const seen = (id: string): Effect | undefined => effects.get(id) ?? contentOf('effect', view.get(id));
  const isLive = (effect: Effect | undefined): boolean => effect !== undefined && effect.state !== 'absent';
  const id =
    ids.find((each) => isLive(seen(each))) ?? ids[0] ?? effectId(command.connector, command.action, command.target);
  const effect = seen(id);
  // What is remembered as there may be gone, and what is remembered as gone may be there.
  if (order?.extends !== undefined && !view.isFresh(id) && !effects.has(id)) return READ_AGAIN;
  const nothing = nothingToExtend(order, id, effect);
  if (nothing) return stoppedAct(act, nothing, resolution);
  const unlikeBefore = again && judgeAgain(claiming, { act, again, id });
  if (unlikeBefore !== undefined) return unlikeBefore;
  if (effect !== undefined && effect.state !== 'absent') return meetEffect(claiming, { act, command, effect, id });
  const long = tooLong(act, world.brakes.rules.longest ?? [], { now: world.now });
  if (long) return stoppedAct(act, long, resolution);
  const refused = reserveAll(claiming, clearance.command, id);
  if (refused === READ_AGAIN) return READ_AGAIN;
  if (refused) return stoppedAct(act, refused, resolution);
  claimEffect(claiming, clearance.command, { id, effect });
  const { command_id } = command;
  return { act_id: act.act_id, status: 'applying', command_id, effect_id: id, ...present({ resolution }) };
};

/** A question for a person, or what becomes of it beyond the budget of questions. */
const asked = ({ world, request }: Claiming, outcome: CaseAct): CaseAct => {
  const { received, decision, approval } = request;
  if (approval !== undefined || !isQuestion(outcome, decision)) return outcome;
  const waitedMs = world.now - Date.parse(received.received_at);
  const act = decision.acts.find(({ act_id }) => act_id === outcome.act_id);
  const { rules, people, asked: askedWithin } = world.brakes;
  const asking = { asked: askedWithin, approvers: () => people.approvers?.() ?? 1 };
  const beyond = beyondBudget(rules.budgets ?? [], asking, waitedMs);
  return act === undefined || beyond === undefined ? outcome : stoppedAct(act, beyond);
};

/** One act of a decision in its claim: on its way to a command, with a person, or over. */
export const claimAct = (claiming: Claiming, act: Act): CaseAct | ReadAgain => {
  const again = removedBefore(claiming.request, act);
  const outcome = claimOne(claiming, act, again);
  if (outcome === READ_AGAIN) return outcome;
  return { ...asked(claiming, outcome), ...present({ reapply: again }) };
};
