import { iso } from '../../../common/iso';
import type { AssetFacts, Reason } from '../../../common/flow/decision';
import { CLAUSE_ERROR, CLAUSE_FALSE, CLAUSE_TRUE, type CompiledCondition } from '../policy/cel/condition';
import type { CompiledJudge } from '../policy/compiled';
import type { Known } from './activation';
import type { Judgement } from './judgement';
import type { GuardAnswer, Lookups } from './lookups';
import type { ProposedAct } from './propose';
import { corroboration } from './seen';

/** What a guard is told: plain JSON, the same for the same decision on every machine. */
const guardInput = (known: Known, act: ProposedAct, asset: AssetFacts | undefined): object => {
  const { received, score, history, source, destination, user, now } = known;
  return {
    event: received.event,
    intake: received.intake,
    score: { value: score.value },
    history: { ...history, domains: corroboration(history, act.target) },
    src: source ?? null,
    dst: destination ?? null,
    user: user ?? null,
    target: { ...act.target, asset: asset ?? null },
    act: {
      action: act.policy.spec.then.action,
      connector: act.policy.spec.then.connector ?? null,
      policy: act.policy.ref.id,
      ttl_ms: act.policy.ttlMs,
    },
    now: iso(now),
  };
};

/** A guard has one clause: that it allows the act. */
export const guardCondition = (name: string): CompiledCondition => ({
  source: `guard ${name}`,
  clauses: [{ text: `guard \`${name}\` allows it`, evaluate: () => undefined, reads: [] }],
  reads: new Set(),
  discriminators: [],
});

const answerOf = (
  { name, wasm }: NonNullable<CompiledJudge['guard']>,
  input: object,
  lookups: Lookups,
): GuardAnswer => {
  if (wasm === undefined) return { error: `guard \`${name}\` is not in this bundle` };
  return lookups.guard?.({ guard: name, wasm, input }) ?? { error: `guard \`${name}\` cannot be asked here` };
};

/** Asks a Rego guard about one act. Only `true` allows it; a guard that errs leaves it to a person. */
export const askGuard = (
  judge: CompiledJudge,
  guard: NonNullable<CompiledJudge['guard']>,
  { known, act, asset, lookups }: { known: Known; act: ProposedAct; asset: AssetFacts | undefined; lookups: Lookups },
): Judgement => {
  const { id, mode } = judge.ref;
  const answer = answerOf(guard, guardInput(known, act, asset), lookups);
  const base = { judge, evaluated: guardCondition(guard.name), silent: mode === 'shadow' };
  if (answer.error !== undefined) {
    const reason: Reason = { code: 'policy_error', text: `cannot be evaluated: ${answer.error}`, policy: id };
    return {
      ...base,
      condition: { matched: false, results: [CLAUSE_ERROR], error: answer.error },
      effect: 'escalate',
      reason,
    };
  }
  if (answer.allowed === true) return { ...base, condition: { matched: true, results: [CLAUSE_TRUE] } };
  return {
    ...base,
    condition: { matched: false, results: [CLAUSE_FALSE] },
    effect: mode === 'escalate' ? 'escalate' : judge.effect,
    reason: {
      code: 'requirement_not_met',
      text: `${judge.title}: guard \`${guard.name}\` does not allow it`,
      policy: id,
    },
  };
};
