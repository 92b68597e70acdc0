import { failuresOf, harshSeeds } from './run_seeds';

describe('agents in harsh worlds: long outages, full and torn disks, targets and agents of several kinds', () => {
  it('break no promise in any seed of the second half, and every weather takes effect', async () => {
    expect(await failuresOf(harshSeeds(1), { harsh: true })).toEqual([]);
  }, 1_200_000);
});
