/** How badly the demo's systems behave. Shares are of 1. */
export interface DemoFaults {
  /** Shortest and longest time before an answer, ms. */
  readonly latency_ms: readonly [number, number];
  /** Answers 503 and does nothing. */
  readonly unavailable: number;
  /** Does it and answers 500. */
  readonly failed_after_applying: number;
  /** Says that it did it and does not. */
  readonly forgotten: number;
}

/** As bad as a real network of enforcement systems on a bad day. */
export const USUAL_FAULTS: DemoFaults = {
  latency_ms: [50, 800],
  unavailable: 0.05,
  failed_after_applying: 0.02,
  forgotten: 0.03,
};

export const NO_FAULTS: DemoFaults = { latency_ms: [0, 0], unavailable: 0, failed_after_applying: 0, forgotten: 0 };

/** What happens to one request. */
export interface Fate {
  readonly delayMs: number;
  readonly fault: 'unavailable' | 'failed_after_applying' | 'forgotten' | null;
}

/** A generator of numbers from 0 to below 1 that gives the same ones for the same seed (mulberry32, public domain). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Draws the fate of one request. Two numbers a request, whatever comes of them, so that a seed pins a sequence. */
export const drawFate = (faults: DemoFaults, random: () => number, changes: boolean): Fate => {
  const [shortest, longest] = faults.latency_ms;
  const delayMs = Math.floor(shortest + random() * (longest - shortest));
  const draw = random();
  if (draw < faults.unavailable) return { delayMs, fault: 'unavailable' };
  if (!changes) return { delayMs, fault: null };
  if (draw < faults.unavailable + faults.failed_after_applying) return { delayMs, fault: 'failed_after_applying' };
  const known = faults.unavailable + faults.failed_after_applying + faults.forgotten;
  return { delayMs, fault: draw < known ? 'forgotten' : null };
};
