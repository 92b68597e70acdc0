import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { mayGoOnWith } from '../executing/who_may_decide';
import type { CommitQueue } from '../keeping/commit_queue';
import { plannedCase, toReview, type CaseContent } from '../keeping/kinds/case';
import { RELEASED } from '../keeping/kinds/session';
import { contentOf, find } from '../keeping/state_docs';
import type { Clock, StateStore } from '../ports';

interface Searching {
  readonly decider: Parameters<typeof mayGoOnWith>[0];
  readonly store: Pick<StateStore, 'search'>;
}

/** Whose cases a session may go on with besides its own. */
export const ownersOfLeft = (dead: readonly string[]): ReadonlySet<string> => new Set([RELEASED, ...dead]);

/**
 * Cases that nobody looks after: of dead sessions, open ones and those that are due for a review, and those that their
 * agents could not decide.
 *
 * @returns their ids, where this session may go on with them
 */
export const casesLeftBehind = async (
  { decider, store }: Searching,
  dead: readonly string[],
): Promise<readonly string[]> => {
  if (!mayGoOnWith(decider)) return [];
  const owners = [...ownersOfLeft(dead)];
  const open = await find(store, 'case', { owners, notStates: ['decided'], limit: 500, bare: true });
  const reviewed =
    dead.length === 0 ? [] : await find(store, 'case', { ...toReview(dead), sort: 'due', limit: 500, bare: true });
  return [...open, ...reviewed].map(({ id }) => id);
};

/** A review that the death of its agent delayed still takes place within this, ms. */
const MOST_REVIEW_DELAY_MS = 15 * 60_000;

/** A case as it is taken over. A review long after its time would decide about what is over at its deadline anyway. */
const asTakenOver = ({ due, ...content }: CaseContent, utc: number): CaseContent => {
  const isMissed = content.state === 'decided' && due !== undefined && utc - Date.parse(due) > MOST_REVIEW_DELAY_MS;
  return { ...content, ...present({ due: isMissed ? undefined : due }) };
};

/**
 * Takes a case over, if it still is of one of these sessions.
 *
 * @returns the case as it is taken over; undefined if it is not
 */
export const takeOverCase = async (
  { commits, clock }: { readonly commits: CommitQueue; readonly clock: Pick<Clock, 'utc'> },
  caseId: string,
  owners: ReadonlySet<string>,
): Promise<CaseContent | undefined> => {
  commits.forget(caseId);
  const taken = await commits.submit<CaseContent | undefined>({
    reads: [caseId],
    build: (view) => {
      const seen = view.get(caseId);
      const content = contentOf('case', seen);
      if (!seen || !content || !owners.has(seen.owner)) return { docs: [], answer: undefined };
      const next = asTakenOver(content, clock.utc());
      return { docs: [plannedCase(next, iso(clock.utc()))], answer: next };
    },
  });
  return taken.kind === 'committed' ? taken.answer : undefined;
};

/** What this session cannot decide belongs to whoever can. */
export const releaseCase = async (
  commits: Pick<CommitQueue, 'submit' | 'session'>,
  clock: Pick<Clock, 'utc'>,
  caseId: string,
): Promise<void> => {
  await commits.submit<void>({
    reads: [caseId],
    build: (view) => {
      const seen = view.get(caseId);
      const content = contentOf('case', seen);
      const isOpen = content?.state === 'accepted' || content?.state === 'held';
      if (!isOpen || seen?.owner !== commits.session) return { docs: [], answer: undefined };
      return { docs: [{ ...plannedCase(content, iso(clock.utc())), owner: RELEASED }], answer: undefined };
    },
  });
};
