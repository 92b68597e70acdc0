import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type { CandidateView } from '../../../common/api/policy_views';
import type { RhythmView } from '../../../common/api/routes/rhythm';
import type { PolicyFile } from '../../../common/policy/bundle';
import { millisecondsOf } from '../../../common/policy/policy';

/** A version that was released, however it came, and the policies that it changed. */
export type Released = Pick<CandidateView, 'created_at' | 'author' | 'changelog' | 'released_version'> & {
  readonly changes: ReadonlyArray<Pick<CandidateView['changes'][number], 'policy' | 'change'>>;
};

/** What is known of the policies in force and of the last days. */
export interface RhythmFacts {
  /** ms since 1970. */
  readonly now: number;
  readonly days: number;
  readonly policies: readonly PolicyFile[];
  /** When the oldest release was that is known of, ms since 1970. */
  readonly firstRelease: number;
  readonly released: readonly Released[];
  /** When a person looked at a policy last, ms since 1970. */
  readonly reviewed: ReadonlyMap<string, number>;
  /** How often a policy proposed, or had a say, within the days. */
  readonly fired: ReadonlyMap<string, number>;
  /** Of these, how many cases people found wrong. */
  readonly overridden: ReadonlyMap<string, number>;
}

const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;

const idOf = ({ policy }: PolicyFile): string => policy.metadata.id;

/** When each policy last got the text that is in force. */
const lastChanges = ({ released, firstRelease, policies }: RhythmFacts): ReadonlyMap<string, number> => {
  const last = new Map(policies.map((file) => [idOf(file), firstRelease]));
  for (const { changes, created_at } of released) {
    for (const { policy } of changes)
      last.set(policy, Math.max(last.get(policy) ?? firstRelease, Date.parse(created_at)));
  }
  return last;
};

const dueOf = (facts: RhythmFacts, changed: ReadonlyMap<string, number>): RhythmView['due'] =>
  facts.policies
    .flatMap((file) => {
      const { review } = file.policy.spec;
      const every = review && millisecondsOf(review.every);
      if (!review || every === undefined || file.policy.spec.mode === 'off') return [];
      const last = Math.max(changed.get(idOf(file)) ?? facts.firstRelease, facts.reviewed.get(idOf(file)) ?? 0);
      const due = last + every;
      return due > facts.now
        ? []
        : [
            {
              policy: idOf(file),
              owner: file.policy.metadata.owner,
              every: review.every,
              last: iso(last),
              due: iso(due),
            },
          ];
    })
    .sort((a, b) => (a.due < b.due ? -1 : 1));

const expiring = ({ policies, now }: RhythmFacts) => {
  const dated = policies.flatMap((file) => {
    const { expires, mode } = file.policy.spec;
    return expires === undefined || mode === 'off'
      ? []
      : [{ policy: idOf(file), owner: file.policy.metadata.owner, expires, at: Date.parse(`${expires}T00:00:00Z`) }];
  });
  const shown = (from: number, to: number) =>
    dated
      .filter(({ at }) => at > from && at <= to)
      .sort((a, b) => a.at - b.at)
      .map(({ at: _at, ...each }) => each);
  return { expired: shown(-Infinity, now), expiring: shown(now, now + SOON_MS) };
};

const changesOf = ({ released, now, days }: RhythmFacts): RhythmView['changed'] =>
  released
    .filter(({ created_at }) => Date.parse(created_at) > now - days * DAY_MS)
    .flatMap(({ changes, created_at, author, changelog, released_version }) =>
      changes.map(({ policy, change }) => ({
        policy,
        change,
        at: created_at,
        by: author,
        changelog,
        ...present({ version: released_version }),
      })),
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1));

/** True for what has a say in decisions; limits and protected targets work in the brakes. */
const decides = ({ policy: { spec } }: PolicyFile): boolean =>
  spec.layer === 'action' || spec.when !== undefined || spec.require !== undefined || spec.guard !== undefined;

/** What a person has to look at now, and what happened within the last days. */
export const policyRhythm = (facts: RhythmFacts): RhythmView => {
  const { policies, fired, overridden, now, days } = facts;
  const changed = lastChanges(facts);
  const live = policies.filter(({ policy }) => policy.spec.mode !== 'off');
  const count = (file: PolicyFile): number => fired.get(idOf(file)) ?? 0;
  const silent = live.filter((file) => decides(file) && count(file) === 0);
  const isOldEnough = (file: PolicyFile): boolean => (changed.get(idOf(file)) ?? now) <= now - days * DAY_MS;
  return {
    as_of: iso(now),
    days,
    due: dueOf(facts, changed),
    ...expiring(facts),
    without_review: live.filter(({ policy }) => policy.spec.review === undefined).map(idOf),
    changed: changesOf(facts),
    fired: live
      .filter((file) => count(file) > 0)
      .map((file) => ({
        policy: idOf(file),
        mode: file.policy.spec.mode,
        count: count(file),
        overridden: overridden.get(idOf(file)) ?? 0,
      }))
      .sort((a, b) => b.overridden - a.overridden || b.count - a.count),
    never_fired: silent
      .filter(isOldEnough)
      .map((file) => ({ policy: idOf(file), mode: file.policy.spec.mode, owner: file.policy.metadata.owner })),
    too_young: silent.filter((file) => !isOldEnough(file)).length,
  };
};
