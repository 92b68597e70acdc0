import { present } from '../../../../common/present';
import type { AgentWith, WritingAgent } from '../../agent/views';
import { bundleInForce } from '../../trust/in_force';
import { find } from '../../keeping/state_docs';
import type { ReleaseView } from '../../../../common/api/routes/releases';
import type { BundleStatement } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { approvedDigest, bundleFiles, guardsStatement, policyPath } from '../../../engine/policy/bundle_files';
import { digestOf } from '../../../engine/digest/digest';
import { withSignatures } from '../../../engine/policy/sign_bundle';
import { statementDigest, statementIn } from '../../../engine/policy/verify_bundle';
import type { BundleFormat } from '../../ports';
import { releaseGate } from '../backtest/gate';
import { askedAndDone, audit } from '../../record/audit';
import { changeCandidate, findCandidate, noSuch, policiesOf, type Actor } from '../candidates/candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import { isApproved } from '../../record/four_eyes';
import { mayBeSamePerson } from '../../record/person';
import { findRelease } from './release_book';
import { RELEASING } from './release_claim';
import { refusal, refusedBundle, type Refusal } from '../../record/refusal';
import { moduleFor } from '../candidates/candidate_module';
import { policiesDigest, publishRelease, type ReleaseDesk } from './release';

/*
 * Bundles as files: what is signed outside, or on a machine that nobody reaches, comes and goes this way.
 */

const MOST_CANDIDATES = 200;

export interface BundleDesk extends ReleaseDesk {
  readonly format: BundleFormat;
}

/**
 * INVARIANT (INV-10): somebody else than its author approved exactly this content. The names in the statement were
 * signed by keys that are trusted to write no others.
 */
const hasApproval = (
  { approvals, author, ...statement }: BundleStatement,
  { singleUser }: Actor,
  inForce: BundleStatement | undefined,
): boolean => {
  // Guards that stay as they are were approved when they came.
  const keepsGuards = digestOf(statement.guards ?? null) === digestOf(inForce?.guards ?? null);
  const accepted = [approvedDigest(statement), ...(keepsGuards ? [statement.digest] : [])];
  return isApproved({ author, writers: [], approvals }, { digests: accepted, singleUser });
};

/** Candidates that a signed bundle is of. */
const candidatesOf = async (
  { parts }: AgentWith<'store'>,
  { version, ...statement }: BundleStatement,
): Promise<readonly Candidate[]> => {
  const states = ['proposed', 'approved', 'releasing', 'withdrawn'];
  const query = { states, sort: 'newest', limit: MOST_CANDIDATES, fresh: true } as const;
  const docs = await find(parts.store, 'candidate', query);
  const digest = approvedDigest(statement);
  return docs
    .map(({ content }) => content)
    .filter((candidate) => candidate.digest === digest && candidate.base_version === version - 1);
};

/** Why what was signed of a candidate may not be released: it was withdrawn since, or is being released here. */
const objectionOf = (candidates: readonly Candidate[]): Refusal | undefined => {
  if (candidates.some(({ state }) => state === 'approved')) return undefined;
  if (candidates.some(({ state }) => state === 'releasing')) return RELEASING;
  return candidates.some(({ state }) => state === 'withdrawn')
    ? refusal('not_waiting', 'the candidate that this bundle was signed as was withdrawn; propose it again')
    : undefined;
};

/** Says of an approved candidate that it was released as an uploaded bundle. */
const settle = async (
  agent: WritingAgent,
  id: string,
  { version, by }: { readonly version: number; readonly by: string },
): Promise<void> => {
  await changeCandidate(agent, id, (stored) => {
    if (stored?.state !== 'approved') return err(noSuch(id));
    const { part_signed: _part, signatures_missing: _missing, ...candidate } = stored;
    const about = { object: { type: 'candidate', id }, digest: stored.digest, bundle: { version } };
    return ok({
      candidate: { ...candidate, state: 'released', released_version: version },
      entry: { verb: 'release', by, ...about, outcome: 'done' },
    });
  });
};

/** Who hands a bundle in, and what they say about that nothing was ever decided that it could be tried on. */
interface Uploader extends Actor {
  /** Needed to say it. */
  readonly mayApprove?: boolean;
  readonly noHistory?: string | undefined;
}

/** Why the gate does not let a bundle pass, or undefined. */
const gateOf = async (desk: BundleDesk, statement: BundleStatement, actor: Uploader): Promise<Refusal | undefined> => {
  const { agent, rules } = desk;
  const digest = approvedDigest(statement);
  const gate = await releaseGate(agent, rules, { digest });
  if (gate.open) return undefined;
  if (gate.state !== 'no_history')
    return refusal('not_waiting', `${gate.text}; \`reflex policies backtest\` tries a bundle file`);
  const isOwn = mayBeSamePerson(actor.name, statement.author) && !actor.singleUser;
  if (actor.noHistory === undefined || actor.mayApprove !== true || isOwn)
    return refusal(
      'not_waiting',
      `${gate.text}: somebody who may approve, and is not its author, uploads it with \`?no_history=\` and why`,
    );
  // The word is what goes on record: it was given, whether or not the bundle is released then.
  await audit(agent, {
    verb: 'override_backtest',
    by: actor.name,
    object: { type: 'bundle', id: String(statement.version) },
    digest,
    four_eyes: !mayBeSamePerson(actor.name, statement.author),
    text: actor.noHistory,
  });
  return undefined;
};

/** Releases a bundle that was signed elsewhere. */
export const uploadBundle = async (
  desk: BundleDesk,
  bytes: Uint8Array,
  actor: Uploader,
): Promise<Result<BundleStatement, Refusal>> => {
  const files = desk.format.unpack(bytes);
  if (!files.ok) return err(refusedBundle(files.error));
  const statement = statementIn(files.value);
  if (!statement.ok) return err(refusedBundle(statement.error));
  const inForce = bundleInForce(desk.agent)?.statement;
  if (!hasApproval(statement.value, actor, inForce))
    return err(refusal('not_four_eyes', 'the bundle names nobody besides its author who approved its content'));
  const { version, digest } = statement.value;
  const candidates = await candidatesOf(desk.agent, statement.value);
  const objection = objectionOf(candidates);
  if (objection) return err(objection);
  const closed = await gateOf(desk, statement.value, actor);
  if (closed) return err(closed);
  const object = { type: 'bundle', id: String(version) };
  const entry = { verb: 'upload', by: actor.name, object, digest, text: statement.value.changelog };
  const released = await askedAndDone(desk.agent, entry, () =>
    publishRelease(desk, { files: files.value, releasedBy: actor.name }),
  );
  const settled = released.ok ? candidates.filter(({ state }) => state === 'approved') : [];
  for (const { id } of settled) await settle(desk.agent, id, { version, by: actor.name });
  return released;
};

/** A released version as one file. */
export const releaseFile = async (desk: BundleDesk, version: number): Promise<Result<Uint8Array, Refusal>> => {
  const release = await findRelease(desk, version);
  return release.ok ? ok(desk.format.pack(release.value.files)) : release;
};

/** An approved candidate as one file, as it would be released now, with the signatures that it has by now. */
export const candidateFile = async (desk: BundleDesk, id: string): Promise<Result<Uint8Array, Refusal>> => {
  const { agent, format } = desk;
  const found = await findCandidate(agent, id);
  if (!found.ok) return found;
  const candidate = found.value;
  if (candidate.state !== 'approved')
    return err(refusal('not_waiting', `the candidate is ${candidate.state}; only an approved one is signed`));
  const current = bundleInForce(agent)?.statement;
  if (candidate.base_version !== (current?.version ?? 0))
    return err(refusal('not_waiting', 'another version came into force meanwhile; propose it again'));
  const policies = policiesOf(candidate).map((file) => ({ ...file, path: policyPath(file) }));
  const begun = candidate.part_signed;
  const module = await moduleFor(desk, candidate);
  if (!module.ok) return module;
  const guards = module.value;
  const statement: BundleStatement = begun?.statement ?? {
    version: (current?.version ?? 0) + 1,
    digest: policiesDigest(policies),
    prev_digest: current ? statementDigest(current) : 'genesis',
    created_at: candidate.created_at,
    author: candidate.author,
    changelog: candidate.changelog,
    approvals: candidate.approvals.filter((approval) => approval.digest === candidate.digest),
    ...present({ guards: guards && guardsStatement(guards) }),
  };
  const files = bundleFiles(statement, policies, guards);
  return ok(format.pack(begun ? withSignatures(files, begun.signatures) : files));
};

/** What the page shows of a version that was just released. */
export const releasedView = async (
  desk: ReleaseDesk,
  released: Result<BundleStatement, Refusal>,
): Promise<Result<ReleaseView, Refusal>> => {
  if (!released.ok) return released;
  const release = await findRelease(desk, released.value.version);
  return release.ok ? ok(release.value.view) : release;
};
