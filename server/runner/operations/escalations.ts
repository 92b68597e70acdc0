import type { ShiftWith } from '../agent/views';
import { accepts } from '../../../common/flow/demand';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { changeCase } from '../executing/change_document';
import { isLapsed } from '../executing/earlier_acts';
import { actorsBeside, escalationDigest, handOver } from '../executing/handed_over';
import { DEFAULT_ASK_MS, say } from '../facts/words';
import { contentOf, read } from '../keeping/state_docs';
import { ABSENCES_ID, standingsOf, type Standing } from '../keeping/kinds/absences';
import type { Approval, CaseAct, CaseContent, Resolution } from '../keeping/kinds/case';
import { processApproval } from '../executing/process_event';
import { decidedAgainFrom } from '../executing/take_update';
import type { Shift } from '../agent/shift';
import { permitAsker } from './asking/asked_case';
import { noLongerGood, standingNow, whyNotAny, whyNotWithOthers } from './may_approve';
import { countApproval, countingApprovals, missingOf } from './quorum';

/** Why a person's word on an escalation was not taken. */
export type EscalationRefusal =
  | {
      readonly code: 'not_found' | 'not_four_eyes' | 'not_stand_in' | 'answer_alone' | 'not_here';
      readonly message: string;
    }
  /** Somebody else decided, or the case moved on: what was seen is no longer so. */
  | { readonly code: 'changed'; readonly message: string; readonly content: CaseContent | undefined }
  /** `stopped_again`: the word was good, and the brakes or a busy target stopped the act all the same. */
  | { readonly code: 'not_waiting' | 'stopped_again'; readonly message: string; readonly content: CaseContent };

export interface Word {
  readonly caseId: string;
  readonly actId: string;
  readonly by: string;
  readonly reason: string;
  readonly fourEyes: boolean;
  /** With which roles, where the host knows. */
  readonly roles?: readonly string[];
  /** After a denial its target asks first for so long, ms; default as long as the act would last. */
  readonly askForMs?: number;
  /** Digest of what the person saw, as the escalation was shown. */
  readonly seen: string;
  /** To so many acts the person gives this answer; default 1. */
  readonly of?: number;
  /** Who is away, and for whom the person says it; missing: for themselves. */
  readonly standsFor?: string;
}

/** It is decided again within a second. In the pauses before that a person may answer what is shown. */
const isAboutToChange = (content: CaseContent, now: number): boolean =>
  content.outdated === true && decidedAgainFrom(content) <= now;

const find = async (
  shift: ShiftWith<'clock' | 'store'>,
  word: Word,
): Promise<Result<CaseContent, EscalationRefusal>> => {
  const content = contentOf('case', await shift.parts.store.get(word.caseId));
  const act = content?.acts.find((each) => each.act_id === word.actId);
  if (!content || !act)
    return err({ code: 'not_found', message: `there is no act \`${word.actId}\` of case \`${word.caseId}\`` });
  if (act.status !== 'waiting')
    return err({ code: 'not_waiting', message: `it does not wait any more: ${act.status}`, content });
  if (isAboutToChange(content, shift.parts.clock.utc()))
    return err({ code: 'changed', message: 'its source said something newer; look again in some seconds', content });
  if (escalationDigest(content, word.actId) !== word.seen) {
    return err({ code: 'changed', message: 'what you saw has changed since; look again', content });
  }
  return ok(content);
};

const resolutionOf = (
  shift: ShiftWith<'clock'>,
  { by, reason, fourEyes }: Word,
  verb: Resolution['verb'],
): Resolution => ({
  verb,
  by,
  reason,
  four_eyes: fourEyes,
  at: iso(shift.parts.clock.utc()),
});

const NO_ACTOR = 'this agent has no role `act`, and no other agent that runs has it: start one, then approve it again';

/** This host does not act: an agent that does executes it, soon or not at all. */
const leaveToActor = async (
  { parts }: ShiftWith<'clock' | 'commits' | 'session'>,
  { caseId, actId, seen }: Word,
  resolution: Resolution,
): Promise<Result<CaseContent, EscalationRefusal>> => {
  if (actorsBeside(parts.session).length === 0) return err({ code: 'not_here', message: NO_ACTOR });
  parts.commits.forget(caseId);
  const handed = await handOver(parts, caseId, { actId, seen, resolution });
  return handed ? ok(handed) : err({ code: 'changed', message: 'somebody else was faster', content: undefined });
};

/** What an asker wants to do is permitted to it: no agent executes it (docs/decisions/095). */
const answerAsker = async (
  { parts }: ShiftWith<'clock' | 'commits'>,
  { caseId, actId, seen }: Word,
  resolution: Resolution,
): Promise<Result<CaseContent, EscalationRefusal>> => {
  parts.commits.forget(caseId);
  const permitted = await permitAsker(parts, caseId, { actId, seen, resolution });
  return permitted ? ok(permitted) : err({ code: 'changed', message: 'somebody else was faster', content: undefined });
};

/** Nothing was sent: whoever approved must not take it for done. */
const stoppedAgain = (content: CaseContent, { actId }: Word): EscalationRefusal | undefined => {
  const act = content.acts.find(({ act_id }) => act_id === actId);
  if (act === undefined || !['waiting', 'denied', 'stopped'].includes(act.status)) return undefined;
  const then = act.status === 'waiting' ? 'it waits for a person again' : 'it is not done';
  const message = `it was approved and was not executed; ${then}: ${act.text ?? act.status}`;
  return { code: 'stopped_again', message, content };
};

type Approving = ShiftWith<'clock' | 'commits' | 'inventory' | 'people' | 'session' | 'store'> & Pick<Shift, 'work'>;

/** Files an approval that waits for others; undefined if the act is not what was seen, or this one completes it. */
const note = (
  shift: Approving,
  { caseId, actId, by, reason, roles, seen, stands_for }: Word & Voice,
  isGood: (approval: Approval) => boolean,
): Promise<CaseContent | undefined> => {
  const { clock, commits } = shift.parts;
  commits.forget(caseId);
  return changeCase(shift.parts, caseId, (current) => {
    const utc = clock.utc();
    const act = current.acts.find((each) => each.act_id === actId);
    const isAsSeen = act?.status === 'waiting' && act.handed === undefined && escalationDigest(current, actId) === seen;
    if (!isAsSeen || isLapsed(current, utc)) return undefined;
    // INVARIANT: of two that come at once the second sees the first: none of them is left for a third to complete.
    const voice = { by, ...present({ roles, stands_for }) };
    if (countApproval(current, { actId, utc, ...voice }, isGood).kind !== 'short') return undefined;
    const approval = { ...voice, at: iso(utc), reason, seen };
    const approvals = [...countingApprovals(current, actId, utc).filter(isGood), approval];
    return { acts: current.acts.map((each) => (each === act ? { ...act, approvals } : each)) };
  });
};

/** Enough people permit it: the brakes judge it once more, then it is claimed and executed like any other. */
const carryOut = async (
  shift: Approving,
  content: CaseContent,
  { word, others }: { readonly word: Word & Voice; readonly others: readonly Approval[] },
): Promise<Result<CaseContent, EscalationRefusal>> => {
  const { roles, stands_for } = word;
  const resolution: Resolution = {
    ...resolutionOf(shift, word, 'approved'),
    ...present({
      roles,
      stands_for,
      others: others.length === 0 ? undefined : others.map(({ seen: _seen, ...each }) => each),
    }),
  };
  if (content.asked !== undefined) return answerAsker(shift, word, resolution);
  if (!shift.parts.session.has('act')) return leaveToActor(shift, word, resolution);
  const { processing, hooks } = shift.work;
  const answer = await processApproval(processing, content, { actId: word.actId, resolution }, hooks);
  if (answer.kind === 'moved')
    return err({ code: 'changed', message: 'somebody else was faster', content: answer.content });
  const again = stoppedAgain(answer.content, word);
  return again === undefined ? ok(answer.content) : err(again);
};

/** For whom a word is said, if not for oneself; as it is in the state now. */
interface Voice {
  readonly stands_for?: Standing;
}

const voiceOf = async (shift: Approving, { by, standsFor }: Word): Promise<Result<Voice, EscalationRefusal>> => {
  if (standsFor === undefined) return ok({});
  const standing = await standingNow(shift, by, standsFor);
  return standing === undefined
    ? err({ code: 'not_stand_in', message: `\`${by}\` does not stand in for \`${standsFor}\` now` })
    : ok({ stands_for: standing });
};

/** For whom somebody could have said it who has not the right to say it for themselves. */
const hint = async (
  shift: Approving,
  content: CaseContent,
  { by, actId, stands_for }: Word & Voice,
): Promise<string> => {
  if (stands_for !== undefined) return '';
  const utc = shift.parts.clock.utc();
  const missing = missingOf(content, actId, utc);
  const { absences = [] } = (await read(shift.parts.store, 'absences', ABSENCES_ID)) ?? {};
  const able = standingsOf(absences, by, utc).find((each) => missing.some((demand) => accepts(demand, each)));
  return able === undefined ? '' : `; they stand in for \`${able.name}\`: approve it for them`;
};

const MOST_TRIES = 5;

/**
 * A person permits an act that waits. Where its policies demand several people, it waits for the others; with the last
 * of them it is executed, here or, where this host does not act, by an agent that does. The first of approve, deny and
 * expire wins.
 */
export const approve = async (shift: Approving, word: Word): Promise<Result<CaseContent, EscalationRefusal>> => {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const found = await find(shift, word);
    if (!found.ok) return found;
    const content = found.value;
    if (isLapsed(content, shift.parts.clock.utc()))
      return err({ code: 'not_waiting', message: `nobody decided in time: it ended at ${content.due ?? ''}`, content });
    const inCompany = whyNotWithOthers(content, word);
    if (inCompany !== undefined) return err({ code: 'answer_alone', message: inCompany });
    const said = await voiceOf(shift, word);
    if (!said.ok) return said;
    const voiced = { ...word, ...said.value };
    const why = word.fourEyes ? await whyNotAny(shift, content, voiced) : undefined;
    if (why !== undefined) return err({ code: 'not_four_eyes', message: why });
    // Where there are no users to tell apart, it is a separate step, and enough.
    if (!word.fourEyes) return carryOut(shift, content, { word, others: [] });
    const bad = await noLongerGood(shift, content, word.actId);
    const isGood = ({ by }: Approval): boolean => !bad.has(by);
    const counted = countApproval(content, { ...voiced, utc: shift.parts.clock.utc() }, isGood);
    if (counted.kind === 'refused')
      return err({ code: 'not_four_eyes', message: `${counted.message}${await hint(shift, content, voiced)}` });
    if (counted.kind === 'complete') return carryOut(shift, content, { word: voiced, others: counted.others });
    const noted = await note(shift, voiced, isGood);
    if (noted !== undefined) return ok(noted);
  }
  return err({ code: 'changed', message: 'others were faster each time; look again', content: undefined });
};

/** A person refuses an act that waits. */
export const deny = async (
  shift: ShiftWith<'clock' | 'commits' | 'inventory' | 'store' | 'words'>,
  word: Word,
): Promise<Result<CaseContent, EscalationRefusal>> => {
  const found = await find(shift, word);
  if (!found.ok) return found;
  const denied = found.value.decision?.acts.find(({ act_id }) => act_id === word.actId);
  const { by, reason, askForMs = denied?.ttl_ms ?? DEFAULT_ASK_MS } = word;
  // INVARIANT: before the denial, so that a crash in between leaves "asks first", never "acts again".
  // What is refused to an asker says nothing about what Reflex may do to the target.
  if (denied && denied.target.value !== '' && found.value.asked === undefined)
    await say(shift.parts, { target: denied.target, verb: 'deny', by, reason, askForMs });
  shift.parts.commits.forget(word.caseId);
  const resolution = resolutionOf(shift, word, 'denied');
  const refuse = (act: CaseAct): CaseAct =>
    act.act_id === word.actId && act.status === 'waiting' ? { ...act, status: 'refused', resolution } : act;
  const changed = await changeCase(shift.parts, word.caseId, (current) => {
    const act = current.acts.find((each) => each.act_id === word.actId);
    return act?.status === 'waiting' && escalationDigest(current, word.actId) === word.seen
      ? { acts: current.acts.map(refuse) }
      : undefined;
  });
  return changed ? ok(changed) : err({ code: 'changed', message: 'somebody else was faster', content: undefined });
};
