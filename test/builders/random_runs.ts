/** The quick run tries a part of it on each commit; the full run tries all. */
const QUICK_PART = 10;
const LEAST = 20;

/** How many random inputs a property is tried on: `full`, or a tenth of it (20 at least) in `npm run test:quick`. */
export const randomRuns = (full: number): number =>
  process.env.REFLEX_QUICK === '1' ? Math.min(full, Math.max(LEAST, Math.ceil(full / QUICK_PART))) : full;
