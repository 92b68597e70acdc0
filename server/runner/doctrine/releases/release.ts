import { present } from '../../../../common/present';
import type { AgentWith, JoinedWith } from '../../agent/views';
import { bundleInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { Approval, BundleFiles, BundleStatement, Guards, PolicyFile } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { bundleFiles, contentDigest, guardsStatement, policyPath } from '../../../engine/policy/bundle_files';
import { digestOf } from '../../../engine/digest/digest';
import { guardsDigest, wholeDigest, type GuardTexts } from '../../../engine/policy/guard_set';
import { withSignatures } from '../../../engine/policy/sign_bundle';
import { claimedKeyId } from '../../../engine/policy/signature';
import { bundleRequest, signaturesBy, type Signer } from '../../../engine/policy/signer';
import { mayFollow, statementDigest, verifyBundle } from '../../../engine/policy/verify_bundle';
import { bundleHeadId, bundleHeadOf, type BundleHead } from '../../keeping/kinds/bundle';
import type { BundleArchive, Basics } from '../../ports';
import type { PartSigned } from '../../keeping/kinds/policies';
import { loneBody, read } from '../../keeping/state_docs';
import { writeForSure } from '../../keeping/write_for_sure';
import type { ReleaseRules } from '../backtest/gate';
import { audit } from '../../record/audit';
import type { CandidateCommits } from '../candidates/candidate_commits';
import { NOT_JOINED, refusal, refusedBundle, refusedBySigner, type Refusal } from '../../record/refusal';

/** What releasing takes of an agent: it checks, signs, writes and files. */
type ReleasingAgent = AgentWith<keyof Basics | 'bundles' | 'evidence' | 'guardBook' | 'model' | 'store'> &
  JoinedWith<'commits' | 'session'>;

export interface ReleaseDesk {
  readonly agent: ReleasingAgent;
  readonly archive: BundleArchive;
  /** Empty where bundles are signed elsewhere and only released here. */
  readonly signers: () => readonly Signer[];
  /** What has to be there before a candidate is released. */
  readonly rules: ReleaseRules;
  /** Where approved changes are committed before they are signed; absent where no repository is kept. */
  readonly commits?: CandidateCommits;
}

export interface ReleaseOrder {
  readonly policies: readonly PolicyFile[];
  readonly author: string;
  readonly releasedBy: string;
  readonly changelog: string;
  readonly approvals: readonly Approval[];
  /** Set where other keys have signed this release already. */
  readonly partSigned?: PartSigned;
  /** Default: those in force. `null`: none. */
  readonly guards?: Guards | null;
}

/** What a statement says of its policies. */
export const policiesDigest = (policies: readonly PolicyFile[]): string =>
  contentDigest(new Map(policies.map((file) => [policyPath(file), file.source])));

/** Digest of a policy set as a release would have it, with its guards: what approvals are bound to. */
export const digestOfSet = (policies: readonly PolicyFile[], guards: GuardTexts = new Map()): string =>
  wholeDigest(policiesDigest(policies), guards);

/** The module of guards that other keys have signed. */
export const signedModule = ({ module, statement }: PartSigned, sources: GuardTexts): Guards | undefined => {
  if (module === undefined || statement.guards?.source_digest !== guardsDigest(sources)) return undefined;
  return { sources, wasm: new Uint8Array(Buffer.from(module, 'base64')), digest: statement.guards.wasm_digest };
};

/** A release as it is before it is published. */
export interface Prepared {
  readonly statement: BundleStatement;
  readonly files: BundleFiles;
  readonly partSigned: PartSigned;
  /** Ids of the keys that signed. */
  readonly keyIds: readonly string[];
  /** How many more keys have to sign. */
  readonly missing: number;
}

/** The statement in force, which the next one follows. Refused while this agent is not at the newest version. */
const predecessor = (
  agent: AgentWith<'bundles'> & JoinedWith<'session'>,
): Result<BundleStatement | undefined, Refusal> => {
  const gate = agent.shift?.parts.session.gate;
  if (!gate) return err(NOT_JOINED);
  const current = bundleInForce(agent)?.statement;
  return (current?.version ?? 0) === gate.bundle_floor
    ? ok(current)
    : err(refusal('changed', 'another version is being released right now; try again'));
};

const isNext = (statement: BundleStatement, current: BundleStatement | undefined): boolean =>
  statement.version === (current?.version ?? 0) + 1 &&
  statement.prev_digest === (current ? statementDigest(current) : 'genesis');

/**
 * Makes a policy set the next version and has it signed with the keys of this host, after those that signed already.
 * Signing changes nothing: what a signer refuses, or does not answer to, is as it was.
 */
export const prepareRelease = async (
  { agent, signers }: ReleaseDesk,
  order: ReleaseOrder,
): Promise<Result<Prepared, Refusal>> => {
  const found = predecessor(agent);
  if (!found.ok) return found;
  const current = found.value;
  const keys = signers();
  if (keys.length === 0)
    return err(refusal('not_here', 'this host holds no signing key; sign the bundle where the key is'));
  const policies = order.policies.map((file) => ({ ...file, path: policyPath(file) }));
  const digest = policiesDigest(policies);
  const guards = (order.guards === undefined ? bundleInForce(agent)?.guards : order.guards) ?? undefined;
  const begun = order.partSigned;
  const goesOn =
    begun &&
    isNext(begun.statement, current) &&
    begun.statement.digest === digest &&
    digestOf(begun.statement.guards ?? null) === digestOf(guards ? guardsStatement(guards) : null);
  const statement: BundleStatement = goesOn
    ? begun.statement
    : {
        version: (current?.version ?? 0) + 1,
        digest,
        prev_digest: current ? statementDigest(current) : 'genesis',
        created_at: iso(agent.parts.clock.utc()),
        author: order.author,
        changelog: order.changelog,
        approvals: order.approvals,
        ...present({ guards: guards && guardsStatement(guards) }),
      };
  const unsigned = bundleFiles(statement, policies, guards);
  const own = await signaturesBy(keys, bundleRequest(unsigned));
  if (!own.ok) return err(refusedBySigner(own.error));
  const ownIds = keys.map(({ keyId }) => keyId);
  const others = goesOn ? begun.signatures.filter((token) => !ownIds.includes(claimedKeyId(token) ?? '')) : [];
  const signatures = [...others, ...own.value];
  const keyIds = signatures.flatMap((token) => claimedKeyId(token) ?? []);
  return ok({
    statement,
    files: withSignatures(unsigned, signatures),
    partSigned: {
      statement,
      signatures,
      ...present({ module: guards && Buffer.from(guards.wasm).toString('base64') }),
    },
    keyIds,
    missing: Math.max(0, agent.parts.bundles.trust.threshold - keyIds.length),
  });
};

/** The head that a version has by now, if it is released. */
export const headOf = ({ parts }: AgentWith<'store'>, version: number): Promise<BundleHead | undefined> =>
  read(parts.store, 'bundle', bundleHeadId(version));

/** Tells all agents of a version whose head is there. May be done more than once, by any agent: it is filed once. */
export const announceRelease = async (
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'evidence'> & JoinedWith<'session'>,
  { version, statement_digest, digest }: Pick<BundleHead, 'version' | 'statement_digest' | 'digest'>,
  { by, text }: { readonly by: string; readonly text: string },
): Promise<Result<true, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  await shift.parts.session.changeGate((gate) =>
    gate.bundle_floor >= version ? gate : { ...gate, bundle_floor: version },
  );
  await agent.parts.bundles.follow(version);
  const entry = { by, object: { type: 'bundle', id: String(version) }, bundle: { version }, digest, text };
  await audit(agent, { ...entry, verb: 'release' }, `release:${statement_digest}`);
  return ok(true);
};

/**
 * Releases a signed bundle, if every agent would take it. That there is only one version N+1 is decided where it is
 * made: whoever creates `bundle:{N+1}` first has it (`protocol.md` section 7).
 */
export const publishRelease = async (
  { agent, archive }: ReleaseDesk,
  { files, releasedBy }: { readonly files: BundleFiles; readonly releasedBy: string },
): Promise<Result<BundleStatement, Refusal>> => {
  const { shift } = agent;
  const found = predecessor(agent);
  if (!found.ok) return found;
  if (!shift) return err(NOT_JOINED);
  const { chance, bundles } = agent.parts;
  const verified = verifyBundle(files, bundles.trust);
  if (!verified.ok) return err(refusedBundle(verified.error));
  const { statement } = verified.value;
  const follows = mayFollow(found.value, shift.parts.session.gate?.bundle_floor ?? 0, statement);
  if (!follows.ok) return err(refusedBundle(follows.error));
  if (!isNext(statement, found.value))
    return err(refusal('changed', `version ${statement.version} does not follow the one in force`));
  const head = bundleHeadOf(statement);
  const { version, statement_digest, digest } = head;
  const entry = {
    by: releasedBy,
    object: { type: 'bundle', id: String(version) },
    bundle: { version },
    digest,
    text: statement.changelog,
  };
  // Of the signatures, which are there by now; that they released anything is said by the entry that follows the write.
  await audit(agent, { ...entry, verb: 'sign', outcome: `by ${verified.value.keyIds.join(', ')}` });
  await archive.put({ version, statement_digest, digest }, files);
  const written = await writeForSure(agent.parts, {
    id: bundleHeadId(version),
    expect: 'absent',
    body: loneBody('bundle', head, {
      write_id: chance.uuid(),
      session: shift.parts.session.id,
      facets: { at: statement.created_at },
    }),
  });
  if (!written) return err(refusal('changed', `version ${version} was released by somebody else meanwhile`));
  const announced = await announceRelease(agent, head, { by: releasedBy, text: statement.changelog });
  return announced.ok ? ok(statement) : announced;
};

/** Signs a policy set and releases it as the next version. Refused where that takes more keys than are here. */
export const releaseBundle = async (
  desk: ReleaseDesk,
  order: ReleaseOrder,
): Promise<Result<BundleStatement, Refusal>> => {
  const prepared = await prepareRelease(desk, order);
  if (!prepared.ok) return prepared;
  if (prepared.value.missing > 0)
    return err(refusal('signatures_missing', `${prepared.value.missing} more keys have to sign this version`));
  return publishRelease(desk, { files: prepared.value.files, releasedBy: order.releasedBy });
};
