import type { Approval, BundleStatement, PolicyFile } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import { bundleFiles, contentDigest, policyPath } from '../../engine/policy/bundle_files';
import { signBundle, type SigningKey } from '../../engine/policy/sign_bundle';
import { statementDigest } from '../../engine/policy/verify_bundle';
import type { Agent } from '../agent';
import { bundleHeadId, bundleHeadOf } from '../documents';
import type { BundleArchive } from '../ports';
import { isoOf } from '../shift_parts';
import { writeForSure } from '../write_for_sure';
import { audit } from './audit';
import { NOT_JOINED, refusal, type Refusal } from './refusal';

export interface ReleaseDesk {
  readonly agent: Agent;
  readonly archive: BundleArchive;
  /** Empty where bundles are signed elsewhere and only released here. */
  readonly signingKeys: () => readonly SigningKey[];
}

export interface ReleaseOrder {
  readonly policies: readonly PolicyFile[];
  readonly author: string;
  readonly releasedBy: string;
  readonly changelog: string;
  readonly approvals: readonly Approval[];
}

/** Digest of a policy set as a release would have it: what approvals are bound to. */
export const digestOfSet = (policies: readonly PolicyFile[]): string =>
  contentDigest(new Map(policies.map((file) => [policyPath(file), file.source])));

/**
 * Signs a policy set and releases it as the next version. That there is only one version N+1 is decided where it is
 * made: whoever creates `bundle:{N+1}` first has it (`protocol.md` section 7).
 */
export const releaseBundle = async (
  { agent, archive, signingKeys }: ReleaseDesk,
  order: ReleaseOrder,
): Promise<Result<BundleStatement, Refusal>> => {
  const { shift } = agent;
  if (!shift?.session.gate) return err(NOT_JOINED);
  const keys = signingKeys();
  if (keys.length === 0)
    return err(refusal('not_here', 'this host holds no signing key; sign the bundle where the key is'));
  const { clock, chance, bundles } = agent.parts;
  const floor = shift.session.gate.bundle_floor;
  const current = bundles.active?.bundle.statement;
  if ((current?.version ?? 0) !== floor)
    return err(refusal('changed', 'another version is being released right now; try again'));
  const policies = order.policies.map((file) => ({ ...file, path: policyPath(file) }));
  const statement: BundleStatement = {
    version: floor + 1,
    digest: digestOfSet(policies),
    prev_digest: current ? statementDigest(current) : 'genesis',
    created_at: isoOf(clock),
    author: order.author,
    changelog: order.changelog,
    approvals: order.approvals,
  };
  const head = bundleHeadOf(statement);
  const { version, statement_digest, digest } = head;
  await archive.put({ version, statement_digest, digest }, signBundle(bundleFiles(statement, policies), keys));
  const written = await writeForSure(agent.parts, {
    id: bundleHeadId(statement.version),
    expect: 'absent',
    body: {
      kind: 'bundle',
      write_id: chance.uuid(),
      session: shift.session.id,
      owner: '',
      ordinal: 0,
      facets: { at: statement.created_at },
      content: head,
      outbox: [],
    },
  });
  if (!written) return err(refusal('changed', `version ${statement.version} was released by somebody else meanwhile`));
  await shift.session.changeGate((gate) =>
    gate.bundle_floor >= statement.version ? gate : { ...gate, bundle_floor: statement.version },
  );
  await bundles.follow(statement.version);
  await audit(agent, {
    verb: 'release',
    by: order.releasedBy,
    object: { type: 'bundle', id: String(statement.version) },
    bundle: { version: statement.version },
    digest: statement.digest,
    text: order.changelog,
  });
  return ok(statement);
};
