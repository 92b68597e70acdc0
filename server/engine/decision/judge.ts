import type { AssetFacts, Reason } from '../../../common/flow/decision';
import { evaluateCondition, type CompiledCondition } from '../policy/cel/condition';
import type { CompiledJudge } from '../policy/compiled';
import { JudgingActivation, type Known } from './activation';
import { askGuard } from './guard';
import type { Judgement } from './judgement';
import type { Lookups } from './lookups';
import { missingContext } from './missing_context';
import { looksAt, type ProposedAct } from './propose';

interface JudgeRequest {
  readonly known: Known;
  readonly act: ProposedAct;
  readonly asset: AssetFacts | undefined;
  readonly lookups: Lookups;
}

const askCondition = (
  judge: CompiledJudge,
  condition: CompiledCondition,
  { known, act, asset }: JudgeRequest,
  applies: (matched: boolean) => Reason | undefined,
): Judgement => {
  const { id, mode } = judge.ref;
  const activation = new JudgingActivation(known, {
    action: act.policy.spec.then.action,
    connector: act.policy.spec.then.connector ?? null,
    policy: act.policy.ref.id,
    ttlMs: act.ttlMs,
    target: act.target,
    asset,
    lookups: judge.lookups,
  });
  const result = evaluateCondition(condition, activation);
  const base = { judge, condition: result, evaluated: condition, silent: mode === 'shadow' };
  if (result.error !== undefined) {
    const code = result.isMissing === true ? 'missing_context' : 'policy_error';
    return { ...base, effect: 'escalate', reason: { code, text: `cannot be evaluated: ${result.error}`, policy: id } };
  }
  const reason = applies(result.matched);
  if (reason) return { ...base, effect: mode === 'escalate' ? 'escalate' : judge.effect, reason };
  const missing = missingContext(condition, known, asset);
  return missing
    ? { ...base, effect: 'escalate', reason: { code: 'missing_context', text: missing, policy: id } }
    : base;
};

/** Asks one judging policy about one act: nothing if it does not speak of the act, else what it says. */
export const askJudge = (judge: CompiledJudge, request: JudgeRequest): readonly Judgement[] => {
  const { known, act } = request;
  const { id } = judge.ref;
  if (judge.actions && !judge.actions.has(act.policy.spec.then.action)) return [];
  if (!looksAt(judge, known) || judge.expiresMs <= known.now) return [];
  const code = judge.effect === 'deny' ? 'policy_denies' : 'policy_escalates';
  const found: Judgement[] = [];
  if (judge.when) {
    found.push(
      askCondition(judge, judge.when, request, (matched) =>
        matched ? { code, text: judge.title, policy: id } : undefined,
      ),
    );
  }
  if (judge.require) {
    const unmet: Reason = {
      code: 'requirement_not_met',
      text: `${judge.title}: \`${judge.require.source}\` does not hold`,
      policy: id,
    };
    found.push(askCondition(judge, judge.require, request, (matched) => (matched ? undefined : unmet)));
  }
  if (judge.guard) found.push(askGuard(judge, judge.guard, request));
  return found;
};
