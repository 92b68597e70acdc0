import { present } from '../../../common/present';
import type { PolicyRef } from '../../../common/flow/decision';
import { actionNamed } from '../../../common/policy/actions';
import type { Guards, PolicyFile, TrustedBundle } from '../../../common/policy/bundle';
import { CONTAINING_ACTIONS } from '../../../common/policy/actions';
import {
  millisecondsOf,
  type ActionSpec,
  type JudgeSpec,
  type Keep,
  type Longest,
} from '../../../common/policy/policy';
import type {
  CompiledAction,
  CompiledBundle,
  CompiledBound,
  CompiledBudget,
  CompiledJudge,
  CompiledKeep,
  CompiledLimit,
  CompiledLongest,
  CompiledPolicies,
  Confirm,
  PolicyOrigin,
} from './compiled';
import { compileLookups } from './compile_lookups';
import { indexPolicies } from './index_policies';
import { approvedDigest } from './bundle_files';
import { compileCondition, compileText, type CompiledCondition } from './cel/condition';
import { aimingEnvironment, judgingEnvironment, proposingEnvironment } from './cel/environment';
import { inOneGo, type Steps } from './steps';

const DEFAULT_MAX_EVENT_AGE_MS = 15 * 60_000;

const refOf = ({ policy, hash }: PolicyFile): PolicyRef => ({
  id: policy.metadata.id,
  hash,
  layer: policy.spec.layer,
  mode: policy.spec.mode,
});

const expiryOf = (day: string | undefined): number => (day === undefined ? Infinity : Date.parse(`${day}T00:00:00Z`));

const setOf = (values: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  values ? new Set(values) : undefined;

/**
 * A bundle is checked before it is trusted, so a policy that does not compile here is a bug, not an expected failure.
 */
const must = <Value>(
  compiled: { ok: true; value: Value } | { ok: false; error: { message: string } },
  id: string,
): Value => {
  if (compiled.ok) return compiled.value;
  throw new Error(`policy \`${id}\` of a trusted bundle does not compile: ${compiled.error.message}`);
};

const confirmOf = ({ seen, within, by = 'target' }: NonNullable<ActionSpec['confirm']>): Confirm => ({
  seen,
  withinMs: millisecondsOf(within) ?? 0,
  by,
});

/** What reads `history` as a whole may read anything of it. */
const readsCorroboration = ({ reads }: CompiledCondition): boolean =>
  [...reads].some((path) => path === 'history' || path.startsWith('history.corroboration'));

/** Each step as a policy that does it alone; what is said of the whole policy holds for each. */
const stepsIn = ({ ladder = [], ...first }: ActionSpec): readonly ActionSpec[] => [
  first,
  ...ladder.map(({ when, then, rollback }): ActionSpec => {
    const { rollback: ofFirst, ...whole } = first;
    const early = ofFirst?.early;
    return {
      ...whole,
      // A line of its own: the first condition may end with a comment.
      when: when === undefined ? first.when : `(${first.when}\n) && (${when}\n)`,
      then,
      ...present({ rollback: rollback && { ...rollback, ...present({ early }) } }),
    };
  }),
];

const compileAction = (file: PolicyFile, spec: ActionSpec): CompiledAction => {
  const ref = refOf(file);
  const type = actionNamed(spec.then.action)?.target ?? 'ip';
  const targetOf = (expression: string): ((activation: object) => string) =>
    must(compileText(aimingEnvironment, expression), ref.id);
  const host = type === 'host' ? undefined : spec.then.target.host;
  const when = must(compileCondition(proposingEnvironment, spec.when), ref.id);
  return {
    ref,
    title: file.policy.metadata.title,
    spec,
    severities: setOf(spec.on?.severity),
    intakes: setOf(spec.on?.intake),
    when,
    targetType: type,
    targetValue: targetOf(spec.then.target[type] ?? '""'),
    targetHost: host === undefined ? undefined : targetOf(host),
    ttlMs: spec.then.ttl === undefined ? null : (millisecondsOf(spec.then.ttl) ?? null),
    maxEventAgeMs: (spec.max_event_age && millisecondsOf(spec.max_event_age)) || DEFAULT_MAX_EVENT_AGE_MS,
    confirm: spec.confirm && confirmOf(spec.confirm),
    readsCorroboration: readsCorroboration(when),
    lookups: compileLookups(spec.lookups),
    expiresMs: expiryOf(spec.expires),
  };
};

const compileLadder = (file: PolicyFile, spec: ActionSpec): readonly CompiledAction[] => {
  const steps = stepsIn(spec);
  return steps.map((step, index) => ({
    ...compileAction(file, step),
    ...present({ step: steps.length === 1 ? undefined : { number: index + 1, of: steps.length } }),
  }));
};

const guardOf = (name: string | undefined, guards: Guards | undefined): CompiledJudge['guard'] =>
  name === undefined ? undefined : { name, wasm: guards?.sources.has(name) === true ? guards.digest : undefined };

const compileJudge = (file: PolicyFile, spec: JudgeSpec, guards: Guards | undefined): CompiledJudge => {
  const ref = refOf(file);
  return {
    ref,
    title: file.policy.metadata.title,
    spec,
    actions: setOf(spec.on?.actions),
    severities: setOf(spec.on?.severity),
    intakes: setOf(spec.on?.intake),
    when: spec.when === undefined ? undefined : must(compileCondition(judgingEnvironment, spec.when), ref.id),
    require: spec.require === undefined ? undefined : must(compileCondition(judgingEnvironment, spec.require), ref.id),
    guard: guardOf(spec.guard, guards),
    effect: spec.effect ?? 'deny',
    lookups: compileLookups(spec.lookups),
    expiresMs: expiryOf(spec.expires),
  };
};

const keepOf = ({ ref, actions = CONTAINING_ACTIONS, expiresMs }: CompiledJudge, keep: Keep): CompiledKeep => ({
  name: ref.id,
  keep,
  actions,
  expiresMs,
});

const longestOf = ({ ref, expiresMs }: CompiledJudge, longest: Longest): CompiledLongest => ({
  name: ref.id,
  longest,
  totalMs: millisecondsOf(longest.total) ?? 0,
  expiresMs,
});

const boundOf = ({ ref, spec, expiresMs }: CompiledJudge): CompiledBound | undefined => {
  const { two_intakes_for: critical, starts_of_one_intake: starts } = spec;
  if (critical === undefined && starts === undefined) return undefined;
  const withinMs = starts && millisecondsOf(starts.within);
  return {
    name: ref.id,
    lifts: critical === 'none',
    ...present({ starts: starts && withinMs !== undefined ? { most: starts.max_count, withinMs } : undefined }),
    expiresMs,
  };
};

const budgetOf = ({ ref, spec, expiresMs }: CompiledJudge): readonly CompiledBudget[] => {
  const { escalations: budget } = spec;
  const withinMs = budget && millisecondsOf(budget.within);
  return budget === undefined || withinMs === undefined
    ? []
    : [
        {
          ...{ name: ref.id, most: budget.max_count, withinMs, beyond: budget.beyond, expiresMs },
          ...present({ perApprover: budget.per === 'approver' ? (true as const) : undefined }),
        },
      ];
};

const speaks = ({ when, require, guard }: CompiledJudge): boolean =>
  when !== undefined || require !== undefined || guard !== undefined;

function* compile(policies: readonly PolicyFile[], origin: PolicyOrigin, guards?: Guards): Steps<CompiledPolicies> {
  const actions: CompiledAction[] = [];
  const judges: CompiledJudge[] = [];
  const limits: CompiledLimit[] = [];
  const keeps: CompiledKeep[] = [];
  const longest: CompiledLongest[] = [];
  const bounds: CompiledBound[] = [];
  const budgets: CompiledBudget[] = [];
  for (const file of policies) {
    yield;
    const { spec } = file.policy;
    if (spec.mode === 'off') continue;
    if (spec.layer === 'action') {
      actions.push(...compileLadder(file, spec));
      continue;
    }
    const judge = compileJudge(file, spec, guards);
    judges.push(judge);
    const bound = spec.mode === 'shadow' ? undefined : boundOf(judge);
    if (bound) bounds.push(bound);
    if (spec.mode !== 'shadow') budgets.push(...budgetOf(judge));
    if (spec.keep && spec.mode !== 'shadow') keeps.push(keepOf(judge, spec.keep));
    if (spec.longest && spec.mode !== 'shadow') longest.push(longestOf(judge, spec.longest));
    if (spec.limit && spec.mode !== 'shadow') {
      limits.push({
        name: judge.ref.id,
        ref: judge.ref,
        limit: spec.limit,
        withinMs: millisecondsOf(spec.limit.within) ?? 0,
        expiresMs: judge.expiresMs,
      });
    }
  }
  yield;
  return {
    origin,
    actions: indexPolicies(actions),
    judges: judges.filter(speaks),
    limits,
    keeps,
    longest,
    bounds,
    budgets,
    protections: judges.filter((judge) => judge.spec.protect !== undefined && judge.spec.mode !== 'shadow'),
    hashes: new Map(policies.map((file) => [file.policy.metadata.id, file.hash])),
  };
}

/** The work of `compileBundle`, policy by policy. */
export function* compileSteps(bundle: TrustedBundle): Steps<CompiledBundle> {
  const { statement, keyIds, policies, guards } = bundle;
  const origin = { version: statement.version, digest: approvedDigest(statement), key_id: keyIds[0] ?? '' };
  return { ...(yield* compile(policies, origin, guards)), bundle };
}

/** Prepares a trusted bundle for deciding: compiles conditions once and indexes policies by what they look at. */
export const compileBundle = (bundle: TrustedBundle): CompiledBundle => inOneGo(compileSteps(bundle));

/** Prepares policies that nobody released, for tests and for trying them out. They never decide for real. */
export const compileDraft = (policies: readonly PolicyFile[], guards?: Guards): CompiledPolicies =>
  inOneGo(compile(policies, { version: 0, digest: 'draft', key_id: 'draft' }, guards));
