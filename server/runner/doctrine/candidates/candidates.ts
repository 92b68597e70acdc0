import { present } from '../../../../common/present';
import type { AgentWith, JoinedWith, WritingAgent } from '../../agent/views';
import { policiesInForce, versionInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { DraftView } from '../../../../common/api/drafts';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { missingGuards } from '../../../engine/policy/guard_set';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import { changeCandidate, MOST_WRITERS, viewOfCandidate } from './candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import type { CandidateBase } from './candidate_commits';
import { chooseDrafts, objectionTo } from './chosen_drafts';
import { distinctNames } from '../../record/person';
import { withGuardDrafts } from '../drafts/guard_drafts';
import { troubleWithGuards } from '../drafts/guard_trouble';
import { changesBetween } from '../catalog/policy_changes';
import { guardChangesBetween, haveSameGuards, type PolicySet } from '../catalog/policy_set';
import { failedTestsWith } from '../catalog/policy_tests';
import { refusal, type Refusal } from '../../record/refusal';
import { digestOfSet } from '../releases/release';
import type { CheckingAgent } from '../drafts/desk';

/*
 * From drafts to a release: a candidate is the whole policy set as it would be in force.
 */

/** The policies of a set with drafts put in their places. A draft that cannot be read takes its policy out. */
export const withDrafts = (policies: readonly PolicyFile[], drafts: readonly DraftView[]): readonly PolicyFile[] => {
  const set = new Map(policies.map((file) => [file.policy.metadata.id, file]));
  for (const draft of drafts) {
    const parsed = draft.deleted ? undefined : parsePolicy(`${draft.id}.yaml`, draft.source);
    if (parsed?.ok === true) set.set(draft.id, parsed.value);
    else set.delete(draft.id);
  }
  return [...set.values()];
};

/** Compiles the guards of a set, where that can be done here, and runs the tests of the policies that ask them. */
const checkedSet = async (
  { parts }: AgentWith<'guardBook' | 'model'>,
  { policies, guards }: PolicySet,
): Promise<Result<Pick<Candidate, 'guards_unchecked'>, Refusal>> => {
  if (haveSameGuards(guards, parts.guardBook.inForce)) return ok({});
  const module = await parts.guardBook.moduleOf(guards);
  if (!module.ok) {
    const { code, message } = module.error;
    return code === 'no_opa' ? ok({ guards_unchecked: message }) : err(troubleWithGuards(module.error));
  }
  const asked = await parts.guardBook.forTests(guards);
  const failed = failedTestsWith(policies, parts.model(), asked);
  return failed ? err(failed) : ok({});
};

/** Which drafts somebody proposes, and why. */
interface Wish {
  readonly changelog: string;
  /** Whose drafts; with neither named all of both. */
  readonly policies?: readonly string[];
  readonly guards?: readonly string[];
  readonly by: string;
  /** The head of the branch; without one, what is in force. */
  readonly base?: CandidateBase | undefined;
}

/** Puts drafts together as a candidate. Refused while one of them has faults or failing tests, or is overtaken. */
export const proposeCandidate = async (
  agent: CheckingAgent & WritingAgent,
  wish: Wish,
): Promise<Result<CandidateView, Refusal>> => {
  const { changelog, by, base } = wish;
  const inForce: PolicySet = {
    policies: policiesInForce(agent),
    guards: agent.parts.guardBook.inForce,
  };
  const from = base ?? inForce;
  const drafts = await chooseDrafts(agent, wish);
  const objection = objectionTo(drafts, from);
  if (objection) return err(objection);
  const policies = withDrafts(from.policies, drafts.policies);
  const guards = withGuardDrafts(from.guards, drafts.guards);
  const checked = await checkedSet(agent, { policies, guards });
  if (!checked.ok) return checked;
  const wrote = [...drafts.policies, ...drafts.guards].flatMap((draft) => draft.writers);
  return fileCandidate(agent, {
    ...checked.value,
    by,
    changelog,
    policies,
    guards,
    changes: changesBetween(inForce.policies, policies),
    writers: distinctNames([...wrote, ...(base?.writers ?? [])]),
    ...present({
      unknown_writers: base === undefined || base.unknown_writers.length === 0 ? undefined : base.unknown_writers,
      baseCommit: base?.commit,
    }),
  });
};

/** What a candidate is made of. */
export interface Proposal
  extends PolicySet, Pick<Candidate, 'changelog' | 'changes' | 'writers' | 'note' | 'guards_unchecked'> {
  readonly by: string;
  readonly unknown_writers?: readonly string[];
  /** The earlier version whose policies these are. */
  readonly backTo?: number;
  readonly baseCommit?: string;
  /** Set where it came by commits to the repository; with faults it is refused at once. */
  readonly fromGit?: Required<Pick<CandidateView, 'commit' | 'commits' | 'faults'>>;
}

/** Files a complete policy set as a candidate that waits for approval. */
export const fileCandidate = async (
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'guardBook'> & JoinedWith<'commits'>,
  proposal: Proposal,
): Promise<Result<CandidateView, Refusal>> => {
  const { by, changelog, policies, guards, changes, writers, unknown_writers, note, backTo, baseCommit, fromGit } =
    proposal;
  const { faults = [] } = fromGit ?? {};
  const unasked = faults.length > 0 ? [] : missingGuards(policies, guards);
  if (unasked.length > 0) {
    return err({
      ...refusal('policy_invalid', 'some policies ask a guard that is not in the set'),
      fields: unasked.map(({ file, line, column, message, hint }) => ({
        path: `${file}:${line}:${column}`,
        message: `${message}; ${hint ?? ''}`,
      })),
    });
  }
  const guardChanges = faults.length > 0 ? [] : guardChangesBetween(agent.parts.guardBook.inForce, guards);
  const candidate: Candidate = {
    id: agent.parts.chance.uuid(),
    digest: digestOfSet(policies, guards),
    base_version: versionInForce(agent),
    author: by,
    changelog,
    created_at: iso(agent.parts.clock.utc()),
    state: faults.length > 0 ? 'refused' : 'proposed',
    changes,
    approvals: [],
    sources: Object.fromEntries(policies.map((file) => [file.policy.metadata.id, file.source])),
    guard_sources: Object.fromEntries(guards),
    ...present({ guard_changes: guardChanges.length === 0 ? undefined : guardChanges }),
    writers,
    ...present({
      unknown_writers: unknown_writers && [...unknown_writers].slice(0, MOST_WRITERS),
      note,
      guards_unchecked: proposal.guards_unchecked,
      back_to: backTo,
      base_commit: baseCommit,
    }),
    ...(fromGit === undefined ? {} : { origin: 'git', ...fromGit }),
  };
  const filed = await changeCandidate(agent, candidate.id, () =>
    ok({
      candidate,
      entry: {
        verb: 'propose',
        by,
        object: { type: 'candidate', id: candidate.id },
        digest: candidate.digest,
        outcome: faults.length > 0 ? `refused: ${faults.length} faults` : `checked: ${policies.length} policies`,
        text: changelog,
      },
    }),
  );
  return filed.ok ? ok(viewOfCandidate(filed.value, agent)) : filed;
};
