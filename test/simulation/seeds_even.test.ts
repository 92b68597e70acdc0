import { failuresOf, usualSeeds } from './run_seeds';

describe('three agents with drifting clocks, crashes, freezes, cuts, late and lost writes', () => {
  it('break no promise in any of the even seeds', async () => {
    expect(await failuresOf(usualSeeds(0))).toEqual([]);
  }, 1_200_000);
});
