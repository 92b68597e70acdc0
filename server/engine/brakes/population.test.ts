import { aged, sightingsOf } from './ledger_age';
import { emptyLedger, type Ledger, type LedgerTerms } from './ledger';
import { meet, RISE_DELAY_MS, withPopulation, type PopulationFact } from './population';

const AT = '2026-11-28T10:00:00.000Z';
const TERMS: LedgerTerms = {
  limit: 'few',
  scope: 'net-1',
  within_ms: 3_600_000,
  most: 5,
  percent: 5,
  population: 100,
  population_version: 'v1',
  bundle_version: 1,
  rate: false,
};
const hundred = emptyLedger(TERMS);
const noted = (population: number, age_ms: number): Ledger => ({
  ...hundred,
  rise: { population, age_ms, noted_at: AT },
});
const DUE = RISE_DELAY_MS;

it('a share of a population that fell is no less than is given at least', () => {
  const terms = { limit: 'l', scope: 's', within_ms: 1, most: 3, population: 60, population_version: 'v', percent: 5 };
  const met = (at_least?: number) =>
    meet(
      emptyLedger({ ...terms, population: 9, bundle_version: 1, rate: false }),
      { ...terms, population: 9, bundle_version: 1, rate: false, ...(at_least === undefined ? {} : { at_least }) },
      '2026-11-22T10:00:00.000Z',
    ).terms.most;
  expect([met(), met(1)]).toEqual([0, 1]);
});

it('a population that grew counts after ten minutes', () => expect(RISE_DELAY_MS).toBe(600_000));

describe('a population', () => {
  it.each<[note: string, ledger: Ledger, fact: PopulationFact, counts: number, rise: number | undefined]>([
    ['that stays counts as it is', hundred, { count: 100, version: 'v2', for_ms: 5 }, 100, undefined],
    ['that falls counts at once', hundred, { count: 30, version: 'v2', for_ms: 5 }, 30, undefined],
    ['that falls ends a rise', noted(500, 5), { count: 100, version: 'v2', for_ms: 5 }, 100, undefined],
    [
      'that an agent met after its start does not count yet',
      hundred,
      { count: 500, version: 'v2', for_ms: 9 },
      100,
      500,
    ],
    [
      'that rose under the eyes of an agent does not count yet',
      hundred,
      { count: 100, version: 'v2', for_ms: DUE, rising: { count: 500, for_ms: DUE - 1 } },
      100,
      500,
    ],
    ['counts once a person reviewed it', hundred, { count: 500, version: 'v2' }, 500, undefined],
    [
      'counts once an agent has known it for the delay',
      hundred,
      { count: 500, version: 'v2', for_ms: DUE },
      500,
      undefined,
    ],
    [
      'counts once the ledger has known it for the delay',
      noted(500, DUE),
      { count: 500, version: 'v2', for_ms: 0 },
      500,
      undefined,
    ],
    ['does not count a millisecond before', noted(500, DUE - 1), { count: 500, version: 'v2', for_ms: 0 }, 100, 500],
    [
      'counts as far as it was that high all the time',
      noted(500, DUE),
      { count: 300, version: 'v2', for_ms: 0 },
      300,
      undefined,
    ],
    [
      'that rose again counts as far as the first rise at first',
      noted(500, DUE),
      { count: 900, version: 'v2', for_ms: 0 },
      500,
      900,
    ],
    [
      'is the lower of what ledger and agent count',
      hundred,
      { count: 60, version: 'v2', for_ms: 5, rising: { count: 500, for_ms: 5 } },
      60,
      500,
    ],
  ])('%s', (...[, ledger, fact, counts, rise]) => {
    const met = withPopulation(ledger, fact, AT);
    expect([met.population, met.rise?.population]).toEqual([counts, rise]);
  });

  it('waits on from the moment that anybody saw it first, whoever asks', () => {
    const first = withPopulation(hundred, { count: 500, version: 'v2', for_ms: 60_000 }, AT);
    expect(first.rise?.age_ms).toBe(60_000);
    const restarted = withPopulation(first, { count: 500, version: 'v2', for_ms: 0 }, AT);
    expect(restarted.rise?.age_ms).toBe(60_000);
    const later = aged(restarted, sightingsOf(restarted, new Map(), 0), (DUE - 60_000) * 1.02);
    expect(withPopulation(later, { count: 500, version: 'v2', for_ms: 0 }, AT).population).toBe(500);
  });

  it('begins a second rise anew, though an earlier one was to as many', () => {
    const [before, after] = [
      noted(500, 5),
      { ...hundred, rise: { population: 500, age_ms: 0, noted_at: '2026-11-28T11:00:00.000Z' } },
    ];
    const known = sightingsOf(after, sightingsOf(before, new Map(), 0), 3_600_000);
    expect(aged(after, known, 3_600_000).rise?.age_ms).toBe(0);
  });
});

describe('a share of a population', () => {
  it.each([
    [undefined, 25],
    [0, 5],
    [DUE, 25],
  ])('is of what counts: known for %s ms, %d', (forMs, most) => {
    const terms = { ...TERMS, population: 500, most: 25, ...(forMs === undefined ? {} : { population_for_ms: forMs }) };
    expect(meet(hundred, terms, AT).terms.most).toBe(most);
  });
  it('does not matter where a number is allowed', () => {
    const { percent: _percent, ...number } = TERMS;
    expect(meet(hundred, { ...number, population: 500, most: 7, population_for_ms: 0 }, AT).terms.most).toBe(7);
  });
  it('does not matter for a rate', () => {
    const rising = { count: 500, for_ms: 1 };
    expect(meet(hundred, { ...TERMS, population_for_ms: DUE, rising }, AT).ledger.rise?.population).toBe(500);
    expect(meet(hundred, { ...TERMS, rate: true, population: 0 }, AT).ledger).toBe(hundred);
  });
});
