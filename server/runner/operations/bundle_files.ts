import type { ReleaseView } from '../../../common/api/routes/releases';
import type { BundleStatement } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import { approvedDigest, bundleFiles, guardsStatement, policyPath } from '../../engine/policy/bundle_files';
import { digestOf } from '../../engine/policy/digest';
import { withSignatures } from '../../engine/policy/sign_bundle';
import { statementDigest, statementIn } from '../../engine/policy/verify_bundle';
import type { BundleFormat } from '../ports';
import { releaseGate } from '../backtest/gate';
import { audit } from './audit';
import { findCandidate, policiesOf, type Actor } from './candidate_book';
import { findRelease } from './release_book';
import { refusal, refusedBundle, type Refusal } from './refusal';
import { moduleFor } from './candidate_module';
import { policiesDigest, publishRelease, type ReleaseDesk } from './release';

/*
 * Bundles as files: what is signed outside, or on a machine that nobody reaches, comes and goes this way.
 */

export interface BundleDesk extends ReleaseDesk {
  readonly format: BundleFormat;
}

/**
 * INVARIANT (INV-10): somebody else than its author approved exactly this content. The names in the statement were
 * signed by keys that are trusted to write no others.
 */
const isApproved = (
  { approvals, author, ...statement }: BundleStatement,
  { singleUser }: Actor,
  inForce: BundleStatement | undefined,
): boolean => {
  // Guards that stay as they are were approved when they came.
  const keepsGuards = digestOf(statement.guards ?? null) === digestOf(inForce?.guards ?? null);
  const accepted = [approvedDigest(statement), ...(keepsGuards ? [statement.digest] : [])];
  return approvals.some(({ digest, user }) => accepted.includes(digest) && (singleUser || user !== author));
};

/** Releases a bundle that was signed elsewhere. */
export const uploadBundle = async (
  desk: BundleDesk,
  bytes: Uint8Array,
  actor: Actor,
): Promise<Result<BundleStatement, Refusal>> => {
  const files = desk.format.unpack(bytes);
  if (!files.ok) return err(refusedBundle(files.error));
  const statement = statementIn(files.value);
  if (!statement.ok) return err(refusedBundle(statement.error));
  const inForce = desk.agent.parts.bundles.active?.bundle.statement;
  if (!isApproved(statement.value, actor, inForce))
    return err(refusal('not_four_eyes', 'the bundle names nobody besides its author who approved its content'));
  const { version, digest } = statement.value;
  const gate = await releaseGate(desk.agent, desk.rules, { digest: approvedDigest(statement.value) });
  if (!gate.open) return err(refusal('not_waiting', `${gate.text}; \`reflex policies backtest\` tries a bundle file`));
  await audit(desk.agent, {
    verb: 'upload',
    by: actor.name,
    object: { type: 'bundle', id: String(version) },
    digest,
    text: statement.value.changelog,
  });
  return publishRelease(desk, { files: files.value, releasedBy: actor.name });
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
  const current = agent.parts.bundles.active?.bundle.statement;
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
    ...(guards ? { guards: guardsStatement(guards) } : {}),
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
