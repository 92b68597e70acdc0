/* The times that a session rests on, in ms of a monotonic clock (`protocol.md` sections 1 and 4). */

export const HEARTBEAT_MS = 300;
/** A heartbeat that succeeded permits starting effects for so long after it was sent. */
export const PERMIT_MS = 1_200;
/** A session whose counter stands still for so long is dead. */
export const DEAD_AFTER_MS = 5_000;
/** When every permit given before an order has surely lapsed, on the killer's clock (1 % drift, and some). */
export const ACKNOWLEDGE_AFTER_MS = 1_260;
/** Clocks of machines may differ by this much, ms. */
export const CLOCK_SKEW_MS = 5_000;
/** Each clock may be off the node's by the stated skew, and so two of them by twice that, ms. */
export const BETWEEN_CLOCKS_MS = 2 * CLOCK_SKEW_MS;
