import { dueAt, type Clocks, type Term } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import { isEndedOffline } from '../executing/claim_world';
import type { Basics, Journal } from '../ports';
import { BETWEEN_CLOCKS_MS } from '../session/session_times';

interface ClockPorts {
  readonly basics: Pick<Basics, 'clock'>;
  readonly clockTrusted: () => boolean;
}

/** The clocks by which a keeper says when effects end. */
export const clocksOf = ({ basics: { clock }, clockTrusted }: ClockPorts): Clocks => ({
  monotonic: clock.monotonic(),
  utc: clock.utc(),
  trusted: clockTrusted(),
  apart: BETWEEN_CLOCKS_MS,
});

/** Its time is over, or this agent ended every reason of it alone. */
export const isStillDue = (
  ports: ClockPorts & { readonly journal: Pick<Journal, 'ofEffect'> },
  id: string,
  term: Term & { readonly effect: Effect },
): boolean => {
  const clocks = clocksOf(ports);
  return isEndedOffline(ports.journal, id, term.effect) || (dueAt(term, clocks) ?? Infinity) <= clocks.monotonic;
};
