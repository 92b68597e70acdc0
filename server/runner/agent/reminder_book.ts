import type { ReminderMark } from '../keeping/kinds/reminded';

/** What is known of reminders here: for the banner and the metrics. */
export class ReminderBook {
  /** How often each mark was told here since the start, by act. */
  readonly told = new Map<ReminderMark, number>();
  /** Acts that wait and have a tenth of their time left or less, as of the last look; and their first end (UTC). */
  nearEnd: { readonly count: number; readonly first: string } | undefined;
}
