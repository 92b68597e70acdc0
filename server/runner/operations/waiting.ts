import type { EscalationView } from '../../../common/api/views';
import { SEVERITIES } from '../../../common/flow/event';
import type { Absences } from '../facts/absences';
import { handedOver, requestedByAskers, STANDS_ALONE } from '../keeping/kinds/case';
import { contentOf } from '../keeping/state_docs';
import type { StateDoc, StateQuery, StateStore } from '../ports';
import { escalationViews } from './views';

/*
 * What waits for a person, however much that is. A storm must not hide the one that matters, nor one that is about to
 * expire, nor make one answer of a gigabyte: where not everything fits, each severity has its turn, the first to expire
 * first, and cases are read a little at a time until the answer is full (docs/decisions/048).
 */

export const MOST_LISTED = 1_000;
const READ_AT_ONCE = 100;
/** So much of an answer are its escalations, characters of JSON. One more than that is not begun. */
const MOST_CHARACTERS = 8_000_000;

type Query = Pick<StateQuery, 'kinds' | 'states' | 'requested' | 'policies'>;

/** Cases that wait, and nothing else of them is to be done. */
const WAITING: Query = { kinds: ['case'], states: ['waiting'], requested: false };
/** Cases of which one act may wait while another is under way or held. */
const PARTLY: Query = { kinds: ['case'], states: ['applying', 'held'], requested: false };

type Store = Pick<StateStore, 'search' | 'count' | 'getMany'>;

/** UTC, ms, and who is away. */
interface Now {
  readonly utc: number;
  readonly away: Absences;
}

/** What is answered by itself first: no flood of what claims to be severe hides it. */
const MOST_SEVERE_FIRST: readonly string[] = [STANDS_ALONE, ...[...SEVERITIES].reverse()];

/** What a query finds, without contents; where that is more than a list, of each severity the first to expire. */
const firstToExpire = async (store: Store, query: Query): Promise<readonly StateDoc[]> => {
  const wanted = { ...query, bare: true, sort: 'due' } as const;
  const some = await store.search({ ...wanted, limit: MOST_LISTED + 1 });
  if (some.length <= MOST_LISTED) return some;
  const ofEach = MOST_SEVERE_FIRST.map((severity) =>
    store.search({ ...wanted, severities: [severity], limit: MOST_LISTED }),
  );
  return (await Promise.all(ofEach)).flat();
};

/** What has no expiry comes after everything that has one. */
const expiryOf = ({ facets }: StateDoc): string => facets.due ?? '~';

const byExpiry = (one: StateDoc, other: StateDoc): number =>
  expiryOf(one) < expiryOf(other) ? -1 : expiryOf(one) > expiryOf(other) ? 1 : 0;

/** One of each severity in turn, the most severe first, and of one severity the first to expire first. */
const inTurn = (docs: readonly StateDoc[]): readonly string[] => {
  const seen = new Map<string, number>();
  const ranked = [...docs].sort(byExpiry).map((doc) => {
    const severity = doc.facets.severity ?? '';
    const turn = seen.get(severity) ?? 0;
    seen.set(severity, turn + 1);
    return { id: doc.id, turn, rank: MOST_SEVERE_FIRST.findIndex((each) => each === severity) };
  });
  return ranked.sort((one, other) => one.turn - other.turn || one.rank - other.rank).map(({ id }) => id);
};

/** The escalations of these cases in their order, so many as fit; and whether all of them fit. */
const viewsOf = async (
  store: Store,
  ids: readonly string[],
  { utc, away }: Now,
): Promise<{ readonly views: readonly EscalationView[]; readonly isWhole: boolean }> => {
  const views: EscalationView[] = [];
  let characters = 0;
  for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
    if (views.length >= MOST_LISTED) return { views, isWhole: false };
    const some = ids.slice(at, at + READ_AT_ONCE);
    const docs = await store.getMany(some);
    for (const id of some) {
      const content = contentOf('case', docs.get(id));
      for (const view of content ? escalationViews(content, utc, away) : []) {
        if (characters > MOST_CHARACTERS || views.length >= MOST_LISTED) return { views, isWhole: false };
        characters += JSON.stringify(view).length;
        views.push(view);
      }
    }
  }
  return { views, isWhole: true };
};

/** Acts that wait for a person; `isCut` if there are more than are listed, then `total` is how many at least. */
interface WaitingActs {
  readonly total: number;
  readonly views: readonly EscalationView[];
  readonly isCut: boolean;
}

/** The acts that wait for a person, apart from those that one limit refuses; where they do not fit, see above. */
export const waitingActs = async (store: Store, now: Now): Promise<WaitingActs> => {
  const [waiting, handed, requested, partly] = await Promise.all(
    [WAITING, handedOver, requestedByAskers, PARTLY].map((query) => firstToExpire(store, query)),
  );
  // What certainly waits comes before cases of which an act may wait: a storm of held ones hides nothing.
  const certain = [...(waiting ?? []), ...(handed ?? []), ...(requested ?? [])];
  const { views, isWhole } = await viewsOf(store, [...inTurn(certain), ...inTurn(partly ?? [])], now);
  if (isWhole && certain.length < MOST_LISTED) return { total: views.length, views, isCut: false };
  const counts = await Promise.all([WAITING, handedOver, requestedByAskers].map((query) => store.count(query)));
  const total = Math.max(
    views.length,
    counts.reduce((sum, count) => sum + count, 0),
  );
  return { total, views, isCut: !isWhole || total > views.length };
};
