import { present } from '../../common/present';
import { iso } from '../../common/iso';
import {
  cancelBacktest,
  getBacktest,
  getCandidateBacktest,
  listBacktests,
  overrideBacktest,
  startBacktest,
  type BacktestView,
} from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { overrideGate, releaseGate } from '../runner/doctrine/backtest/gate';
import { auditRefusal } from '../runner/record/audit';
import { findCandidate } from '../runner/doctrine/candidates/candidate_book';
import { refusal } from '../runner/record/refusal';
import { serve, type Caller } from './bind';
import type { Ready, Serving } from './route_parts';

const mayEndOthers = ({ may }: Caller): boolean => may.includes('author') || may.includes('approve');

/** Tries a proposed candidate at once where a release asks for that. If another backtest runs, a person starts it. */
export const tryCandidate = async (
  { desk, backtests }: Pick<Ready, 'desk' | 'backtests'>,
  candidateId: string,
  by: string,
): Promise<void> => {
  const { rules } = desk;
  if (rules.backtest !== 'required') return;
  await backtests.start({ of: 'candidate', candidate_id: candidateId, days: rules.days, by });
};

/** Policies tried on history, and what a release makes of it. */
export const backtestRoutes = (parts: Serving<'agent' | 'desk' | 'backtests'>): void => {
  const gateOf = (candidate: { readonly digest: string }, backtest?: BacktestView) => {
    const { agent, desk } = parts.ready();
    return releaseGate(agent, desk.rules, candidate, backtest?.state === 'running');
  };

  serve(parts, startBacktest, ({ body, caller }) => {
    const { backtests, desk } = parts.ready();
    return backtests.start({ ...body, days: body.days ?? desk.rules.days, by: caller.name });
  });
  serve(parts, listBacktests, async () => {
    const { agent, backtests } = parts.ready();
    return ok({ as_of: iso(agent.parts.clock.utc()), backtests: [...(await backtests.list())] });
  });
  serve(parts, getBacktest, async ({ params }) => {
    const found = await parts.ready().backtests.find(params.digest);
    return found ? ok(found) : err(refusal('not_found', 'these policies were not tried on history yet'));
  });
  serve(parts, cancelBacktest, ({ params, caller }) =>
    parts.ready().backtests.cancel(params.digest, { name: caller.name, mayEndOthers: mayEndOthers(caller) }),
  );
  serve(parts, getCandidateBacktest, async ({ params }) => {
    const { agent, backtests } = parts.ready();
    const found = await findCandidate(agent, params.candidate_id);
    if (!found.ok) return found;
    const backtest = await backtests.find(found.value.digest);
    const gate = await gateOf(found.value, backtest);
    return ok({ as_of: iso(agent.parts.clock.utc()), gate, ...present({ backtest }) });
  });
  serve(parts, overrideBacktest, async ({ params, body, caller }) => {
    const { agent } = parts.ready();
    const found = await findCandidate(agent, params.candidate_id);
    if (!found.ok) return found;
    const word = { by: caller.name, singleUser: caller.singleUser, ...body };
    const { id, digest } = found.value;
    const done = await auditRefusal(
      agent,
      { verb: 'override_backtest', by: caller.name, object: { type: 'candidate', id }, digest },
      await overrideGate(agent, found.value, word),
    );
    return done.ok ? ok(await gateOf(found.value)) : done;
  });
};
