import { present } from '../../common/present';
import { postEvaluate } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { evaluate } from '../runner/operations/evaluate';
import { serve, withoutRight } from './bind';
import type { Serving } from './route_parts';

/** For AI agents and scripts that ask before they act. */
export const evaluateRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, postEvaluate, async ({ body, caller }) => {
    const { event, wanted, act } = body;
    if (act === true && !caller.may.includes('act')) return err(withoutRight(caller, 'act'));
    const answer = await evaluate(parts.ready().agent, {
      asker: caller.name,
      event,
      act: act ?? false,
      ...present({ wanted, owners: caller.owners }),
    });
    if (!answer.ok) return answer;
    const { progress, brakes, ...rest } = answer.value;
    return ok({ ...rest, ...present({ progress: progress && [...progress], brakes: brakes && [...brakes] }) });
  });
};
