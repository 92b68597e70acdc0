import { runSeed } from './run';

/* An order to undo that nobody answered and that arrives late, at a target that does not tell effects apart. */

it('removes nothing that was applied after it', async () => {
  const { violations, tally } = await runSeed({
    seed: 20_072,
    weathers: [
      'undo_late',
      'long_ttl',
      'two_connectors',
      'lacking',
      'untagged',
      'second_observer',
      'restored',
      'load',
      'refused_storm',
    ],
  });
  expect(violations).toEqual([]);
  expect(tally.counts.get('undo_late')).toBeGreaterThan(2);
}, 120_000);
