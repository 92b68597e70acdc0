import { endAbsence, listAbsences, setAbsence } from '../../common/api/routes';
import { ok, type Result } from '../../common/result';
import type { AgentWith } from '../runner/agent/views';
import type { Absence } from '../runner/keeping/kinds/absences';
import { absenceViews, endAbsence as end, setAbsence as set } from '../runner/operations/absences';
import type { Refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { Serving } from './route_parts';

const answerOf = ({ parts }: AgentWith<'clock'>, absences: readonly Absence[]) => ({
  absences: [...absenceViews(absences, parts.clock.utc())],
});

const answered = (
  agent: AgentWith<'clock'>,
  saved: Result<readonly Absence[], Refusal>,
): Result<ReturnType<typeof answerOf>, Refusal> => (saved.ok ? ok(answerOf(agent, saved.value)) : saved);

/** Approvers who are away, and who stands in for them. */
export const absenceRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listAbsences, async () => {
    const { agent } = parts.ready();
    await agent.parts.absences.load();
    return ok(answerOf(agent, agent.parts.absences.all));
  });
  serve(parts, setAbsence, async ({ body, caller }) => {
    const { agent } = parts.ready();
    return answered(agent, await set(agent, caller, body));
  });
  serve(parts, endAbsence, async ({ params, body, caller }) => {
    const { agent } = parts.ready();
    const who = { by: caller.name, mayStop: caller.may.includes('respond') };
    return answered(agent, await end(agent, params.absence_id, { ...who, ...body }));
  });
};
