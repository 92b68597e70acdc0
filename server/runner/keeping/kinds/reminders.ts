import { ESCALATION_EXPIRES_MS } from '../../../engine/decision/seal';
import type { CaseAct, CaseContent } from './case';
import { REMINDER_MARKS, type ReminderMark } from './reminded';

/*
 * When people are told again of what they have not answered (docs/decisions/067): at half of the time that it waits,
 * and when a tenth of that is left. The mark stands in the act, so that of several agents one tells, once.
 */

/** So much of the time is left then, of one. */
const LEFT: Readonly<Record<ReminderMark, number>> = { half: 1 / 2, last: 1 / 10 };

type Timed = Pick<CaseContent, 'decision' | 'due'>;

/** UTC ms since which an act waits until its end: anew where its policy gave it as long again. */
const beganAt = ({ decision, due = '' }: Timed, { late }: Pick<CaseAct, 'late'>): number =>
  late?.how === 'second' ? Date.parse(due) - ESCALATION_EXPIRES_MS : Date.parse(decision?.decided_at ?? '');

/** When a mark of an act is reached, UTC ms; NaN where it waits for ever. */
const reachedAt = (content: Timed, act: Pick<CaseAct, 'late'>, mark: ReminderMark): number => {
  const ends = Date.parse(content.due ?? '');
  return ends - Math.max(0, ends - beganAt(content, act)) * LEFT[mark];
};

/** What a reminder is of: somebody is asked still, and nobody has said the last word. */
const isAsked = ({ status, handed }: CaseAct): boolean => status === 'waiting' && handed === undefined;

/**
 * The latest mark that an act has reached, and of which people were not told; undefined if there is none.
 *
 * @param utc ms
 */
export const markDue = (content: Timed, act: CaseAct, utc: number): ReminderMark | undefined => {
  const { due } = content;
  if (!isAsked(act) || due === undefined || Date.parse(due) <= utc) return undefined;
  const told = act.reminded?.due === due ? REMINDER_MARKS.indexOf(act.reminded.mark) : -1;
  return [...REMINDER_MARKS]
    .reverse()
    .find((mark) => REMINDER_MARKS.indexOf(mark) > told && reachedAt(content, act, mark) <= utc);
};

/** Whether an act that waits has a tenth of its time left or less, told or not; `utc` in ms. */
export const isNearEnd = (content: Timed, act: CaseAct, utc: number): boolean =>
  isAsked(act) && content.due !== undefined && utc < Date.parse(content.due) && reachedAt(content, act, 'last') <= utc;

/** When an act of a case reaches its next mark, UTC ms; undefined if none does any more. */
export const nextMarkAt = (content: CaseContent, utc: number): number | undefined => {
  const moments = content.acts
    .filter(isAsked)
    .flatMap((act) => REMINDER_MARKS.map((mark) => reachedAt(content, act, mark)))
    .filter((moment) => moment > utc);
  return moments.length === 0 ? undefined : Math.min(...moments);
};

/** Acts with the marks that they have reached by a moment; undefined if people know of all of them. */
export const withReminders = (content: CaseContent, utc: number, at: string): readonly CaseAct[] | undefined => {
  const { due } = content;
  const acts = content.acts.map((act): CaseAct => {
    const mark = markDue(content, act, utc);
    return mark === undefined || due === undefined ? act : { ...act, reminded: { mark, at, due } };
  });
  return acts.every((act, index) => act === content.acts[index]) ? undefined : acts;
};

/** Acts as another claim makes them, with the marks that stand in the state: what was told is not told again. */
export const keepReminders = (acts: readonly CaseAct[], stored: CaseContent | undefined): readonly CaseAct[] =>
  acts.map((act) => {
    const before = stored?.acts.find(({ act_id }) => act_id === act.act_id)?.reminded;
    return act.status === 'waiting' && before !== undefined ? { ...act, reminded: before } : act;
  });
