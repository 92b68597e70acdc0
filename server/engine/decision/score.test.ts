import fc from 'fast-check';
import type { AssetFacts } from '../../../common/flow/decision';
import { received } from '../../../test/builders/events';
import { aHistory, NO_COUNTS } from '../../../test/builders/lookups';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { scoreOf, type ScoreFactors } from './score';

const model = modelOf(INITIAL_WEIGHTS);
const asset = (overrides: Partial<AssetFacts>): AssetFacts => ({ type: 'host', value: 'h', known: true, ...overrides });
const factors = (overrides: Partial<ScoreFactors> = {}, confidence = 0.9): ScoreFactors => ({
  received: received({ confidence }),
  history: aHistory(),
  source: undefined,
  destination: undefined,
  ...overrides,
});
const micro = (overrides?: Partial<ScoreFactors>, confidence?: number): number =>
  scoreOf(model, factors(overrides, confidence)).log_odds_micro;

describe('scoreOf', () => {
  it('is the exact sum of its terms, in whole millionths, between 0 and 1', () => {
    const small = fc.nat(9);
    const seen = fc.record({
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      events_24h: fc.nat(40),
      true_positives_30d: small,
      false_positives_30d: small,
      domains: fc.array(fc.string(), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(seen, ({ confidence, events_24h, domains, ...labels }) => {
        const history = aHistory({ src: { ...NO_COUNTS, events_24h }, rule: { ...NO_COUNTS, ...labels }, domains });
        const score = scoreOf(model, factors({ history }, confidence));
        expect(score.terms.reduce((sum, term) => sum + term.micro, 0)).toBe(score.log_odds_micro);
        for (const term of score.terms) expect(Number.isSafeInteger(term.micro)).toBe(true);
        expect(score.value).toBeGreaterThanOrEqual(0);
        expect(score.value).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('reads between the points of its tables, and takes the first and the last value outside them', () => {
    const tables = modelOf({
      ...INITIAL_WEIGHTS,
      bias: 0,
      severity: { low: 0, medium: 0, high: 0, critical: 0 },
      confidence: [
        [200_000, -1_000],
        [400_000, 0],
        [900_000, 5_001],
      ],
      display: [
        [-500, 100_000],
        [2_500, 400_000],
        [5_000, 900_000],
      ],
    });
    const at = (confidence: number) => {
      const { log_odds_micro, value } = scoreOf(tables, factors({ received: received({ confidence }) }));
      return [log_odds_micro, value];
    };
    expect([0, 0.2, 0.3, 0.4, 0.65, 0.9, 1].map(at)).toEqual([
      [-1_000, 0.1],
      [-1_000, 0.1],
      [-500, 0.1],
      [0, 0.15],
      [2_500, 0.4],
      [5_001, 0.9],
      [5_001, 0.9],
    ]);
  });

  it('says of the usual cases what an analyst would, with the weights of the beginning', () => {
    const valueOf = (confidence: number, severity: 'low' | 'critical'): number =>
      scoreOf(model, factors({ received: received({ confidence, severity }) })).value;
    expect([valueOf(0.95, 'critical'), valueOf(0.5, 'low')]).toEqual([0.966962, 0.290222]);
  });

  it('never falls when confidence or severity rises', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((confidence) =>
          scoreOf(model, factors({}, confidence)),
        );
        expect(high?.log_odds_micro).toBeGreaterThanOrEqual(low?.log_odds_micro ?? NaN);
        expect(high?.value).toBeGreaterThanOrEqual(low?.value ?? NaN);
      }),
    );
    const bySeverity = (['low', 'medium', 'high', 'critical'] as const).map((severity) =>
      micro({ received: received({ severity }) }),
    );
    expect(bySeverity).toEqual([...bySeverity].sort((a, b) => a - b));
    expect(new Set(bySeverity).size).toBe(4);
  });

  it('trusts a source less that nobody vouched for', () => {
    expect(micro({ received: received({}, { uncalibrated: true }) })).toBe(micro() + INITIAL_WEIGHTS.uncalibrated);
  });

  it('counts at most three further domains', () => {
    const at = (count: number): number =>
      micro({ history: aHistory({ domains: Array.from({ length: count }, (_, n) => `d${n}`) }) }) - micro();
    expect([0, 1, 2, 3, 4, 5, 16].map(at)).toEqual([0, 0, 600_000, 1_200_000, 1_800_000, 1_800_000, 1_800_000]);
  });

  it('believes a rule as its labels deserve, and few labels little', () => {
    const of = (right: number, wrong: number): number =>
      micro({ history: aHistory({ rule: { ...NO_COUNTS, true_positives_30d: right, false_positives_30d: wrong } }) }) -
      micro();
    expect(of(0, 0)).toBe(0);
    expect(of(5, 5)).toBe(0);
    expect(of(1, 0)).toBe(300_000);
    expect(of(0, 1)).toBe(-300_000);
    expect(of(1_000, 0)).toBeLessThan(INITIAL_WEIGHTS.rule_precision);
  });

  it('knows scanners, and takes no tag for a weight that it does not have', () => {
    expect(micro({ source: asset({ tags: ['scanner'] }) }) - micro()).toBe(-3_000_000);
    const strange = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'unheard of'];
    const score = scoreOf(model, factors({ source: asset({ tags: strange }) }));
    expect(score).toEqual(scoreOf(model, factors()));
  });

  it('weighs what is attacked', () => {
    expect(micro({ destination: asset({ criticality: 'critical' }) }) - micro()).toBe(300_000);
    expect(micro({ destination: asset({}) }) - micro()).toBe(0);
  });
});

describe('modelOf', () => {
  it('names weights by their content', () => {
    expect(modelOf({ ...INITIAL_WEIGHTS }).digest).toBe(model.digest);
    expect(modelOf({ ...INITIAL_WEIGHTS, bias: 1 }).digest).not.toBe(model.digest);
  });
});
