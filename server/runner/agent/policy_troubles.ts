import { unseenMembers } from '../../engine/brakes/keep_roles';
import { boundReport, type BoundReport } from '../trust/loosened';
import type { BundleStatus } from '../trust/bundle_keeper';
import { MOST_NAMED } from './live_troubles';
import type { AgentParts } from './parts';
import type { RolloutKeeper } from './rollout_keeper';

/* Troubles with the policies that decide. */

interface PolicySources extends Pick<AgentParts, 'clock' | 'bundles' | 'inventory'> {
  readonly rollouts: Pick<RolloutKeeper, 'stopped'>;
  readonly isJoined: boolean;
  /** Other agents that live and are to decide, and have no bundle in force. */
  readonly peersWithoutPolicies: readonly string[];
}

const NO_BUNDLE = {
  code: 'no_bundle' as const,
  text: 'no policy bundle is in force on this agent: it decides nothing, and keeps events for agents that can',
};

const expiredPolicies = (expired: readonly string[]) => {
  const who =
    expired.length === 1 ? 'a policy has expired and decides' : `${expired.length} policies have expired and decide`;
  return {
    code: 'policy_expired' as const,
    text: `${who} nothing any more: ${expired.slice(0, MOST_NAMED).join(', ')}`,
  };
};

const TRUST_IT =
  'if that key is yours, show it where the policies are in force (`reflex keys show`) and trust it here (`reflex keys trust FILE`); if it was lost with a data folder, put `keys/signing.pem` back from a backup of that folder and start again';

const refusedText = ({ version, fault }: NonNullable<BundleStatus['refused']>): string =>
  `bundle ${version} was refused: ${fault.message}${fault.code === 'unknown_key' ? `; ${TRUST_IT}` : ''}`;

const withoutPolicies = (agents: readonly string[]) => ({
  code: 'peer_without_policies' as const,
  text: `${agents.slice(0, MOST_NAMED).join(', ')} ${agents.length === 1 ? 'has' : 'have'} no policies in force and decide${agents.length === 1 ? 's' : ''} nothing; the page there says why`,
});

/** A bound that people rely on is never loosened in silence. */
const ofBound = ({ lifted, refused }: BoundReport) => [
  ...(lifted.length === 0
    ? []
    : [
        {
          code: 'bound_lifted' as const,
          text: `one source alone may do more here than Reflex allows by itself, because of ${lifted.join(', ')}`,
        },
      ]),
  ...(refused.length === 0
    ? []
    : [
        {
          code: 'bound_not_lifted' as const,
          text: `${refused.join(', ')} would let one source alone do more; nobody besides the author approved the release, so it does not count`,
        },
      ]),
];

/** Of a role that is to be seen, whoever is not: less of it may be taken away, or nothing. */
const unseenRoles = ({ bundles, clock, inventory }: PolicySources) => {
  const named = bundles.brakeRules(clock.utc()).keeps.flatMap(({ keep }) => {
    const count = unseenMembers(keep, inventory)?.length ?? 0;
    const all = inventory.membersOf(keep.of).length;
    return count === 0 ? [] : [`${count} of ${all} of \`${keep.of}\` (by ${(keep.also ?? []).join(', ')})`];
  });
  const text = `cannot be reached, and count as away where policies keep a number of them: ${named.slice(0, MOST_NAMED).join('; ')}`;
  return named.length === 0 ? [] : [{ code: 'role_unseen' as const, text }];
};

/** Policies that are not in force here, or not any more, and other agents that have none. */
export const ofPolicies = (sources: PolicySources) => {
  const { bundles, clock, rollouts, isJoined, peersWithoutPolicies } = sources;
  const bundle = bundles.status;
  const { refused } = bundles;
  const expired = bundles.expiredAt(clock.utc());
  return [
    ...(isJoined && bundle === undefined ? [NO_BUNDLE] : []),
    ...(expired.length > 0 ? [expiredPolicies(expired)] : []),
    ...rollouts.stopped.map(({ policy, why }) => ({
      code: 'rollout_stopped' as const,
      text: `the rollout of \`${policy}\` has stopped itself: ${why}`,
    })),
    ...ofBound(boundReport(bundles.active, clock.utc())),
    ...(refused ? [{ code: 'bundle_refused' as const, text: refusedText(refused) }] : []),
    ...(bundle?.doubt ? [{ code: bundle.doubt.code, text: bundle.doubt.text }] : []),
    ...unseenRoles(sources),
    ...(peersWithoutPolicies.length === 0 ? [] : [withoutPolicies(peersWithoutPolicies)]),
  ];
};
