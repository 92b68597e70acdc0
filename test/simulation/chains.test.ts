import { runSeed } from './run';

/* Fleets with crashes, cuts, late and lost writes, whose evidence is chained: verifying it must find nothing. */

const SEEDS = Number(process.env.REFLEX_SEEDS ?? 800) < 800 ? 4 : 16;

describe('the evidence of three agents that crash, are cut off, and whose writes are late or lost', () => {
  it('verifies, with every gap explained', async () => {
    const failures: string[] = [];
    const seen = { anchored: 0, explained: new Set<string>() };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { violations, audit, errors } = await runSeed({ seed, audited: true });
      failures.push(...violations.map(({ promise, text }) => `seed ${seed}: ${promise}: ${text}`), ...errors);
      for (const { records } of audit?.anchored ?? []) seen.anchored += records;
      for (const { why } of audit?.explained ?? []) seen.explained.add(why);
      // One that wrote nothing has nothing to cover.
      expect(audit?.logs.length).toBeGreaterThan(1);
    }
    expect(failures).toEqual([]);
    expect(seen.anchored).toBeGreaterThan(30 * SEEDS);
    // What the weather did to the chains: otherwise this would say nothing of it.
    expect(seen.explained).toContain('there_already');
  }, 1_200_000);
});
