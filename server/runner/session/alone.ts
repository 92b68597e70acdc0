import type { Clock } from '../ports';
import type { Session } from './session';
import { PERMIT_MS } from './session_times';

/** What others wrote last is found by then, and what they had on its way has landed, ms. */
const ALONE_AFTER_MS = 60_000;

/**
 * Whether this agent is the only one that works with the state. Others enter the gate before they write anything, and
 * every heartbeat reads the gate.
 */
export class Alone {
  /** Since when no other agent was seen to live, monotonic ms; undefined while no session is up. */
  private since: number | undefined;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** Another session begins: it has not seen yet who else is there. */
  begin(): void {
    this.since = undefined;
  }

  /** The gate as it was just read names these others that live. */
  note(others: readonly string[]): void {
    if (others.length > 0) this.since = this.clock.monotonic();
    else this.since ??= this.clock.monotonic();
  }

  /**
   * True once no other agent has lived for a minute.
   *
   * @param session the one that is up; without one, or while its gate is old, nobody knows who is there
   */
  is(session: Pick<Session, 'silentForMs'> | undefined): boolean {
    if (session === undefined || this.since === undefined || session.silentForMs > PERMIT_MS) return false;
    return this.clock.monotonic() - this.since >= ALONE_AFTER_MS;
  }
}
