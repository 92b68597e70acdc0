import type { ShiftWith } from '../agent/views';
import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import { digestOf } from '../../engine/digest/digest';
import { changeCase } from '../executing/change_document';
import { contentOf } from '../keeping/state_docs';
import { isSamePerson } from '../record/four_eyes';
import type { CaseAct, CaseContent, Resolution } from '../keeping/kinds/case';
import { processApproval } from '../executing/process_event';
import type { Shift } from '../agent/shift';

/** Why a person's word on an escalation was not taken. */
export type EscalationRefusal =
  | { readonly code: 'not_found' | 'not_four_eyes' | 'not_here'; readonly message: string }
  /** Somebody else decided, or the case moved on: what was seen is no longer so. */
  | { readonly code: 'changed'; readonly message: string; readonly content: CaseContent | undefined }
  | { readonly code: 'not_waiting'; readonly message: string; readonly content: CaseContent };

export interface Word {
  readonly caseId: string;
  readonly actId: string;
  readonly by: string;
  readonly reason: string;
  readonly fourEyes: boolean;
  /** Digest of what the person saw, as the escalation was shown. */
  readonly seen: string;
}

/**
 * What a decision about an escalation binds to: command, facts of the target, and every policy that took part. It
 * does not change when another bundle is released that leaves these policies as they are.
 */
export const escalationDigest = ({ decision }: CaseContent, actId: string): string | undefined => {
  const act = decision?.acts.find((each) => each.act_id === actId);
  if (!decision || !act) return undefined;
  const policies = decision.trace
    .filter((trace) => trace.act_id === actId || (trace.act_id === undefined && trace.policy.id === act.policy.id))
    .map(({ policy }) => `${policy.id}@${policy.hash}`);
  const facts = decision.inputs.assets.filter(({ value }) => value === act.target.value || value === act.target.host);
  return digestOf({
    action: act.action,
    target: act.target,
    connector: act.connector,
    ttl_ms: act.ttl_ms,
    facts,
    policies: [...new Set(policies)].sort(),
  });
};

const find = async (shift: ShiftWith<'store'>, word: Word): Promise<Result<CaseContent, EscalationRefusal>> => {
  const content = contentOf('case', await shift.parts.store.get(word.caseId));
  const act = content?.acts.find((each) => each.act_id === word.actId);
  if (!content || !act)
    return err({ code: 'not_found', message: `there is no act \`${word.actId}\` of case \`${word.caseId}\`` });
  if (act.status !== 'waiting')
    return err({ code: 'not_waiting', message: `it does not wait any more: ${act.status}`, content });
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

/** Intakes whose id is the name of whoever handed the event in. */
const ASKED_BY_NAME: ReadonlySet<string> = new Set(['webhook', 'asker', 'analyst']);

/**
 * A person permits an act that waits. The brakes judge it once more; then it is claimed and executed like any other.
 * The first of approve, deny and expire wins.
 */
export const approve = async (
  shift: ShiftWith<'clock' | 'session' | 'store'> & Pick<Shift, 'work'>,
  word: Word,
): Promise<Result<CaseContent, EscalationRefusal>> => {
  if (!shift.parts.session.has('act'))
    return err({ code: 'not_here', message: 'this agent has no role `act`: approve it at an agent that acts' });
  const found = await find(shift, word);
  if (!found.ok) return found;
  // INVARIANT (INV-10): nobody approves what they asked for themselves; the intake carries the authenticated name.
  const { intake, voice } = found.value.received;
  const askedBy = [...(ASKED_BY_NAME.has(intake.type) ? [intake.id] : []), ...(voice?.handed ? [voice.handed.by] : [])];
  if (word.fourEyes && askedBy.some((name) => isSamePerson(name, word.by)))
    return err({ code: 'not_four_eyes', message: 'nobody approves what they asked for themselves' });
  const resolution = resolutionOf(shift, word, 'approved');
  const { processing, hooks } = shift.work;
  const answer = await processApproval(processing, found.value, { actId: word.actId, resolution }, hooks);
  if (answer.kind === 'moved')
    return err({ code: 'changed', message: 'somebody else was faster', content: answer.content });
  return ok(answer.content);
};

/** A person refuses an act that waits. */
export const deny = async (
  shift: ShiftWith<'clock' | 'commits' | 'store'>,
  word: Word,
): Promise<Result<CaseContent, EscalationRefusal>> => {
  const found = await find(shift, word);
  if (!found.ok) return found;
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
