import { present } from '../../common/present';
import { iso } from '../../common/iso';
import { getDecision, labelDecision, listDecisions, replayDecision } from '../../common/api/routes';
import { ok } from '../../common/result';
import {
  decisionDetail,
  findDecisions,
  labelDecision as label,
  replayDecision as replay,
} from '../runner/operations/decisions';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** What was decided and why, replayed and labelled. */
export const decisionRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listDecisions, async ({ query }) => {
    const { agent } = parts.ready();
    const listed = await findDecisions(agent, query);
    if (!listed.ok) return listed;
    const { decisions, ...found } = listed.value;
    return ok({ as_of: iso(agent.parts.clock.utc()), ...found, decisions: [...decisions] });
  });
  serve(parts, getDecision, ({ params }) => decisionDetail(parts.ready().agent, params.decision_id));
  serve(parts, replayDecision, async ({ params }) => {
    const replayed = await replay(parts.ready().agent, params.decision_id);
    if (!replayed.ok) return replayed;
    const { decision, ...rest } = replayed.value;
    return ok({ ...rest, ...present({ verdict: decision?.verdict }) });
  });
  serve(parts, labelDecision, async ({ params, body, caller }) => {
    const filed = await label(parts.ready().agent, params.decision_id, {
      label: body.label,
      by: caller.name,
      ...present({ reason: body.reason }),
    });
    return filed.ok ? ok({ feedback_id: filed.value }) : filed;
  });
};
