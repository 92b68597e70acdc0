import { fromGoDuration } from './go_duration';

/** One decision as CrowdSec lists it. */
export interface LapiDecision {
  readonly id: number;
  readonly origin: string;
  readonly scenario: string;
  readonly scope: string;
  readonly type: string;
  readonly value: string;
  /** Until it ends, ms; negative once it has ended or was deleted. */
  readonly remainingMs: number;
}

const MARK = 'reflex/';

/** What marks a decision and its alert as one command's. */
export const markOf = (commandId: string): string => `${MARK}${commandId}`;

/** The command that a mark names, or undefined if it is not one of ours. */
export const commandOf = (mark: string): string | undefined =>
  mark.startsWith(MARK) && mark.length > MARK.length ? mark.slice(MARK.length) : undefined;

const readDecision = (item: unknown): LapiDecision | undefined => {
  if (typeof item !== 'object' || item === null) return undefined;
  const { id, origin, scenario, scope, type, value, duration } = item as Readonly<Record<string, unknown>>;
  const texts = [origin, scenario, scope, type, value];
  const remainingMs = typeof duration === 'string' ? fromGoDuration(duration) : undefined;
  if (!Number.isSafeInteger(id) || Number(id) <= 0 || remainingMs === undefined) return undefined;
  if (!texts.every((each) => typeof each === 'string')) return undefined;
  const [o, s, c, t, v] = texts as [string, string, string, string, string];
  return { id: Number(id), origin: o, scenario: s, scope: c, type: t, value: v, remainingMs };
};

/** Reads a list of decisions; `null` is an empty one. Undefined if any of it cannot be read: holes would mislead. */
export const readDecisions = (answer: unknown): readonly LapiDecision[] | undefined => {
  if (answer === null) return [];
  if (!Array.isArray(answer)) return undefined;
  const read = answer.map(readDecision);
  return read.includes(undefined) ? undefined : (read as LapiDecision[]);
};

/** Reads the decisions within a list of alerts. */
export const readDecisionsOfAlerts = (answer: unknown): readonly LapiDecision[] | undefined => {
  if (answer === null) return [];
  if (!Array.isArray(answer)) return undefined;
  const lists = answer.map((alert: unknown) =>
    typeof alert === 'object' && alert !== null
      ? readDecisions((alert as { decisions?: unknown }).decisions ?? null)
      : undefined,
  );
  return lists.includes(undefined) ? undefined : lists.flatMap((each) => each ?? []);
};
