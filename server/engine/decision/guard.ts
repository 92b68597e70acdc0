import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { AssetFacts, Reason } from '../../../common/flow/decision';
import type { LookupAnswer } from '../../../common/flow/lookup';
import { CLAUSE_ERROR, CLAUSE_FALSE, CLAUSE_TRUE, type CompiledCondition } from '../policy/cel/condition';
import { LookupMissing } from '../policy/cel/lookup_facts';
import type { CompiledJudge } from '../policy/compiled';
import type { Known } from './activation';
import type { Judgement } from './judgement';
import { answered, declaredIn } from './look_up';
import type { GuardAnswer, Lookups } from './lookups';
import type { ProposedAct } from './propose';
import { corroboration } from './seen';

interface GuardAsked {
  readonly known: Known;
  readonly act: ProposedAct;
  readonly asset: AssetFacts | undefined;
  readonly lookups: Lookups;
}

/** What a guard sees of an answer: no more than a condition. */
const seenIn = (answer: LookupAnswer): LookupAnswer => ('state' in answer ? { state: answer.state } : answer);

/**
 * The answers to all look-ups of a policy, as nothing says which of them its guard would read; undefined where it
 * declares none. All are asked, also after one without an answer.
 *
 * @throws LookupMissing where one has no answer: a guard that is told less would answer about less
 */
const answersFor = ({ lookups: declared }: CompiledJudge, { known, act }: GuardAsked): object | undefined => {
  if (declared === undefined) return undefined;
  const about = answered(declared, { event: known.received.event, target: act.target }, known.lookUp);
  const told: Record<string, unknown> = {};
  const search: Record<string, LookupAnswer> = {};
  let missing: LookupMissing | undefined;
  for (const named of declaredIn(declared)) {
    try {
      const seen = seenIn(about(named));
      if (named.search === undefined) told[named.lookup] = seen;
      else search[named.search] = seen;
    } catch (cause) {
      if (!(cause instanceof LookupMissing)) throw cause;
      missing ??= cause;
    }
  }
  if (missing !== undefined) throw missing;
  return declared.search === undefined ? told : { ...told, search };
};

/** What a guard is told: plain JSON, the same for the same decision on every machine. */
const guardInput = (judge: CompiledJudge, asked: GuardAsked): object => {
  const { known, act, asset } = asked;
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
      ttl_ms: act.ttlMs,
    },
    now: iso(now),
    ...present({ lookups: answersFor(judge, asked) }),
  };
};

/** A guard has one clause: that it allows the act. */
export const guardCondition = (name: string): CompiledCondition => ({
  source: `guard ${name}`,
  clauses: [{ text: `guard \`${name}\` allows it`, evaluate: () => undefined, reads: [] }],
  reads: new Set(),
  discriminators: [],
});

type Said = GuardAnswer & { readonly isMissing?: true };

const answerOf = (
  judge: CompiledJudge,
  { name, wasm }: NonNullable<CompiledJudge['guard']>,
  asked: GuardAsked,
): Said => {
  if (wasm === undefined) return { error: `guard \`${name}\` is not in this bundle` };
  try {
    const input = guardInput(judge, asked);
    return asked.lookups.guard?.({ guard: name, wasm, input }) ?? { error: `guard \`${name}\` cannot be asked here` };
  } catch (cause) {
    if (cause instanceof LookupMissing) return { error: cause.message, isMissing: true };
    throw cause;
  }
};

/** Asks a Rego guard about one act. Only `true` allows it; a guard that errs leaves it to a person. */
export const askGuard = (
  judge: CompiledJudge,
  guard: NonNullable<CompiledJudge['guard']>,
  asked: GuardAsked,
): Judgement => {
  const { id, mode } = judge.ref;
  const answer = answerOf(judge, guard, asked);
  const base = { judge, evaluated: guardCondition(guard.name), silent: mode === 'shadow' };
  if (answer.error !== undefined) {
    const { error, isMissing } = answer;
    const code = isMissing === true ? 'missing_context' : 'policy_error';
    const reason: Reason = { code, text: `cannot be evaluated: ${error}`, policy: id };
    return {
      ...base,
      condition: { matched: false, results: [CLAUSE_ERROR], error, ...present({ isMissing }) },
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
