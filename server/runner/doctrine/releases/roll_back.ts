import { present } from '../../../../common/present';
import { bundleInForce, versionInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { ReleaseView } from '../../../../common/api/routes/releases';
import type { CandidateView, GuardChangeView } from '../../../../common/api/policy_views';
import type { BundleStatement, Guards } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { approvedDigest } from '../../../engine/policy/bundle_files';
import type { GuardTexts } from '../../../engine/policy/guard_set';
import { askedAndDone } from '../../record/audit';
import { fileCandidate } from '../candidates/candidates';
import { changesBetween, findRelease, type Release } from './release_book';
import { guardChangesBetween, haveSameGuards } from '../catalog/policy_set';
import { refusal, type Refusal } from '../../record/refusal';
import {
  digestOfSet,
  prepareRelease,
  publishRelease,
  type Prepared,
  type ReleaseDesk,
  type ReleaseOrder,
} from './release';
import { changeCandidate, viewOfCandidate } from '../candidates/candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import { isApproved } from '../../record/four_eyes';
import { REFLEX } from '../../record/reserved';

interface Order {
  readonly by: string;
  readonly reason: string;
  /** There is nobody else here. */
  readonly singleUser?: boolean;
}

const changelogOf = (version: number, reason: string): string => `Back to version ${version}: ${reason}`;

const NOTHING_CHANGES = refusal(
  'invalid',
  'the version in force has the same policies and guards; nothing would change',
);

const textsIn = (guards: Guards | undefined): GuardTexts => guards?.sources ?? new Map();

/** What changed between two released versions; `from` 0 is before the first. */
export const compareReleases = async (
  desk: ReleaseDesk,
  version: number,
  from = version - 1,
): Promise<
  Result<
    {
      readonly release: ReleaseView;
      readonly from: number;
      readonly changes: CandidateView['changes'];
      readonly guard_changes: GuardChangeView[];
    },
    Refusal
  >
> => {
  const release = await findRelease(desk, version);
  if (!release.ok) return release;
  const before = from === 0 ? ok({ policies: [], guards: undefined }) : await findRelease(desk, from);
  if (!before.ok) return before;
  return ok({
    release: release.value.view,
    from,
    changes: changesBetween(before.value.policies, release.value.policies),
    guard_changes: guardChangesBetween(textsIn(before.value.guards), textsIn(release.value.guards)),
  });
};

/** What is found of the version that comes back, and what that changes. */
interface Back {
  readonly release: Release;
  readonly changes: CandidateView['changes'];
}

const found = async (desk: ReleaseDesk, version: number): Promise<Result<Back, Refusal>> => {
  const active = bundleInForce(desk.agent);
  if (!active) return err(refusal('not_waiting', 'no version is in force'));
  if (version >= active.statement.version)
    return err(
      refusal(
        'invalid',
        `version ${version} is not earlier than version ${active.statement.version}, which is in force`,
      ),
    );
  const release = await findRelease(desk, version);
  if (!release.ok) return release;
  const changes = changesBetween(active.policies, release.value.policies);
  const isSame = changes.length === 0 && haveSameGuards(textsIn(active.guards), textsIn(release.value.guards));
  return isSame ? err(NOTHING_CHANGES) : ok({ release: release.value, changes });
};

/** Proposes the policies of an earlier version as the next one: a candidate like any other. */
export const proposeRollback = async (
  desk: ReleaseDesk,
  version: number,
  { by, reason }: Order,
): Promise<Result<CandidateView, Refusal>> => {
  const back = await found(desk, version);
  if (!back.ok) return back;
  const { release, changes } = back.value;
  const { guards } = release;
  // Its module is signed: going back takes no compiler.
  if (guards) desk.agent.parts.guardBook.keep(guards);
  return fileCandidate(desk.agent, {
    by,
    changelog: changelogOf(version, reason),
    policies: release.policies,
    guards: textsIn(guards),
    changes,
    writers: [],
    backTo: version,
  });
};

/** Who approved exactly these policies when they were released. */
const earlierApprovals = ({ approvals, ...statement }: BundleStatement): BundleStatement['approvals'] =>
  approvals.filter((approval) => approval.digest === statement.digest || approval.digest === approvedDigest(statement));

/** INVARIANT (INV-10): what comes back by one person's word was approved by two when it was in force. */
const wasApproved = (statement: BundleStatement, singleUser: boolean): boolean =>
  // What Reflex came with needs nobody's approval: it proposes nothing by itself, and nobody logs in by its name.
  statement.author === REFLEX ||
  isApproved(
    { author: statement.author, writers: [], approvals: earlierApprovals(statement) },
    { digests: [statement.digest, approvedDigest(statement)], singleUser },
  );

/**
 * Files what more keys have to sign as a candidate that is approved already, bound to its digest: another host releases
 * it with its keys, or it is signed elsewhere and uploaded.
 */
const fileEmergency = async (
  desk: ReleaseDesk,
  { order, prepared }: { readonly order: ReleaseOrder; readonly prepared: Prepared | undefined },
  { backTo, changes, by, reason }: Order & Pick<Candidate, 'changes'> & { readonly backTo: number },
): Promise<Result<CandidateView, Refusal>> => {
  const { agent } = desk;
  const guards = textsIn(order.guards ?? undefined);
  const candidate: Candidate = {
    id: agent.parts.chance.uuid(),
    digest: digestOfSet(order.policies, guards),
    base_version: versionInForce(agent),
    author: order.author,
    changelog: order.changelog,
    created_at: iso(agent.parts.clock.utc()),
    state: 'approved',
    changes,
    approvals: order.approvals.map((approval) => ({ ...approval })),
    sources: Object.fromEntries(order.policies.map((file) => [file.policy.metadata.id, file.source])),
    guard_sources: Object.fromEntries(guards),
    writers: [],
    back_to: backTo,
    emergency: { by, reason },
    signed_by: [...(prepared?.keyIds ?? [])],
    signatures_missing: prepared?.missing ?? agent.parts.bundles.trust.threshold,
    ...present({ part_signed: prepared?.partSigned }),
  };
  const { id, digest, signed_by = [], signatures_missing } = candidate;
  const filed = await changeCandidate(agent, id, () =>
    ok({
      candidate,
      entry: {
        verb: 'sign',
        by,
        object: { type: 'candidate', id },
        digest,
        outcome: `by ${signed_by.join(', ') || 'nobody'}; ${signatures_missing ?? 0} more keys have to sign`,
        text: reason,
      },
    }),
  );
  return filed.ok ? ok(viewOfCandidate(filed.value, agent)) : filed;
};

/** What came of an emergency: it is in force, or it waits for more keys. */
export type Emergency =
  | { readonly kind: 'released'; readonly statement: BundleStatement }
  | { readonly kind: 'waits'; readonly candidate: CandidateView };

/** Releases it as the next version, or files it where more keys have to sign. */
const bringBack = async (
  desk: ReleaseDesk,
  { release, changes }: Back,
  { by, reason }: Order,
): Promise<Result<Emergency, Refusal>> => {
  const { statement, policies, guards = null } = release;
  const order: ReleaseOrder = {
    policies,
    author: statement.author,
    releasedBy: by,
    changelog: `${changelogOf(statement.version, reason)} (emergency, by ${by})`,
    approvals: earlierApprovals(statement),
    guards,
  };
  const prepared = desk.signers().length === 0 ? ok(undefined) : await prepareRelease(desk, order);
  if (!prepared.ok) return prepared;
  if (prepared.value?.missing === 0) {
    const released = await publishRelease(desk, { files: prepared.value.files, releasedBy: by });
    return released.ok ? ok({ kind: 'released', statement: released.value }) : released;
  }
  if (guards) desk.agent.parts.guardBook.keep(guards);
  const about = { by, reason, changes, backTo: statement.version };
  const filed = await fileEmergency(desk, { order, prepared: prepared.value }, about);
  return filed.ok ? ok({ kind: 'waits', candidate: filed.value }) : filed;
};

/**
 * Emergency: what was in force before comes back at once, by the word of one approver. Nothing runs that was not
 * approved by four eyes when it was released; that is why only the version directly before may come back this way.
 * Where more keys have to sign than this host holds, what it signed waits for them.
 */
export const rollBackNow = async (
  desk: ReleaseDesk,
  inForce: number,
  { by, reason, singleUser = false }: Order,
): Promise<Result<Emergency, Refusal>> => {
  const { agent } = desk;
  if (versionInForce(agent) !== inForce)
    return err(refusal('changed', `version ${inForce} is no longer in force; look again`));
  const back = await found(desk, inForce - 1);
  if (!back.ok) return back;
  const { statement } = back.value.release;
  if (!wasApproved(statement, singleUser))
    return err(
      refusal(
        'not_four_eyes',
        `nobody besides its author approved version ${statement.version} when it was released; propose going back to it, and let somebody approve that`,
      ),
    );
  const object = { type: 'bundle', id: String(inForce) };
  const bundle = { version: inForce };
  const entry = { verb: 'roll_back_now', by, object, bundle, digest: statement.digest, text: reason };
  return askedAndDone(agent, entry, () => bringBack(desk, back.value, { by, reason }));
};
