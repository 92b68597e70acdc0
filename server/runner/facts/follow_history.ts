import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import { glimpseOf, type Glimpse } from './glimpse';
import type { HistoryBook } from './history';
import { newestFirst } from './newest_first';
import type { Clock, EvidenceLog, Log } from '../ports';
import { again, UNHURRIED_MS } from '../keeping/in_background';
import type { Quiet } from '../keeping/quiet';

const LOADED_MS = 30 * 86_400_000;
const FOLLOW_MS = 5_000;
/** Search sees a record about 1 s after it was written; that a dead agent left is appended later by another. */
const OVERLAP_MS = 30_000;
/** What an agent decided before it ended is followed for so long after that, ms. */
const STILL_FOLLOWED_MS = 60_000;
const MOST_LOADED = 100_000;

interface HistorySource {
  readonly evidence: EvidenceLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: HistoryBook;
  /** False while no other agent lives: then nobody decides but this one, which notes that by itself. */
  readonly hasPeers: () => boolean;
  /** Missing: people may have said something anywhere, at any time. */
  readonly quiet?: Pick<Quiet, 'isQuiet'>;
}

/** What a decision record tells the history; undefined if nothing. */
interface Told {
  readonly glimpse: Glimpse;
  /** When something was permitted, ms since 1970. */
  readonly actedAt: number | undefined;
}

const toldBy = (body: Readonly<Record<string, unknown>>): Told | undefined => {
  const { event, decision } = recordOf('decisions', body);
  if (decision.effectless === true) return undefined;
  const actedAt = decision.verdict === 'permit' ? Date.parse(decision.decided_at) : undefined;
  return { glimpse: glimpseOf(event), actedAt };
};

/** Fills a history from the evidence and follows what is written there. */
class Follower {
  /** Records that were noted and may be read again, with when they were written. */
  private readonly noted = new Map<string, string>();
  private loaded = false;
  private from: string;
  private feedbackFrom: string;
  private followUntil = 0;
  private feedbackReadAt = -Infinity;

  constructor(private readonly source: HistorySource) {
    this.from = this.feedbackFrom = iso(source.clock.utc() - LOADED_MS);
  }

  async once(until: () => boolean): Promise<void> {
    const { clock, book, hasPeers } = this.source;
    if (hasPeers()) this.followUntil = clock.monotonic() + STILL_FOLLOWED_MS;
    const started = iso(clock.utc() - OVERLAP_MS);
    if (!this.loaded) await this.load(until);
    else if (clock.monotonic() < this.followUntil) await this.follow(until);
    if (until()) return;
    this.loaded = true;
    this.from = started;
    if (this.mayHaveFeedback) {
      this.feedbackReadAt = clock.monotonic();
      await this.followFeedback(until);
      this.feedbackFrom = started;
    }
    book.tidy(clock.utc());
    this.forgetPast();
  }

  /** While this agent is alone and nobody said anything here, feedback is looked for now and then. */
  private get mayHaveFeedback(): boolean {
    const { clock, quiet } = this.source;
    return quiet?.isQuiet('feedback') !== true || clock.monotonic() - this.feedbackReadAt >= UNHURRIED_MS;
  }

  /** What was written before the next round begins to read is not read again. */
  private forgetPast(): void {
    for (const [id, at] of this.noted) if (at < this.from && at < this.feedbackFrom) this.noted.delete(id);
  }

  /** The newest come first and are noted last: where there are more than are kept, the old ones are left out. */
  private async load(until: () => boolean): Promise<void> {
    const { evidence } = this.source;
    const found: Told[] = [];
    for await (const entry of newestFirst(evidence, { family: 'decisions', from: this.from })) {
      if (until()) return;
      this.noted.set(entry.id, entry.at);
      const told = toldBy(entry.body);
      if (told) found.push(told);
      if (found.length >= MOST_LOADED) break;
    }
    for (const told of found.reverse()) this.note(told);
  }

  private async follow(until: () => boolean): Promise<void> {
    for await (const entry of this.news({ family: 'decisions', from: this.from })) {
      if (until()) return;
      if (!this.isNew(entry)) continue;
      const told = toldBy(entry.body);
      if (told) this.note(told);
    }
  }

  private async followFeedback(until: () => boolean): Promise<void> {
    for await (const entry of this.news({ family: 'feedback', from: this.feedbackFrom })) {
      if (until()) return;
      if (!this.isNew(entry)) continue;
      const { event, feedback } = recordOf('feedback', entry.body);
      if (event && feedback?.takes_back) {
        const { label, by, at } = feedback.takes_back;
        this.source.book.takeLabelBack(event, { label, by, at: Date.parse(at) });
      }
      if (!event || !feedback?.label) continue;
      const { label, by, at } = feedback;
      this.source.book.noteLabel(event, { label, by, at: Date.parse(at) });
    }
  }

  /** What is in the time that is read again was read before, nearly all of it: of that only the ids come. */
  private news(query: Parameters<EvidenceLog['scan']>[0]): ReturnType<EvidenceLog['scan']> {
    return this.source.evidence.scan(query, (id) => this.noted.has(id));
  }

  private isNew({ id, at }: { readonly id: string; readonly at: string }): boolean {
    if (this.noted.has(id)) return false;
    this.noted.set(id, at);
    return true;
  }

  private note({ glimpse, actedAt }: Told): void {
    this.source.book.note(glimpse);
    if (actedAt !== undefined) this.source.book.noteActOf(glimpse, actedAt);
  }
}

/**
 * Fills the history with the newest decisions of the last 30 days, then follows what other agents decide as it appears
 * in the evidence. What this agent decides it notes by itself at once.
 */
export const followHistory = async (source: HistorySource, until: () => boolean): Promise<void> => {
  const follower = new Follower(source);
  return again(source, { failed: 'the history could not be read', everyMs: FOLLOW_MS, until }, () =>
    follower.once(until),
  );
};
