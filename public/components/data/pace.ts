/* How often the page asks. Tests of whole pages shorten these: they wait for what happens, not for the time. */

/** What changes is asked for not more often than this, however much changes, ms. */
export const LEAST_PAUSE_MS = 1_000;
/** A host that could not be reached is asked again after this, ms. */
export const REACH_AGAIN_MS = 5_000;
