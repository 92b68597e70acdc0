import { failuresOf, usualSeeds } from './run_seeds';

describe('three agents with drifting clocks, crashes, freezes, cuts, late and lost writes', () => {
  it('break no promise in any of the odd seeds', async () => {
    expect(await failuresOf(usualSeeds(1))).toEqual([]);
  }, 1_200_000);
});
