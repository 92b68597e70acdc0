import { limitRace, MOST_ISOLATED } from './limit_race';

/* F9: a limit of 5 % holds, and is used up to the last place, with four agents that die, freeze and are cut off. */

/** `REFLEX_RACES=100 npx jest test/simulation/limit_race.slow.test.ts --selectProjects simulation` runs a hundred. */
const RACES = Number(process.env.REFLEX_RACES ?? 3);

/**
 * The host is isolated; the limit is full and a person is asked; its isolation was taken over from the dead and takes
 * no further reasons; its target refused.
 */
const AS_IT_SHOULD = ['present', 'waiting blast_radius', 'held target_busy', 'waiting'];

describe('a thousand reports that race for the places of a limit', () => {
  it(
    'never take more than there are, and all of them once it is quiet; a person is asked about the rest',
    async () => {
      const odd: string[] = [];
      let faults = 0;
      for (let seed = 1; seed <= RACES; seed += 1) {
        const { most, isolated, reports, fared, errors, ...race } = await limitRace(seed);
        faults += race.faults;
        const all = Object.values(fared).reduce((sum, count) => sum + count, 0);
        const named = AS_IT_SHOULD.reduce((sum, how) => sum + (fared[how] ?? 0), 0);
        const counts = [most, isolated, reports, all, named];
        const isRight = counts.join() === [MOST_ISOLATED, MOST_ISOLATED, 1_000, 1_000, 1_000].join();
        if (!isRight || errors.length > 0)
          odd.push(JSON.stringify({ seed, counts, fared, errors: errors.slice(0, 2) }));
      }
      expect(odd).toEqual([]);
      expect(faults).toBeGreaterThan(RACES);
    },
    RACES * 120_000,
  );
});
