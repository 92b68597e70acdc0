import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import type { HistoryBook } from './history';
import { StoreUnavailable, type Clock, type EvidenceLog, type Log } from '../ports';

const LOADED_MS = 30 * 86_400_000;
const FOLLOW_MS = 5_000;
const OVERLAP_MS = 30_000;
const MOST_LOADED = 100_000;

interface HistorySource {
  readonly evidence: EvidenceLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: HistoryBook;
}

/** Notes one decision record; decisions of the same case count once. */
const note = (book: HistoryBook, body: Readonly<Record<string, unknown>>): void => {
  const { event, decision } = recordOf('decisions', body);
  if (decision.effectless === true) return;
  book.noteEvent(event);
  if (decision.verdict === 'permit') book.noteAct(event, Date.parse(decision.decided_at));
};

/**
 * Fills the history from the evidence of the last 30 days, then follows what other agents decide as it appears there.
 * What this agent decides it notes by itself at once.
 */
export const followHistory = async (
  { evidence, clock, log, book }: HistorySource,
  until: () => boolean,
): Promise<void> => {
  const noted = new Set<string>();
  let from = iso(clock.utc() - LOADED_MS);
  while (!until()) {
    const started = clock.utc();
    try {
      let loaded = 0;
      for await (const entry of evidence.scan({ family: 'decisions', from })) {
        if (until() || loaded >= MOST_LOADED) break;
        if (noted.has(entry.id)) continue;
        noted.add(entry.id);
        note(book, entry.body);
        loaded += 1;
      }
      for await (const entry of evidence.scan({ family: 'feedback', from })) {
        if (until() || noted.has(entry.id)) continue;
        noted.add(entry.id);
        const { event, feedback } = recordOf('feedback', entry.body);
        if (event && feedback?.label) book.noteLabel(event, feedback.label, Date.parse(feedback.at));
      }
      from = iso(started - OVERLAP_MS);
      book.tidy(clock.utc());
      if (noted.size > 4 * MOST_LOADED) noted.clear();
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) log.error('the history could not be read', { why: String(cause) });
    }
    await clock.sleep(FOLLOW_MS);
  }
};
