import { BehaviorSubject } from 'rxjs';
import type { StatusView } from '../../../common/api/routes';
import type { Wired } from '../host_parts';
import type { ServiceStatus, StatusLevel } from './host_services';

/*
 * How Reflex is, as the status of Dashboards tells it (`/api/status` and its status page). It is never `critical`, at
 * which Dashboards would close to everybody.
 */

/** Dashboards compares its levels by their values and prints their names; its own objects are not to be had here. */
const levelOf = (name: string, value: number): StatusLevel =>
  Object.freeze({ toString: () => name, valueOf: () => value, toJSON: () => name });

const LEVELS = {
  available: levelOf('available', 0),
  /** A part of it does not work, or it is stopped. */
  degraded: levelOf('degraded', 1),
  /** It decides nothing. */
  unavailable: levelOf('unavailable', 2),
} as const;

const MODES: Readonly<Record<StatusView['mode'], string>> = {
  demo: 'Reflex runs its demo',
  observing: 'Reflex observes; it changes nothing',
  live: 'Reflex is live',
  cannot_decide: 'Reflex decides nothing: no policies are in force here',
};

const andMore = (texts: readonly string[]): string =>
  `${texts[0] ?? ''}${texts.length > 1 ? ` (and ${texts.length - 1} more)` : ''}`;

const ofStops = (stops: StatusView['stops']): string =>
  `Reflex is stopped: ${andMore(stops.map(({ scope, who, why }) => `${scope} by ${who}: ${why}`))}`;

const ofStart = (steps: StatusView['steps'] = []): string => {
  const step = steps.find(({ state }) => state !== 'done');
  const detail = step?.detail === undefined ? '' : ` (${step.detail})`;
  return `Reflex is starting${step === undefined ? '' : `: ${step.title}${detail}`}`;
};

/** How this Dashboards is set up, day after day: what has happened meanwhile is told before it. */
const LASTING: readonly string[] = ['single_user', 'no_login'];

const newsFirst = (troubles: StatusView['troubles']): readonly string[] => {
  const isLasting = ({ code }: StatusView['troubles'][number]): boolean => LASTING.includes(code);
  return [...troubles.filter((each) => !isLasting(each)), ...troubles.filter(isLasting)].map(({ text }) => text);
};

/** The gravest that is true. */
export const healthOf = ({ loading, mode, stops, troubles, steps }: ReturnType<Wired['health']>): ServiceStatus => {
  const texts = newsFirst(troubles);
  const meta = { mode, troubles: troubles.map(({ code }) => code), stops: stops.map(({ scope }) => scope) };
  if (mode === 'cannot_decide')
    return { level: LEVELS.unavailable, summary: [MODES.cannot_decide, ...texts].join('; '), meta };
  if (stops.length > 0) return { level: LEVELS.degraded, summary: ofStops(stops), meta };
  if (loading) return { level: LEVELS.degraded, summary: ofStart(steps), meta };
  if (texts.length > 0) return { level: LEVELS.degraded, summary: andMore(texts), meta };
  return { level: LEVELS.available, summary: MODES[mode], meta };
};

/** What Dashboards subscribes to. It holds each new status against the one before by itself. */
export class Health {
  readonly status$ = new BehaviorSubject<ServiceStatus>({ level: LEVELS.degraded, summary: 'Reflex is starting' });

  tell(status: ReturnType<Wired['health']>): void {
    this.status$.next(healthOf(status));
  }

  /** Reflex does not run, and will not before somebody mends it. */
  isOff(why: string): void {
    this.status$.next({ level: LEVELS.unavailable, summary: why });
  }
}
