import type { ReleaseView } from '../../../common/api/routes/releases';
import type { CandidateView, GuardChangeView } from '../../../common/api/views';
import type { BundleStatement, Guards } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import { approvedDigest } from '../../engine/policy/bundle_files';
import type { GuardTexts } from '../../engine/policy/guard_set';
import { audit } from './audit';
import { fileCandidate } from './candidates';
import { changesBetween, findRelease, type Release } from './release_book';
import { guardChangesBetween, haveSameGuards } from './policy_set';
import { refusal, type Refusal } from './refusal';
import { releaseBundle, type ReleaseDesk } from './release';

interface Order {
  readonly by: string;
  readonly reason: string;
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

const found = async (
  desk: ReleaseDesk,
  version: number,
): Promise<Result<{ readonly release: Release; readonly changes: CandidateView['changes'] }, Refusal>> => {
  const active = desk.agent.parts.bundles.active?.bundle;
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

/**
 * Emergency: what was in force before comes back at once, by the word of one approver. Nothing runs that was not
 * approved by four eyes when it was released; that is why only the version directly before may come back this way.
 */
export const rollBackNow = async (
  desk: ReleaseDesk,
  inForce: number,
  { by, reason }: Order,
): Promise<Result<BundleStatement, Refusal>> => {
  const { agent } = desk;
  if (agent.parts.bundles.status?.version !== inForce)
    return err(refusal('changed', `version ${inForce} is no longer in force; look again`));
  const back = await found(desk, inForce - 1);
  if (!back.ok) return back;
  const { statement, policies, guards = null } = back.value.release;
  await audit(agent, {
    verb: 'roll_back_now',
    by,
    object: { type: 'bundle', id: String(inForce) },
    bundle: { version: inForce },
    digest: statement.digest,
    text: reason,
  });
  return releaseBundle(desk, {
    policies,
    author: statement.author,
    releasedBy: by,
    changelog: `${changelogOf(statement.version, reason)} (emergency, by ${by})`,
    approvals: earlierApprovals(statement),
    guards,
  });
};
