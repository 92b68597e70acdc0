import type { BrakeFacts } from '../../server/engine/learning/backtest/brake_trial';

/** Brakes that stop nothing but what a test says. */
export const brakeFacts = (facts: Partial<BrakeFacts> = {}): BrakeFacts => ({
  protectedBy: () => undefined,
  rolesReached: () => [],
  oneSource: () => undefined,
  startsOf: () => ({ brake: 'starts', text: '', speaker: 'all', most: Infinity, withinMs: 3_600_000 }),
  ...facts,
});
