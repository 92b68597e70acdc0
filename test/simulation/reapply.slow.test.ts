import { runSeed } from './run';

/* What somebody removes at the target by hand is applied again where its policy says so, in worlds of their own. */

const SEEDS = Array.from({ length: 16 }, (_, index) => index + 1);

describe('agents whose effects are removed by hand', () => {
  it('apply them again as often as the policy says, and break no promise by that', async () => {
    const failures: string[] = [];
    let again = 0;
    for (const seed of SEEDS) {
      const { violations, errors, tally } = await runSeed({ seed, weathers: ['reapply', 'vanish'], everything: true });
      failures.push(...violations.map(({ text }) => `${seed}: ${text}`), ...errors.map((text) => `${seed}: ${text}`));
      again += tally.counts.get('reapply') ?? 0;
    }
    expect(failures).toEqual([]);
    expect(again).toBeGreaterThan(10);
  }, 600_000);
});
