import { present } from '../../common/present';
import { iso } from '../../common/iso';
import { approveEscalation, denyEscalation, giveOpinion, listEscalations, listOpinions } from '../../common/api/routes';
import { err, ok, type Result } from '../../common/result';
import type { Label } from '../../common/flow/feedback';
import { inBackground } from '../runner/keeping/in_background';
import type { CaseContent } from '../runner/keeping/kinds/case';
import { audit } from '../runner/record/audit';
import { listEscalations as list } from '../runner/operations/containments';
import { approve, deny, type EscalationRefusal, type Word } from '../runner/operations/escalations';
import { NOT_JOINED, type Refusal } from '../runner/record/refusal';
import { questionLoad, TAKEN } from '../runner/operations/question_load';
import { progressOf } from '../runner/operations/progress';
import { askOpinion, giveOpinion as give, listOpinions as opinions } from '../runner/operations/second_opinions';
import { labelAlong } from '../runner/operations/label_along';
import { serve, type Caller } from './bind';
import type { Serving } from './route_parts';

interface Said {
  readonly params: { readonly case_id: string; readonly act_id: string };
  readonly body: {
    readonly reason: string;
    readonly seen: string;
    readonly ask_for_ms?: number;
    readonly label?: Label;
    readonly of?: number;
    readonly stands_for?: string;
  };
  readonly caller: Caller;
}

const wordOf = ({ params, body, caller }: Said): Word => ({
  caseId: params.case_id,
  actId: params.act_id,
  by: caller.name,
  reason: body.reason,
  seen: body.seen,
  // The policies asked for a person; that is a second pair of eyes unless one user plays all parts.
  fourEyes: !caller.singleUser,
  ...present({ askForMs: body.ask_for_ms, roles: caller.roles, of: body.of, standsFor: body.stands_for }),
});

const viewOf = ({ received, state, acts }: CaseContent) => ({
  case_id: received.case_id,
  state,
  progress: acts.map((act) => progressOf(act)),
});

const refusalOf = (refused: EscalationRefusal): Refusal => ({
  code: refused.code,
  message: refused.message,
  ...present({ current: 'content' in refused && refused.content ? viewOf(refused.content) : undefined }),
});

/** How long it had waited for an answer, ms. */
const waitedMs = ({ decision }: CaseContent, utc: number): number | undefined =>
  decision && Math.max(0, utc - Date.parse(decision.decided_at));

const outcomeOf = (outcome: Result<CaseContent, EscalationRefusal>, { actId }: Word): string => {
  if (!outcome.ok) return outcome.error.code;
  const act = outcome.value.acts.find(({ act_id }) => act_id === actId);
  if (act?.status === 'waiting' && act.approvals !== undefined && act.handed === undefined) return TAKEN.waits;
  return act?.handed === undefined ? TAKEN.done : TAKEN.left;
};

type Answered = ReturnType<typeof viewOf> & { readonly labelled?: number };

/** Acts that wait for a person. */
export const escalationRoutes = (parts: Serving<'agent'>): void => {
  const say = async (verb: 'approve' | 'deny', said: Said): Promise<Result<Answered, Refusal>> => {
    const { agent } = parts.ready();
    const { shift } = agent;
    if (!shift) return err(NOT_JOINED);
    const word = wordOf(said);
    const entry = {
      verb,
      by: word.by,
      object: { type: 'escalation', id: word.caseId },
      case_id: word.caseId,
      act_id: word.actId,
      digest: word.seen,
      text: word.standsFor === undefined ? word.reason : `for \`${word.standsFor}\`: ${word.reason}`,
      four_eyes: word.fourEyes,
    };
    // What is approved is executed within this call, or soon by another agent: the word stands on record before.
    await audit(agent, { ...entry, outcome: 'asked' });
    const outcome = await (verb === 'approve' ? approve : deny)(shift, word);
    const waited = outcome.ok ? waitedMs(outcome.value, agent.parts.clock.utc()) : undefined;
    await audit(agent, { ...entry, outcome: outcomeOf(outcome, word), ...present({ waited_ms: waited }) });
    if (!outcome.ok) return err(refusalOf(outcome.error));
    // Afterwards, and beside it: what was answered is not held up by it. Where there is one user nobody else is asked.
    if (word.fourEyes)
      inBackground(agent.parts, 'asking for a second opinion', askOpinion(agent, outcome.value, word.actId));
    const decision = outcome.value.decision?.decision_id;
    // To label takes the right to respond, which whoever approves may lack.
    const mayLabel = said.caller.may.includes('respond') && decision !== undefined;
    const along = { by: word.by, reason: word.reason, label: said.body.label } as const;
    const as = verb === 'approve' ? 'approved' : 'denied';
    return ok({ ...viewOf(outcome.value), ...(mayLabel ? await labelAlong(agent, [decision], { ...along, as }) : {}) });
  };
  serve(parts, listEscalations, async () => {
    const { agent } = parts.ready();
    const { escalations, ...counted } = await list(agent);
    const load = await questionLoad(agent);
    return ok({ as_of: iso(agent.parts.clock.utc()), ...counted, escalations: [...escalations], load });
  });
  serve(parts, listOpinions, async ({ caller }) => {
    const { agent } = parts.ready();
    const { asked, of_others } = await opinions(agent, caller.name);
    return ok({ as_of: iso(agent.parts.clock.utc()), asked: [...asked], of_others });
  });
  serve(parts, giveOpinion, async ({ params, body, caller }) => {
    const { agent } = parts.ready();
    return give(agent, params.opinion_id, { ...body, by: caller.name });
  });
  serve(parts, approveEscalation, (said) => say('approve', said));
  serve(parts, denyEscalation, (said) => say('deny', said));
};
