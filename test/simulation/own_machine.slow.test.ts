import { runSeed } from './run';

/*
 * Some of what the events name belongs to the machines that Reflex runs on. Whatever else happens, nothing is ever
 * sent to it.
 */
const OWN = [
  { text: '203.0.113.2', from: 'gateway' },
  { text: 'h2', from: 'connector `edge`' },
];
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

let sent = 0;
afterAll(() => expect(sent).toBeGreaterThan(SEEDS.length));

describe('a world in which Reflex could lock itself out', () => {
  it.each(SEEDS)(
    'sends nothing to what it stands on, and the rest goes on (seed %d)',
    async (seed) => {
      const { violations, errors, sendings } = await runSeed({ seed, own: OWN, harsh: seed % 2 === 0 });
      const broken = violations.filter(({ promise }) => promise === 'own' || promise.startsWith('INV'));
      expect({ broken, errors }).toEqual({ broken: [], errors: [] });
      sent += sendings;
    },
    60_000,
  );

  it('is noticed to do so by its checker', async () => {
    let noticed = false;
    for (let seed = 1; seed <= 20 && !noticed; seed += 1) {
      const { violations } = await runSeed({ seed, own: OWN, planted: { guardBlind: true } });
      noticed = violations.some(({ promise }) => promise === 'own');
    }
    expect(noticed).toBe(true);
  }, 60_000);
});
