import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { ReceivedEvent } from '../../../common/flow/event';
import { isEarlier, isGraver, otherThingIn } from '../../engine/intake/update';
import type { CommitQueue } from '../keeping/commit_queue';
import { plannedCase, type CaseContent } from '../keeping/kinds/case';
import { contentOf } from '../keeping/state_docs';
import type { Clock } from '../ports';
import { isSettled } from './earlier_acts';
import { overCase, type EndsWithSource } from './source_is_over';

/*
 * A source reports a detection again, with newer data under the same id. It moves its case and never makes a second
 * act: what was begun, settled by a person or let lapse is not decided again (decision 039).
 */

/** What a newer report came to. */
export type Updated =
  | { readonly kind: 'updated'; readonly content: CaseContent; readonly owner: string }
  | { readonly kind: 'duplicate'; readonly content: CaseContent }
  | { readonly kind: 'conflicting'; readonly content: CaseContent; readonly other?: string };

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;

/** The pause after a decision before newer reports make the next one: none for the first, then ever longer, ms. */
const pauseAfter = (updates: number): number =>
  updates <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(updates - 2, 20));

/** The case keeps when it came in first and everybody who may have asked for it (INV-10). */
const receivedAnew = (before: ReceivedEvent, after: ReceivedEvent): ReceivedEvent => {
  const owners = [...new Set([...(before.owners ?? []), ...(after.owners ?? [])])];
  // Acknowledging is no end: what was begun goes on, as it does for an alert that somebody takes in OpenSearch.
  const { source_state: state, ...rest } = after;
  const isTaken = state === 'acknowledged';
  return {
    ...rest,
    received_at: before.received_at,
    ...present({
      source_state: isTaken ? before.source_state : state,
      owners: owners.length === 0 ? undefined : owners,
    }),
  };
};

/** When a case that is outdated is decided again, UTC ms: at once where it is graver now than it was decided on. */
export const decidedAgainFrom = ({ decision, received, decided_on: before, updates }: CaseContent): number =>
  decision === undefined || (before !== undefined && isGraver(received, before))
    ? 0
    : Date.parse(decision.decided_at) + pauseAfter(updates?.count ?? 0);

interface Taking {
  readonly endsWithSource: EndsWithSource;
  /** UTC ms. */
  readonly now: number;
}

/** The case as a newer report leaves it. */
const movedCase = (before: CaseContent, after: ReceivedEvent, { endsWithSource, now }: Taking): CaseContent => {
  const received = receivedAnew(before.received, after);
  const moved: CaseContent = {
    ...before,
    received,
    updates: { count: (before.updates?.count ?? 0) + 1, at: iso(now) },
    ...present({
      acknowledged: before.acknowledged ?? (after.source_state === 'acknowledged' || undefined),
      decided_on: before.decision && (before.decided_on ?? before.received),
    }),
  };
  if (before.acts.some(isSettled))
    return received.source_state === 'completed' && before.received.source_state !== 'completed'
      ? overCase(moved, endsWithSource, iso(now))
      : moved;
  // What waits for a person lapses when it would have; all else is looked at as soon as it may be.
  const due = before.state === 'waiting' ? before.due : iso(Math.max(now, decidedAgainFrom(moved)));
  return {
    ...moved,
    outdated: true,
    state: before.state === 'decided' ? 'accepted' : before.state,
    ...present({ due }),
  };
};

/** What a report that differs from the one on record is to its case; undefined if it moves it. */
export const noUpdate = (before: CaseContent, after: ReceivedEvent): Updated | undefined => {
  const isKnown = before.received.digest === after.digest;
  // Of a case that has shrunk is not known what it was about; it is decided for good.
  if (isKnown || before.closed !== undefined || isEarlier(after, before.received))
    return { kind: 'duplicate', content: before };
  const other = otherThingIn(before.received.event, after.event);
  return other === undefined ? undefined : { kind: 'conflicting', content: before, other };
};

/**
 * Takes a newer report of a case that is there.
 *
 * @returns undefined if the case went meanwhile
 */
export const takeUpdate = (
  {
    commits,
    clock,
    endsWithSource,
  }: {
    readonly commits: Pick<CommitQueue, 'settle'>;
    readonly clock: Pick<Clock, 'utc'>;
    readonly endsWithSource: EndsWithSource;
  },
  after: ReceivedEvent,
): Promise<Updated | undefined> =>
  commits.settle<Updated | undefined>({
    reads: [after.case_id],
    build: (view) => {
      const seen = view.get(after.case_id);
      const before = contentOf('case', seen);
      const answer = before && noUpdate(before, after);
      if (!seen || !before || answer) return view.isFresh(after.case_id) ? { docs: [], answer } : 'read_again';
      const now = clock.utc();
      const content = movedCase(before, after, { endsWithSource, now });
      return {
        docs: [{ ...plannedCase(content, iso(now)), owner: seen.owner }],
        answer: { kind: 'updated', content, owner: seen.owner },
      };
    },
  });
