import type { Clocks } from '../../engine/execution/due';
import type { Basics } from '../ports';
import type { Session } from '../session/session';
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

/** A person said that nothing is undone by itself for now. */
export const isUndoSuspended = ({
  session,
  basics,
}: Pick<ClockPorts, 'basics'> & { readonly session: Pick<Session, 'gate'> }): boolean => {
  const suspended = session.gate?.undo_suspended;
  return suspended !== undefined && Date.parse(suspended.until) > basics.clock.utc();
};
