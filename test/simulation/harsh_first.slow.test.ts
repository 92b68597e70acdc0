import { failuresOf, harshSeeds } from './run_seeds';

describe('agents in harsh worlds: long outages, full and torn disks, targets and agents of several kinds', () => {
  it('break no promise in any seed of the first half, and every weather takes effect', async () => {
    expect(await failuresOf(harshSeeds(0), { harsh: true })).toEqual([]);
  }, 1_200_000);
});
