import type { AccessContext, AccessDecision, AccessTuple, BrakesSay } from '../../../../common/api/routes';
import { decisiveReason, type Act, type Decision } from '../../../../common/flow/decision';
import type { ReceivedEvent } from '../../../../common/flow/event';
import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import { err, ok, type Result } from '../../../../common/result';
import type { Shift } from '../../agent/shift';
import type { AgentWith, ShiftWith } from '../../agent/views';
import { decideEvent } from '../../executing/decide_event';
import { plannedCase, type AskedFor, type CaseContent } from '../../keeping/kinds/case';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { keptEvent } from '../../sources/receive';
import { accessQuestion, type AccessQuestion, type QuestionFault } from './access_question';
import { approvalFor, spendApproval, type Approval, type ApprovalFault } from './approval';
import { REQUESTABLE_MS } from './asked_case';
import { textOf, until, weigh, worstOf, type WeighedAct } from './weigh';
import { isJsonObject } from '../../../../common/codec/json_object';

/*
 * Answers a question of the Authorization API: decided as an event of the asker, by what the asker may claim, and
 * braked as an act of Reflex would be. On record before it is told. INVARIANT (INV-1, INV-13): `true` only where the
 * policies permit it, or a person did, and no brake would refuse it now.
 */

/** A permit is to be used within this time, ms: so long Reflex itself may take from a clearance to the first byte. */
export const PERMIT_FOR_MS = 30_000;

/** After so long what only stands in the way for the moment is worth another question, s. */
const RETRY_AFTER_S = 30;

/** The longest name that somebody may have who approves. */
const LONGEST_NAME = 256;

export interface Asker {
  /** Whose token it is. */
  readonly name: string;
  /** Who holds it. */
  readonly owners: readonly string[];
  /** As the asker numbers the request. */
  readonly requestId?: string | undefined;
}

export interface AskingAgent extends AgentWith<'chance' | 'clock' | 'grants' | 'store' | 'switches'> {
  readonly shift: (ShiftWith<'clock' | 'commits' | 'store'> & Pick<Shift, 'work'>) | undefined;
}

/** An answer before it is worded. */
interface Finding {
  readonly decision: boolean;
  readonly reason: string;
  readonly text: string;
  readonly act?: Act | undefined;
  readonly brakes?: BrakesSay | undefined;
  /** A person may permit this act to the asker. */
  readonly requestable?: Act | undefined;
  readonly next?: AccessContext['next_action'];
}

const denied = (reason: string, text: string, more: Partial<Finding> = {}): Finding => ({
  decision: false,
  ...{ reason, text, next: 'none' },
  ...more,
});

/** What the policies say where no act answers. */
const withoutAct = ({ verdict, reasons, acts, held = [] }: Decision): Finding => {
  const [first] = [...acts, ...held].filter(({ shadow }) => !shadow);
  const told = (first && decisiveReason(first)) ?? reasons[0];
  const text = told?.text ?? 'no policy in force allows it';
  switch (verdict) {
    case 'learn':
    case 'permit':
      return denied('no_policy', text);
    case 'deny':
      return denied('policy_denied', text, { act: first });
    case 'hold':
      return denied('not_confirmed', text, { act: first, next: 'retry' });
    case 'escalate':
      return denied('person_required', text);
  }
};

/** What holds for the act that fares worst of those that answer. */
const byBrakes = (worst: WeighedAct): Finding => {
  const { act, now, approved } = worst;
  const about = { act, brakes: now };
  switch (now.would) {
    case 'permit':
      return { decision: true, reason: 'permitted', text: textOf(worst), ...about };
    case 'deny':
      return denied(now.stop_reason ?? 'policy_denied', textOf(worst), about);
    case 'hold':
      return denied(now.stop_reason ?? 'target_busy', textOf(worst), { ...about, next: 'retry' });
    case 'escalate':
      // Nobody is asked to permit what a brake would refuse all the same.
      return approved.would === 'permit'
        ? denied('approval_required', textOf(worst), { ...about, requestable: act, next: 'request' })
        : denied(approved.stop_reason ?? 'person_required', approved.text ?? textOf(worst), {
            act,
            brakes: approved,
            next: approved.would === 'hold' ? 'retry' : 'none',
          });
  }
};

/** The same where an approval was shown that is not good for it. */
const withoutApproval = (finding: Finding, fault: ApprovalFault | undefined): Finding =>
  fault === undefined || finding.reason !== 'approval_required' ? finding : { ...finding, ...fault };

/** One answer in the words of the standard. */
const worded = (
  { decision, reason, text, next }: Finding,
  at: string,
  more: Partial<AccessContext> = {},
): AccessDecision => ({
  decision,
  context: {
    reason,
    evaluated_at: at,
    // For whoever is behind the asker the code is enough: why, is for who runs it.
    ...(decision
      ? { reason_admin: { 200: text }, reason_user: { 200: 'permitted' } }
      : { reason_admin: { 403: text }, reason_user: { 403: reason } }),
    ...present({ next_action: next, retry_after: next === 'retry' ? RETRY_AFTER_S : undefined }),
    ...more,
  },
});

/** The answer to a question that cannot be asked: well-formed, and denied. */
const faultAnswer = ({ reason, message }: QuestionFault, at: string): AccessDecision =>
  worded(denied(reason, message), at, { error: { status: reason === 'unknown_action' ? 404 : 400, message } });

const receivedOf = (
  { parts: { chance, grants } }: AskingAgent,
  { name, owners }: Asker,
  { event, subject }: AccessQuestion,
  at: string,
): ReceivedEvent => {
  const intake = { type: 'asker', id: name } as const;
  return keptEvent(event, {
    intake,
    // Each question is its own: the same may be asked again when the world has changed.
    identity: [event.event_id, 'asked', chance.uuid()],
    receivedAt: at,
    granted: grants.of(intake),
    // INVARIANT (INV-10): nobody approves what is asked in their name.
    owners: [...new Set([...owners, ...(subject.id.length <= LONGEST_NAME ? [subject.id] : [])])].slice(0, 64),
  });
};

interface Answering {
  readonly agent: AskingAgent;
  readonly shift: NonNullable<AskingAgent['shift']>;
  readonly asker: Asker;
  readonly question: AccessQuestion;
  readonly received: ReceivedEvent;
  readonly decision: Decision;
}

/** What policies, people and brakes make of it, and the approval that a permit rests on. */
const findingOf = async (
  { shift, question, asker, received, decision }: Answering,
  approvalId: string | undefined,
): Promise<Finding & { readonly approval?: Approval | undefined }> => {
  const shown =
    approvalId === undefined
      ? undefined
      : await approvalFor(shift, { id: approvalId, asker: asker.name, question: question.digest, decision });
  const approval = shown?.ok === true ? shown.value : undefined;
  const weighed = await weigh(shift, { received, decision, approval });
  const worst = worstOf(weighed);
  const found = worst === undefined ? withoutAct(decision) : byBrakes(worst);
  if (!found.decision) return withoutApproval(found, shown?.ok === false ? shown.error : undefined);
  const rested = weighed.some(({ byApproval }) => byApproval);
  if (approval === undefined || !rested) return found;
  // Used before it is told: of two that ask at once with one approval the second one is denied.
  const isMine = await spendApproval(shift, approval, received.case_id);
  return isMine
    ? { ...found, approval }
    : denied('approval_used', 'the approval was used by another question', { act: found.act });
};

const caseOf = ({ received, decision, question, asker }: Answering, finding: Finding, asked: Partial<AskedFor>) => {
  const content: CaseContent = {
    received,
    state: 'decided',
    decision,
    acts: decision.acts.map(({ act_id, shadow }) => ({
      act_id,
      status: shadow ? 'shadow' : 'stopped',
      text: 'asked for only, not executed',
    })),
    claims: 0,
    asked: {
      question: question.digest,
      subject: question.subject,
      decision: finding.decision,
      reason: finding.reason,
      ...present({ request_id: asker.requestId }),
      ...asked,
    },
  };
  return content;
};

const policyIn = (act: Act | undefined, { bundle }: Decision): AccessContext['policy'] =>
  act && { id: act.policy.id, hash: act.policy.hash, bundle_version: bundle.version };

const brakesIn = (said: BrakesSay | undefined): AccessContext['brakes'] => {
  if (said === undefined) return undefined;
  const { act_id: _id, ...rest } = said;
  return rest;
};

/** Puts the question and its answer on record. @throws StoreUnavailable: then nothing is answered */
const onRecord = async (answering: Answering, content: CaseContent): Promise<void> => {
  const { shift, agent, received, decision } = answering;
  const at = iso(agent.parts.clock.utc());
  const records = [{ family: 'decisions', id: decision.decision_id, at } as const];
  await shift.parts.commits.settle({
    reads: [],
    presumedAbsent: [received.case_id],
    build: () => ({ docs: [plannedCase(content, at, records)], answer: undefined }),
  });
};

const approvalIn = ({ context }: AccessTuple): string | undefined => {
  const approval = context?.['approval'];
  const id = isJsonObject(approval) ? approval.id : undefined;
  return typeof id === 'string' && id.length > 0 && id.length <= 512 ? id : undefined;
};

/**
 * Answers one question. An answer is no act: nothing is begun and nothing is reserved.
 *
 * @param endpoint where people can be asked
 */
export const answerAccess = async (
  agent: AskingAgent,
  asker: Asker,
  { tuple, endpoint }: { readonly tuple: AccessTuple; readonly endpoint: string },
): Promise<Result<AccessDecision, Refusal>> => {
  const { parts, shift } = agent;
  const at = iso(parts.clock.utc());
  if (parts.switches.off({ type: 'asker', id: asker.name }) !== undefined)
    return ok(worded(denied('source_off', 'an admin switched this asker off'), at));
  const question = accessQuestion(tuple, { id: parts.chance.uuid(), at });
  if (!question.ok) return ok(faultAnswer(question.error, at));
  if (!shift) return err(NOT_JOINED);
  const { action, target } = question.value;
  const received = receivedOf(agent, asker, question.value, at);
  const wanted = { action, target: target.value };
  const decision = await decideEvent(shift.work.deciding, received, { effectless: true, wanted });
  if (!decision) return err(refusal('unavailable', 'no policy bundle is in force; nothing is decided'));
  const answering: Answering = { agent, shift, asker, question: question.value, received, decision };
  const { approval, ...finding } = await findingOf(answering, approvalIn(tuple));
  const { requestable } = finding;
  const now = parts.clock.utc();
  const asked = present({
    approval: approval?.id,
    requestable: requestable && { act_id: requestable.act_id, until: until(now, REQUESTABLE_MS) },
  });
  await onRecord(answering, caseOf(answering, finding, asked));
  return ok(
    worded(finding, at, {
      evaluation_id: received.case_id,
      decision_id: decision.decision_id,
      ...present({
        policy: policyIn(finding.act, decision),
        brakes: brakesIn(finding.brakes),
        valid_until: finding.decision ? until(now, PERMIT_FOR_MS) : undefined,
        access_request: asked.requestable && { endpoint, expires_at: asked.requestable.until },
      }),
    }),
  );
};
