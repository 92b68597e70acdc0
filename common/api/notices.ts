/* What Reflex tells a receiver by itself, as JSON over HTTP (`docs/guides/stop.md`, `docs/guides/who_answers.md`). */

/** People are told again of what they have not answered; one notice for however much that is. */
export interface ReminderNotice {
  readonly event: 'waiting';
  /** UTC. */
  readonly at: string;
  readonly why: string;
  /** So many acts reached a mark: half of their time is over, or nine tenths. */
  readonly count: number;
  /** Of those so many have a tenth of their time left, or less. */
  readonly last: number;
  /** Of those so many are answered by themselves, never together with others. */
  readonly alone: number;
  /** The one that ends first. */
  readonly first: {
    readonly case_id: string;
    readonly act_id: string;
    readonly action: string;
    readonly target: string;
    /** UTC. */
    readonly expires_at: string;
  };
}

/** What a reminder says in one sentence. */
export const reminderWords = ({ count, last }: Pick<ReminderNotice, 'count' | 'last'>): string => {
  const many = count === 1 ? '1 act waits' : `${count} acts wait`;
  const soon = last === 0 ? '' : `; ${last} of them ${last === 1 ? 'has' : 'have'} a tenth of that left or less`;
  return `${many} for a person, and half of the time or more is over${soon}`;
};

/** Two reminders as one: the receiver did not take the first in time. */
export const joinedReminders = (one: ReminderNotice, other: ReminderNotice): ReminderNotice => {
  const counts = { count: one.count + other.count, last: one.last + other.last, alone: one.alone + other.alone };
  const first = one.first.expires_at < other.first.expires_at ? one.first : other.first;
  return { event: 'waiting', at: other.at, why: reminderWords(counts), ...counts, first };
};
