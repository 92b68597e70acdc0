import fc from 'fast-check';
import { aged as agedBy, sightingsOf } from './ledger_age';
import {
  countOf,
  emptyLedger,
  ended,
  granted,
  refusalOf,
  started,
  takenBack,
  type Ledger,
  type LedgerTerms,
} from './ledger';
import { randomRuns } from '../../../test/builders/random_runs';

const terms = (overrides: Partial<LedgerTerms> = {}): LedgerTerms => ({
  limit: 'l',
  scope: 's',
  within_ms: 60_000,
  most: 2,
  population: 40,
  population_version: 'v1',
  bundle_version: 1,
  rate: false,
  ...overrides,
});
/** Reserved, and sent at once. */
const add = (ledger: Ledger, name: string, by: LedgerTerms = terms()): Ledger =>
  started(reserve(ledger, name, by), `c-${name}`, 0);
const reserve = (ledger: Ledger, name: string, by: LedgerTerms = terms()): Ledger =>
  granted(ledger, by, { target: name, command_id: `c-${name}`, session: 's', effect_id: `e-${name}` });
/** The ledger for somebody who has watched it for so long, ms. */
const aged = (ledger: Ledger, ms: number): Ledger => agedBy(ledger, sightingsOf(ledger, new Map(), 0), ms);
const full = add(add(emptyLedger(terms()), 'h1'), 'h2');
const gone = (ledger: Ledger, ...names: string[]): Ledger => ended(ledger, new Set(names.map((name) => `c-${name}`)));

describe('a ledger of targets', () => {
  it('grants exactly as many as the limit allows', () => {
    const one = add(emptyLedger(terms()), 'h1');
    expect(refusalOf(emptyLedger(terms()), terms(), 'h1')).toBeUndefined();
    expect(refusalOf(one, terms(), 'h2')).toBeUndefined();
    expect(refusalOf(full, terms(), 'h3')).toBe('exceeded');
  });
  it('grants nothing where nothing is allowed', () =>
    expect(refusalOf(emptyLedger(terms()), terms({ most: 0 }), 'h1')).toBe('exceeded'));
  it('counts a target once, whatever happens to it', () => {
    expect(refusalOf(full, terms(), 'h2')).toBeUndefined();
    expect(countOf(add(full, 'h2'), false)).toBe(2);
  });
  it('keeps counting what is in effect, however old it is', () => {
    expect(refusalOf(aged(full, 10 * 60_000), terms(), 'h3')).toBe('exceeded');
  });
  it('forgets what is gone only when the window has passed since its start', () => {
    const waiting = gone(aged(full, 30_000), 'h1');
    expect(refusalOf(waiting, terms(), 'h3')).toBe('exceeded');
    expect(refusalOf(aged(waiting, 30_000), terms(), 'h3')).toBe('exceeded'); // 1 % of drift is assumed
    expect(refusalOf(aged(waiting, 30_910), terms(), 'h3')).toBeUndefined();
    expect(countOf(gone(aged(full, 61_000), 'h1', 'h2'), false)).toBe(0);
  });
  it.each([
    [2_999, 1],
    [3_000, 2],
  ])('counts starts of a rate that are %d ms apart in %d buckets, for a window of a minute', (apart, buckets) => {
    const by = terms({ rate: true, most: 9 });
    const one = started(reserve(emptyLedger(by), 'h1', by), 'c-h1', apart);
    expect(started(reserve(one, 'h2', by), 'c-h2', 0).buckets).toHaveLength(buckets);
  });
  it('takes what ended while nobody knew when it was sent for sent just now', () =>
    expect(gone(reserve(emptyLedger(terms()), 'h1'), 'h1').entries).toMatchObject([
      { command_id: 'c-h1', age_ms: 0, ended: true },
    ]));
  it('gives back what never started', () => {
    expect(refusalOf(takenBack(full, 'c-h1'), terms(), 'h3')).toBeUndefined();
    expect(takenBack(full, 'c-other')).toEqual(full);
  });
  it('gives what is only reserved no age, and counts it until it is taken back', () => {
    const waiting = aged(reserve(emptyLedger(terms({ most: 1 })), 'h1'), 10 * 60_000);
    expect(waiting.entries).toMatchObject([{ age_ms: 0, pending: true }]);
    expect(refusalOf(waiting, terms({ most: 1 }), 'h2')).toBe('exceeded');
    expect(countOf(takenBack(waiting, 'c-h1'), false)).toBe(0);
  });
  it('counts the age of a target from the first byte on', () => {
    const sent = started(aged(reserve(emptyLedger(terms()), 'h1'), 40_000), 'c-h1', 3_000);
    expect(sent.entries).toMatchObject([{ age_ms: 3_000 }]);
    expect(countOf(aged(gone(sent, 'h1'), 56_000), false)).toBe(1);
    expect(countOf(aged(gone(sent, 'h1'), 57_600), false)).toBe(0);
  });
  it('refuses agents that are behind, and takes over the version of newer ones', () => {
    const newer = add(emptyLedger(terms({ bundle_version: 2 })), 'h1', terms({ bundle_version: 2 }));
    expect(refusalOf(newer, terms(), 'h2')).toBe('bundle_outdated');
    expect(
      granted(full, terms({ bundle_version: 3, population: 80, population_version: 'v2', most: 4 }), {
        target: 'h3',
        command_id: 'c',
        session: 's',
        effect_id: 'e',
      }),
    ).toMatchObject({ bundle_version: 3 });
  });
  it('grants nothing more, not even at a target that counts already, once the population fell below what is there', () => {
    expect(refusalOf(full, terms({ most: 1 }), 'h2')).toBe('exceeded');
  });
  it('refuses more as soon as the population falls', () =>
    expect(refusalOf(add(emptyLedger(terms()), 'h1'), terms({ most: 1 }), 'h2')).toBe('exceeded'));

  // INV-5. Reference: a plain list of starts with true times, which the ledger may overrate but never underrate.
  it('never grants what leaves the limit exceeded, in any order of things', () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('start' as const), host: fc.integer({ min: 0, max: 6 }) }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), host: fc.integer({ min: 0, max: 6 }) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (steps, most) => {
        let ledger = emptyLedger(terms({ most }));
        let now = 0;
        let number = 0;
        const truth: Array<{ host: string; id: string; at: number; ended: boolean }> = [];
        const counting = (): number =>
          new Set(truth.filter((each) => !each.ended || now - each.at < 60_000).map(({ host }) => host)).size;
        for (const each of steps) {
          if (each.kind === 'wait') {
            now += each.ms;
            ledger = aged(ledger, each.ms);
          } else if (each.kind === 'end') {
            const ids = truth
              .filter(({ host }) => host === `h${each.host}`)
              .map((entry) => Object.assign(entry, { ended: true }).id);
            ledger = ended(ledger, new Set(ids));
          } else if (refusalOf(ledger, terms({ most }), `h${each.host}`) === undefined) {
            const id = `c${(number += 1)}`;
            ledger = granted(ledger, terms({ most }), {
              target: `h${each.host}`,
              command_id: id,
              session: 's',
              effect_id: 'e',
            });
            truth.push({ host: `h${each.host}`, id, at: now, ended: false });
            expect(counting()).toBeLessThanOrEqual(most);
          }
          expect(countOf(ledger, false)).toBeGreaterThanOrEqual(counting());
        }
      }),
      { numRuns: randomRuns(400) },
    );
  });
});

describe('a ledger of starts', () => {
  const rate = terms({ rate: true, most: 3 });
  it('never lets more starts into a window than allowed, and lets them in again afterwards', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 80 }), (waits) => {
        let ledger = emptyLedger(rate);
        let now = 0;
        const starts: number[] = [];
        for (const ms of waits) {
          now += ms;
          ledger = aged(ledger, ms);
          if (refusalOf(ledger, rate, 'any') !== undefined) continue;
          ledger = add(ledger, `any ${starts.length}`, rate);
          starts.push(now);
          expect(starts.filter((at) => now - at < 60_000).length).toBeLessThanOrEqual(3);
        }
        // A window and the drift later, there is room again: buckets of a twentieth, 1 % of drift.
        expect(refusalOf(aged(ledger, 64_000), rate, 'any')).toBeUndefined();
      }),
      { numRuns: randomRuns(300) },
    );
  });
  it('stays small, however many starts there are', () => {
    let ledger = emptyLedger(rate);
    for (let n = 0; n < 5_000; n += 1) ledger = add(aged(ledger, 50), `t${n}`, rate);
    expect(ledger.entries).toEqual([]);
    expect(ledger.buckets.length).toBeLessThanOrEqual(22);
  });
  it('counts what is reserved at once, and gives it back if nothing of it was sent', () => {
    const two = reserve(reserve(emptyLedger(rate), 'a', rate), 'b', rate);
    expect(countOf(two, true)).toBe(2);
    expect(countOf(takenBack(two, 'c-a'), true)).toBe(1);
    expect(countOf(takenBack(takenBack(two, 'c-a'), 'c-a'), true)).toBe(1);
  });
  it('keeps a start that was sent, although its command is taken back', () => {
    const one = add(emptyLedger(rate), 'a', rate);
    expect(countOf(takenBack(one, 'c-a'), true)).toBe(1);
  });
  it('counts a start from its first byte on, however long it was reserved before', () => {
    const reserved = aged(reserve(emptyLedger(rate), 'a', rate), 50_000);
    const sent = started(reserved, 'c-a', 2_000);
    expect(sent.entries).toEqual([]);
    expect(countOf(aged(sent, 58_000), true)).toBe(1);
    expect(countOf(aged(sent, 58_600), true)).toBe(0);
  });
  it('never counts a start for less than its window, in whichever order starts are told', () => {
    const ages = fc.array(fc.integer({ min: 0, max: 59_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(ages, fc.integer({ min: 0, max: 61_000 }), (told, later) => {
        let ledger = emptyLedger(rate);
        told.forEach((age, n) => (ledger = started(reserve(ledger, `${n}`, rate), `c-${n}`, age)));
        const inWindow = told.filter((age) => age + later < 60_000).length;
        expect(countOf(aged(ledger, later), true)).toBeGreaterThanOrEqual(inWindow);
      }),
    );
  });
  it('lets a start go that nobody reported, a window after it counts as sent', () => {
    const found = gone(reserve(emptyLedger(rate), 'a', rate), 'a');
    expect([countOf(aged(found, 60_000), true), countOf(aged(found, 61_000), true)]).toEqual([1, 0]);
  });
});
