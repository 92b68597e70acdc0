import { present } from '../../../../common/present';
import { bundleInForce, policiesInForce } from '../../trust/in_force';
import type { BACKTEST_SUBJECTS } from '../../../../common/api/routes/backtest';
import type { PolicyFile } from '../../../../common/policy/bundle';
import type { BadField } from '../../../../common/codec/decode';
import { err, ok, type Result } from '../../../../common/result';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import { missingGuards, type GuardTexts } from '../../../engine/policy/guard_set';
import { findCandidate, guardsOf, policiesOf } from '../candidates/candidate_book';
import { withDrafts } from '../candidates/candidates';
import { guardDrafts, withGuardDrafts } from '../drafts/guard_drafts';
import { policyDrafts } from '../drafts/policy_drafts';
import type { PolicySet } from '../catalog/policy_set';
import { refusal, type Refusal } from '../../record/refusal';
import { digestOfSet } from '../releases/release';
import type { CheckingAgent } from '../drafts/desk';

/** What is to be tried, as it is asked for. */
export interface SubjectRequest {
  readonly of: (typeof BACKTEST_SUBJECTS)[number];
  readonly candidate_id?: string;
  readonly sources?: readonly string[];
  /** Guards beside `sources`; default those in force. */
  readonly guards?: ReadonlyArray<{ readonly name: string; readonly source: string }>;
}

/** A complete set of policies and guards. */
export interface Subject extends PolicySet {
  readonly digest: string;
  readonly candidateId?: string;
}

const MOST_FIELDS = 200;

const subjectOf = ({ policies, guards }: PolicySet, candidateId?: string): Subject => ({
  policies,
  guards,
  digest: digestOfSet(policies, guards),
  ...present({ candidateId }),
});

const drafted = async (agent: CheckingAgent): Promise<Result<Subject, Refusal>> => {
  const [drafts, guards] = await Promise.all([policyDrafts.list(agent), guardDrafts.list(agent)]);
  if (drafts.length + guards.length === 0) return err(refusal('invalid', 'there are no drafts to try'));
  const bad = drafts.filter(({ faults }) => faults.length > 0);
  if (bad.length > 0) {
    const fields = bad.flatMap(({ id, faults }) =>
      faults.map(({ line, column, message }) => ({ path: `${id}:${line}:${column}`, message })),
    );
    return err({
      ...refusal('policy_invalid', 'some drafts have faults; mend them first'),
      fields: fields.slice(0, MOST_FIELDS),
    });
  }
  const policies = withDrafts(policiesInForce(agent), drafts);
  return ok(subjectOf({ policies, guards: withGuardDrafts(agent.parts.guardBook.written, guards) }));
};

const fromSources = (sources: readonly string[], guards: GuardTexts): Result<Subject, Refusal> => {
  const policies: PolicyFile[] = [];
  const fields: BadField[] = [];
  sources.forEach((source, index) => {
    const parsed = parsePolicy('policy.yaml', source);
    if (parsed.ok) policies.push(parsed.value);
    else
      fields.push(
        ...parsed.error.map(({ line, column, message }) => ({ path: `sources.${index}:${line}:${column}`, message })),
      );
  });
  const ids = policies.map(({ policy }) => policy.metadata.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) fields.push({ path: 'sources', message: `two texts are of policy \`${twice}\`` });
  fields.push(
    ...missingGuards(policies, guards).map(({ line, column, message }) => ({
      path: `sources:${line}:${column}`,
      message,
    })),
  );
  return fields.length > 0
    ? err({
        ...refusal('policy_invalid', 'some policies have faults; mend them first'),
        fields: fields.slice(0, MOST_FIELDS),
      })
    : ok(subjectOf({ policies, guards }));
};

/** The set of policies that is to be tried. */
export const resolveSubject = async (
  agent: CheckingAgent,
  { of, candidate_id, sources, guards }: SubjectRequest,
): Promise<Result<Subject, Refusal>> => {
  switch (of) {
    case 'in_force': {
      const active = bundleInForce(agent);
      return active
        ? ok(subjectOf({ policies: active.policies, guards: agent.parts.guardBook.inForce }))
        : err(refusal('unavailable', 'no policy bundle is in force: there is nothing to try'));
    }
    case 'drafts':
      return drafted(agent);
    case 'sources':
      return sources === undefined || sources.length === 0
        ? err(refusal('invalid', 'say which policies to try: `sources` is empty'))
        : fromSources(
            sources,
            guards ? new Map(guards.map(({ name, source }) => [name, source])) : agent.parts.guardBook.inForce,
          );
    case 'candidate': {
      if (candidate_id === undefined) return err(refusal('invalid', 'say which candidate to try: `candidate_id`'));
      const found = await findCandidate(agent, candidate_id);
      if (!found.ok) return found;
      const set = { policies: policiesOf(found.value), guards: guardsOf(found.value, agent) };
      return ok(subjectOf(set, candidate_id));
    }
  }
};
