import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type { BrakesSay } from '../../../common/api/routes';
import type { ActProgress } from '../../../common/api/progress';
import type { Decision, Verdict } from '../../../common/flow/decision';
import type { DetectionEvent, Intake } from '../../../common/flow/event';
import { err, ok, type Result } from '../../../common/result';
import { meantBy, readNames } from '../../engine/intake/named_fields';
import { resolveTarget } from '../../engine/decision/resolve_target';
import { actionNamed } from '../../../common/policy/actions';
import type { Agent } from '../agent/agent';
import { plannedCase, type CaseContent } from '../keeping/kinds/case';
import type { CaseAct } from '../keeping/kinds/case';
import { READ_AGAIN } from '../executing/claiming';
import { decideEvent } from '../executing/decide_event';
import { keptEvent } from '../sources/receive';
import { NOT_JOINED, refusal, SOURCE_OFF, type Refusal } from '../record/refusal';
import { brakesTrial, wouldOf } from './brakes_say';
import { progressOf } from './progress';
import type { AgentWith, ShiftWith } from '../agent/views';
import type { Shift } from '../agent/shift';

/*
 * For AI agents and scripts that ask before they act: if it is not encoded and approved, the answer is no. Every
 * question and its answer are on record.
 */

export interface Question {
  readonly asker: string;
  /** Who holds the token of the asker. */
  readonly owners?: readonly string[];
  readonly event: DetectionEvent;
  readonly wanted?: { readonly action: string; readonly target?: string };
  /** True: what is permitted is executed in the normal way. */
  readonly act: boolean;
}

export interface Answer {
  readonly answer: Verdict;
  readonly decision: Decision;
  readonly progress?: readonly ActProgress[];
  /** Of a question without effect: what would become of each act that the policies permit. */
  readonly brakes?: readonly BrakesSay[];
}

/** What holds for the wanted act. Nothing that permits it means no. */
const answerOf = (decision: Decision, wanted: Question['wanted']): Verdict => {
  if (wanted === undefined || decision.verdict !== 'learn') return decision.verdict;
  return 'deny';
};

const STRICTEST: readonly Verdict[] = ['deny', 'escalate', 'hold', 'learn', 'permit'];

const strictest = (verdicts: readonly Verdict[]): Verdict =>
  STRICTEST.find((each) => verdicts.includes(each)) ?? 'deny';

/** What became of what the policies permit: a permit that the brakes stopped is none to whoever asked. */
const answerOfActs = ({ verdict, acts }: Decision, became: readonly CaseAct[]): Verdict => {
  const permitted = new Set(
    acts.flatMap(({ act_id, shadow, result }) => (!shadow && result === 'permit' ? act_id : [])),
  );
  return strictest([verdict, ...became.filter(({ act_id }) => permitted.has(act_id)).map(wouldOf)]);
};

/** The wanted target in its one spelling; a host is needed for files and processes and comes from the event. */
const canonicalWanted = (
  wanted: NonNullable<Question['wanted']>,
  event: DetectionEvent,
): Result<NonNullable<Question['wanted']>, Refusal> => {
  const definition = actionNamed(wanted.action);
  if (!definition) return err(refusal('invalid', `\`${wanted.action}\` is no action that Reflex knows`));
  if (wanted.target === undefined) return ok(wanted);
  const { src_host, dst_host } = readNames(event).event;
  const said = meantBy(definition.target, wanted.target) ?? '';
  const target = resolveTarget(definition.target, said, src_host ?? dst_host);
  return typeof target === 'string'
    ? err(refusal('invalid', `\`${wanted.target}\` is no valid ${definition.target}`))
    : ok({ ...wanted, target: target.value });
};

/** What answering takes of an agent. */
interface DecidingAgent extends AgentWith<'chance' | 'clock' | 'grants' | 'switches'> {
  readonly admit: Agent['admit'];
  readonly shift: (ShiftWith<'commits'> & Pick<Shift, 'work'>) | undefined;
}

const decideWithoutEffect = async (
  agent: DecidingAgent,
  question: Question,
  intake: Intake,
): Promise<Result<Answer, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const at = iso(parts.clock.utc());
  // Each question is its own: the same event may be asked about again when the world has changed.
  const received = keptEvent(question.event, {
    intake,
    identity: [question.event.event_id, 'asked', parts.chance.uuid()],
    receivedAt: at,
    granted: parts.grants.of(intake),
  });
  const decision = await decideEvent(shift.work.deciding, received, {
    effectless: true,
    ...present({ wanted: question.wanted }),
  });
  if (!decision) return err(refusal('unavailable', 'no policy bundle is in force; nothing is decided'));
  const content: CaseContent = {
    received,
    state: 'decided',
    decision,
    acts: decision.acts.map((act) => ({
      act_id: act.act_id,
      status: act.shadow ? 'shadow' : 'stopped',
      text: 'asked for only, not executed',
    })),
    claims: 0,
  };
  const trial = brakesTrial(shift, received, decision);
  const brakes = await shift.parts.commits.settle<readonly BrakesSay[]>({
    reads: trial.reads,
    presumedAbsent: [received.case_id],
    build: (view) => {
      const said = trial.said(view);
      if (said === READ_AGAIN) return READ_AGAIN;
      const docs = [plannedCase(content, at, [{ family: 'decisions', id: decision.decision_id, at }])];
      return { docs, answer: said };
    },
  });
  const answer = strictest([answerOf(decision, question.wanted), ...brakes.map(({ would }) => would)]);
  return ok({ answer, decision, brakes });
};

const decideAndAct = async (
  agent: DecidingAgent,
  { event, owners }: Question,
  intake: Intake,
): Promise<Result<Answer, Refusal>> => {
  const admission = await agent.admit(
    keptEvent(event, {
      intake,
      identity: [event.event_id],
      receivedAt: iso(agent.parts.clock.utc()),
      granted: agent.parts.grants.of(intake),
      ...present({ owners }),
    }),
  );
  if (admission.kind === 'switched_off') return err(SOURCE_OFF);
  if (admission.kind !== 'accepted' && admission.kind !== 'duplicate') {
    return err(
      refusal(
        admission.kind === 'quarantined' ? 'invalid' : 'unavailable',
        `the event was not decided: ${admission.kind}`,
      ),
    );
  }
  const { decision, acts } = admission.content;
  if (!decision)
    return err(refusal('unavailable', 'no policy bundle is in force; the event is kept and decided later'));
  return ok({
    answer: answerOfActs(decision, acts),
    decision,
    progress: acts.map((act) => progressOf(act)),
  });
};

/** Answers a question. Durable before it is answered; without effect unless the asker says `act`. */
export const evaluate = async (agent: DecidingAgent, question: Question): Promise<Result<Answer, Refusal>> => {
  const intake: Intake = { type: 'asker', id: question.asker };
  if (agent.parts.switches.off(intake) !== undefined) return err(SOURCE_OFF);
  if (question.wanted === undefined)
    return question.act ? decideAndAct(agent, question, intake) : decideWithoutEffect(agent, question, intake);
  if (question.act)
    return err(
      refusal('invalid', 'a wanted act is asked about, not executed: leave `wanted` out to let the policies act'),
    );
  const wanted = canonicalWanted(question.wanted, question.event);
  return wanted.ok ? decideWithoutEffect(agent, { ...question, wanted: wanted.value }, intake) : wanted;
};
