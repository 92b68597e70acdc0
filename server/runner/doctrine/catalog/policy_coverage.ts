import type { PolicyFile } from '../../../../common/policy/bundle';
import type { PolicyTest } from '../../../../common/policy/policy';
import { decide, type DecideRequest } from '../../../engine/decision/decide';
import type { Model } from '../../../engine/decision/model';
import { CLAUSE_FALSE, CLAUSE_TRUE, type CompiledCondition } from '../../../engine/policy/cel/condition';
import { guardCondition } from '../../../engine/decision/guard';
import { compileDraft } from '../../../engine/policy/compile_bundle';
import type { TestGuards } from '../../trust/guard_lookup';
import { inForce, tryPolicyTest } from './policy_tests';

/** One clause of a condition, and what the tests of its policy made of it. */
export interface ClauseCoverage {
  readonly of: 'when' | 'require' | 'guard';
  readonly text: string;
  readonly made_true: boolean;
  readonly made_false: boolean;
}

interface Condition {
  readonly of: ClauseCoverage['of'];
  readonly condition: CompiledCondition;
}

const conditionsOf = (file: PolicyFile): readonly Condition[] => {
  const compiled = compileDraft([inForce(file)]);
  const [action] = compiled.actions.all;
  if (action) return [{ of: 'when', condition: action.when }];
  const [judge] = compiled.judges;
  return [
    ...(judge?.when ? [{ of: 'when' as const, condition: judge.when }] : []),
    ...(judge?.require ? [{ of: 'require' as const, condition: judge.require }] : []),
    ...(judge?.guard ? [{ of: 'guard' as const, condition: guardCondition(judge.guard.name) }] : []),
  ];
};

/** What each condition of a policy came to. The index is left out: it would skip what a clause makes false. */
const evaluationsOf = (request: DecideRequest, policy: string) => {
  const { actions } = request.bundle;
  const { proposals, acts, held } = decide({
    ...request,
    bundle: { ...request.bundle, actions: { all: actions.all, candidates: () => actions.all } },
  });
  return [
    ...proposals
      .filter((each) => each.policy.ref.id === policy)
      .map((each) => ({ source: each.policy.when.source, results: each.condition.results })),
    ...[...acts, ...held]
      .flatMap(({ judgements }) => judgements)
      .filter(({ judge }) => judge.ref.id === policy)
      .map(({ evaluated, condition }) => ({ source: evaluated.source, results: condition.results })),
  ];
};

/**
 * Which clauses the tests of a policy have made true, and which false. A clause that no
 * test has made false decides nothing that anybody has looked at.
 */
export const clauseCoverage = (
  file: PolicyFile,
  tests: readonly PolicyTest[],
  model: Model,
  asked?: TestGuards,
): readonly ClauseCoverage[] => {
  const { id } = file.policy.metadata;
  const conditions = conditionsOf(file).map(({ of, condition }) => ({
    of,
    source: condition.source,
    clauses: condition.clauses.map(({ text }) => ({ text, made_true: false, made_false: false })),
  }));
  for (const test of tests) {
    const { request } = tryPolicyTest(file, test, model, asked);
    if (!request) continue;
    for (const { source, results } of evaluationsOf(request, id)) {
      const condition = conditions.find((each) => each.source === source);
      results.forEach((result, at) => {
        const clause = condition?.clauses[at];
        if (!clause) return;
        if (result === CLAUSE_TRUE) clause.made_true = true;
        if (result === CLAUSE_FALSE) clause.made_false = true;
      });
    }
  }
  return conditions.flatMap(({ of, clauses }) => clauses.map((clause) => ({ of, ...clause })));
};
