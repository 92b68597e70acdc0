import { present } from '../../../../common/present';
import type { AgentWith, WritingAgent } from '../../agent/views';
import { versionInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import type { GuardTexts } from '../../../engine/policy/guard_set';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import { auditRecord, type AuditEntry } from '../../record/audit';
import { approvalsNeeded } from '../../record/four_eyes';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import type { Candidate } from '../../keeping/kinds/policies';
import { contentOf, find, read } from '../../keeping/state_docs';

/*
 * Candidates as they are stored. Each change of one is a compare-and-set of what it was at that moment, and carries its
 * own entry for the audit.
 */

export interface Actor {
  readonly name: string;
  /** There is only one user here: approving is a separate step, recorded as `four_eyes: false`. */
  readonly singleUser: boolean;
}

const candidateId = (id: string): string => `candidate:${id}`;
export const MOST_WRITERS = 200;

/** What is told of a candidate; one that was made from an earlier version is outdated. */
export const viewOfCandidate = (
  {
    sources: _sources,
    guard_sources: _guards,
    writers,
    part_signed: _part,
    base_commit: _base,
    claim,
    ...stored
  }: Candidate,
  agent: AgentWith<'bundles'>,
): CandidateView => {
  const candidate: CandidateView = {
    ...stored,
    writers: writers.slice(0, MOST_WRITERS),
    approvals_needed: approvalsNeeded(stored),
    ...present({ releasing: claim && { by: claim.by, at: claim.at } }),
  };
  const open = candidate.state === 'proposed' || candidate.state === 'approved';
  const outdated = open && candidate.base_version !== versionInForce(agent);
  return outdated ? { ...candidate, state: 'outdated' } : candidate;
};

/**
 * Changes a candidate as it is stored at the very moment of writing, with its entry in the audit: both or neither.
 *
 * @param change pure; may be asked more than once
 */
export const changeCandidate = async (
  agent: WritingAgent,
  id: string,
  change: (
    stored: Candidate | undefined,
  ) => Result<{ readonly candidate: Candidate; readonly entry: AuditEntry }, Refusal>,
): Promise<Result<Candidate, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const doc = candidateId(id);
  const at = iso(agent.parts.clock.utc());
  const record = auditRecord(agent);
  shift.parts.commits.forget(doc);
  return shift.parts.commits.settle<Result<Candidate, Refusal>>({
    reads: [doc],
    build: (view) => {
      const changed = change(contentOf('candidate', view.get(doc)));
      if (!changed.ok) return { docs: [], answer: changed };
      const { candidate, entry } = changed.value;
      const facets = { state: candidate.state, at };
      const docs = [{ id: doc, kind: 'candidate' as const, content: candidate, facets, records: [record(entry)] }];
      return { docs, answer: ok(candidate) };
    },
  });
};

export const noSuch = (id: string): Refusal => refusal('not_found', `there is no candidate \`${id}\``);

/** A candidate with its complete set of policies. */
export const findCandidate = async (agent: AgentWith<'store'>, id: string): Promise<Result<Candidate, Refusal>> => {
  const candidate = await read(agent.parts.store, 'candidate', candidateId(id));
  return candidate ? ok(candidate) : err(noSuch(id));
};

export const listCandidates = async (agent: AgentWith<'bundles' | 'store'>): Promise<readonly CandidateView[]> => {
  const docs = await find(agent.parts.store, 'candidate', { limit: 50, sort: 'newest', fresh: true });
  return docs.map(({ content }) => viewOfCandidate(content, agent));
};

/** Its guards, as they would be released; of a candidate that was made before it held them those in force. */
export const guardsOf = ({ guard_sources }: Candidate, { parts }: AgentWith<'guardBook'>): GuardTexts =>
  guard_sources === undefined ? parts.guardBook.inForce : new Map(Object.entries(guard_sources));

/** The complete set, as it would be released. */
export const policiesOf = (candidate: Candidate): readonly PolicyFile[] =>
  Object.entries(candidate.sources).flatMap(([id, source]) => {
    const parsed = parsePolicy(`${id}.yaml`, source);
    return parsed.ok ? [parsed.value] : [];
  });
