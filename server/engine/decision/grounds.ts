import type { AssetFacts, HistoryFacts, Score } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { CompiledAction, CompiledPolicies } from '../policy/compiled';
import type { Known } from './activation';
import { heardOf, type Heard } from './effective';
import { askedAs, type Lookups, type RecordingLookups } from './lookups';
import type { Model } from './model';
import { scoreOf } from './score';
import { claimedHistory, countingHistory } from './seen';

export type AssetType = AssetFacts['type'];

/** What a decision goes by: the event as it counts, and as it is claimed where that is more. */
export interface Grounds {
  readonly heard: Heard;
  readonly known: Known;
  readonly claimed: Known | undefined;
  /** As it was looked up. */
  readonly history: HistoryFacts;
  readonly lookups: Lookups;
}

const entityOf = (host: string | undefined, ip: string | undefined): readonly [AssetType, string] | undefined =>
  host !== undefined ? ['host', askedAs(host)] : ip !== undefined ? ['ip', ip] : undefined;

/** Looks up what a decision about an event starts from. */
export const groundsOf = (
  { received, model, now }: { readonly received: ReceivedEvent; readonly model: Model; readonly now: number },
  lookups: Lookups & Pick<RecordingLookups, 'aboutTarget' | 'lookUp'>,
): Grounds => {
  const { event } = received;
  const find = (entity: readonly [AssetType, string] | undefined): AssetFacts | undefined =>
    entity && lookups.asset(...entity);
  const source = find(entityOf(event.src_host, event.source?.ip));
  const destination = find(entityOf(event.dst_host, event.destination?.ip));
  const user = find(event.user?.name === undefined ? undefined : ['user', askedAs(event.user.name)]);
  const heard = heardOf(received);
  const said = lookups.history(received);
  const knownOf = (of: ReceivedEvent, history: HistoryFacts): Known => {
    const score = scoreOf(model, { received: of, history, source, destination });
    const { aboutTarget, lookUp } = lookups;
    return { received: of, score, history, source, destination, user, now, aboutTarget, lookUp };
  };
  const known = knownOf(heard.counting, countingHistory(said, heard));
  const claims = claimedHistory(said);
  // What others claim of the same things is a claim too, also where the event itself counts in full.
  const isClaimed = heard.claimed !== undefined || claims !== said;
  return { heard, known, claimed: isClaimed ? knownOf(received, claims) : undefined, history: said, lookups };
};

/** What an answer of a policy went by: the event as it counts, or as it is claimed. */
export const knownBy = (
  { known, claimed }: Pick<Grounds, 'known' | 'claimed'>,
  { isClaimed }: { readonly isClaimed?: true },
): Known => (isClaimed === true ? (claimed ?? known) : known);

/** The score as it counts; where claims would change it, it says so. */
export const scoreIn = ({ known, claimed }: Grounds): Score =>
  claimed === undefined || claimed.score.value === known.score.value
    ? known.score
    : { ...known.score, claimed: claimed.score.value };

/** Policies that could match the event as it counts or as it is claimed, in the bundle's order. */
export const candidatesOf = (bundle: CompiledPolicies, { counting, claimed }: Heard): readonly CompiledAction[] => {
  const counts = bundle.actions.candidates(counting);
  if (claimed === undefined) return counts;
  const both = new Set([...counts, ...bundle.actions.candidates(claimed)]);
  return both.size === counts.length ? counts : bundle.actions.all.filter((policy) => both.has(policy));
};
