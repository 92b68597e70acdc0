import fc from 'fast-check';
import { emptyLedger, granted, started, type Ledger, type LedgerTerms } from './ledger';
import { ageBy, aged, agedByThen, sightingsOf, type Sightings } from './ledger_age';

const TERMS: LedgerTerms = {
  limit: 'l',
  scope: 's',
  within_ms: 60_000,
  most: 9,
  population: 40,
  population_version: 'v1',
  bundle_version: 1,
  rate: false,
};
const RATE: LedgerTerms = { ...TERMS, rate: true };
const NOTHING: Sightings = new Map();

const sent = (ledger: Ledger, id: string, terms = TERMS, ageMs = 0): Ledger =>
  started(granted(ledger, terms, { target: id, command_id: id, session: 's', effect_id: id }), id, ageMs);
const one = sent(emptyLedger(TERMS), 'c1');
const rated = sent(emptyLedger(RATE), 'c1', RATE);
const ageOf = ({ entries: [entry], buckets: [bucket] }: Ledger): number | undefined => entry?.age_ms ?? bucket?.age_ms;

describe.each([
  ['a target', one],
  ['a start', rated],
])('the age of %s', (_what, ledger) => {
  it('is the time since an agent first saw it, less what clocks may drift', () => {
    const known = sightingsOf(ledger, NOTHING, 1_000);
    expect(ageOf(aged(ledger, known, 11_000))).toBe(9_900);
  });

  it('is nothing while no agent has seen it', () => expect(ageOf(aged(ledger, NOTHING, 5_000))).toBe(0));

  it('goes on from what is stored', () => {
    const stored = aged(ledger, sightingsOf(ledger, NOTHING, 0), 10_000);
    expect(ageOf(aged(stored, sightingsOf(stored, NOTHING, 500), 10_500))).toBe(9_900 + 9_900);
  });

  it('loses nothing when another version is read, as young as that one may be', () => {
    const first = sightingsOf(ledger, NOTHING, 0);
    expect(ageOf(aged(ledger, sightingsOf(ledger, first, 29_000), 30_000))).toBe(29_700);
  });

  it('takes over what another agent has known for longer', () => {
    const first = sightingsOf(ledger, NOTHING, 0);
    const others = aged(ledger, sightingsOf(ledger, NOTHING, 0), 50_000);
    const known = sightingsOf(others, first, 10_000);
    expect(ageOf(aged(ledger, known, 11_000))).toBe(49_500 + 990);
  });

  it('never goes back below what is stored', () => {
    const stored = aged(ledger, sightingsOf(ledger, NOTHING, 0), 40_000);
    expect(ageOf(aged(stored, NOTHING, 5_000))).toBe(39_600);
    expect(ageOf(aged(stored, sightingsOf(stored, NOTHING, 9_000), 5_000))).toBe(39_600);
  });
});

it('what an agent knew of a start is forgotten once the ledger has it no more', () => {
  const known = sightingsOf(one, NOTHING, 0);
  expect(sightingsOf(emptyLedger(TERMS), known, 10).size).toBe(0);
});

it('a bucket of an earlier version, whose starts have no names, ages and leaves like any other', () => {
  const old: Ledger = { ...emptyLedger(RATE), buckets: [{ age_ms: 10_000, oldest_ms: 11_000, count: 3 }] };
  const known = sightingsOf(old, NOTHING, 0);
  const later = aged(old, known, 20_000);
  expect(later.buckets).toMatchObject([{ age_ms: 29_800, oldest_ms: 30_800, count: 3 }]);
  expect(sightingsOf(later, known, 20_000)).toEqual(known);
  expect(aged(later, known, 51_000).buckets).toEqual([]);
});

it('a start that joins a bucket makes it as young as it is, and only that', () => {
  const older = aged(rated, sightingsOf(rated, NOTHING, 0), 2_000);
  const both = sent(older, 'c2', RATE);
  const known = sightingsOf(both, sightingsOf(rated, NOTHING, 0), 2_000);
  expect(aged(both, known, 12_000).buckets).toMatchObject([{ count: 2, age_ms: 9_900, oldest_ms: 11_880 }]);
});

// INV-5: with any number of agents that read and write in any order, an age is never more than the truth.
it('no age is ever more than the time that has passed', () => {
  const step = fc.record({
    agent: fc.integer({ min: 0, max: 2 }),
    ms: fc.integer({ min: 0, max: 9_000 }),
    writes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(one, rated), (steps, begun) => {
      let stored = begun;
      let now = 0;
      const known: Sightings[] = [NOTHING, NOTHING, NOTHING];
      const firstSeen = new Map<number, number>();
      for (const { agent, ms, writes } of steps) {
        now += ms;
        if (!firstSeen.has(agent)) firstSeen.set(agent, now);
        const mine = (known[agent] = sightingsOf(stored, known[agent] ?? NOTHING, now));
        const seen = aged(stored, mine, now);
        const age = ageOf(seen);
        if (age === undefined) return;
        expect(age).toBeLessThanOrEqual(now);
        expect(age).toBeGreaterThanOrEqual(Math.floor((now - (firstSeen.get(agent) ?? 0)) * 0.99));
        if (writes) stored = seen;
      }
    }),
  );
});

describe('an age', () => {
  it('is nothing where nobody has seen it', () => expect(ageBy(undefined, 5_000)).toBe(0));

  it('is what it was where less than no time has passed', () => {
    expect(ageBy({ at: 1_000, age_ms: 40 }, 900)).toBe(40);
  });
});

describe('the time until an age has grown by so much', () => {
  it('is long enough, and no longer than drift takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 86_400_000 }), (ms) => {
        const grown = ageBy({ at: 5, age_ms: 0 }, 5 + agedByThen(ms));
        expect(grown).toBeGreaterThanOrEqual(ms);
        expect(grown).toBeLessThanOrEqual(ms + 2);
      }),
    );
  });
});
