import type { EscalationView } from '../../../common/api/views';
import { SEVERITIES } from '../../../common/flow/event';
import { handedOver } from '../keeping/kinds/case';
import { contentOf } from '../keeping/state_docs';
import type { StateDoc, StateQuery, StateStore } from '../ports';
import { escalationViews } from './views';

/*
 * What waits for a person, however much that is. A storm must not hide the one that matters, nor make one answer of a
 * gigabyte: what is listed is chosen by what lists are searched by, the most severe first, and read a little at a time
 * until the answer is full.
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

const MOST_SEVERE_FIRST = [...SEVERITIES].reverse();

/** Some of what a query finds, the most severe first, then the oldest; without contents. */
const mostUrgent = async (store: Store, query: Query): Promise<readonly StateDoc[]> => {
  const wanted = { ...query, bare: true, sort: 'at' } as const;
  const some = await store.search({ ...wanted, limit: MOST_LISTED + 1 });
  if (some.length <= MOST_LISTED) return some;
  const found: StateDoc[] = [];
  for (const severity of MOST_SEVERE_FIRST) {
    const limit = MOST_LISTED - found.length;
    if (limit > 0) found.push(...(await store.search({ ...wanted, severities: [severity], limit })));
  }
  return found;
};

const rank = ({ facets }: StateDoc): number => MOST_SEVERE_FIRST.findIndex((each) => each === facets.severity);

const bySeverity = (one: StateDoc, other: StateDoc): number =>
  rank(one) - rank(other) || ((one.facets.at ?? '') < (other.facets.at ?? '') ? -1 : 1);

/** The escalations of these cases in their order, so many as fit; and whether all of them fit. */
const viewsOf = async (
  store: Store,
  ids: readonly string[],
): Promise<{ readonly views: readonly EscalationView[]; readonly isWhole: boolean }> => {
  const views: EscalationView[] = [];
  let characters = 0;
  for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
    const some = ids.slice(at, at + READ_AT_ONCE);
    const docs = await store.getMany(some);
    for (const id of some) {
      const content = contentOf('case', docs.get(id));
      for (const view of content ? escalationViews(content) : []) {
        if (characters > MOST_CHARACTERS || views.length >= MOST_LISTED) return { views, isWhole: false };
        characters += JSON.stringify(view).length;
        views.push(view);
      }
    }
  }
  return { views, isWhole: true };
};

/**
 * The most urgent of the acts that wait for a person, apart from those that one limit refuses.
 *
 * @returns with how many there are at least, where not all are listed
 */
export const mostUrgentWaiting = async (
  store: Store,
): Promise<{ readonly total: number; readonly views: readonly EscalationView[] }> => {
  const [waiting, handed, partly] = await Promise.all(
    [WAITING, handedOver, PARTLY].map((query) => mostUrgent(store, query)),
  );
  // What certainly waits comes before cases of which an act may wait: a storm of held ones hides nothing.
  const certain = [...(waiting ?? []), ...(handed ?? [])].sort(bySeverity);
  const ids = [...certain, ...[...(partly ?? [])].sort(bySeverity)].map(({ id }) => id);
  const { views, isWhole } = await viewsOf(store, ids);
  if (isWhole && certain.length < MOST_LISTED) return { total: views.length, views };
  const [alone, left] = await Promise.all([store.count(WAITING), store.count(handedOver)]);
  return { total: Math.max(views.length, alone + left), views };
};
