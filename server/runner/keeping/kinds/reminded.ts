/** `half`: half of the time was left; `last`: a tenth of it. */
export const REMINDER_MARKS = ['half', 'last'] as const;
export type ReminderMark = (typeof REMINDER_MARKS)[number];

/** That people were told again, and of which end of its time (UTC): a time that begins anew has marks of its own. */
export interface Reminded {
  readonly mark: ReminderMark;
  readonly at: string;
  readonly due: string;
}
