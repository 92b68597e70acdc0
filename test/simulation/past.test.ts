import { runSeed } from './run';

describe('a world with load and a past', () => {
  it('is tidied: effects of the dead end, old documents leave and cases shrink, however many pages', async () => {
    const { violations, errors, tally } = await runSeed({ seed: 4, weathers: ['load'] });
    expect([violations, errors, tally.counts.get('tidied')]).toEqual([[], [], 4_110]);
  }, 600_000);
});
