import { aLedger } from '../../../test/builders/executing';
import type { Ledger } from '../../engine/brakes/ledger';
import { LedgerSights } from './ledger_sights';

const ID = 'ledger:few:net-1';
const viewOf = (content: Ledger | undefined, now: number, knownSince = now) => ({
  now,
  get: (id: string) =>
    id === ID && content ? ({ kind: 'ledger', content, owner: '', knownSince } as const) : undefined,
});
const ageIn = (ledger: Ledger | undefined): number | undefined => ledger?.entries[0]?.age_ms;

describe('what an agent has seen of a ledger', () => {
  const ledger = aLedger(['c1']);
  const stored = ageIn(ledger) ?? NaN;

  it('makes its starts older from version to version, whoever wrote them', () => {
    const sights = new LedgerSights();
    expect(ageIn(sights.ledgerIn(viewOf(ledger, 0), ID))).toBe(stored);
    expect(ageIn(sights.ledgerIn(viewOf({ ...ledger, population: 9 }, 10_000), ID))).toBe(stored + 9_900);
  });

  it('counts from when a version was known to be there, not from when it is looked at', () =>
    expect(ageIn(new LedgerSights().ledgerIn(viewOf(ledger, 10_000, 0), ID))).toBe(stored + 9_900));

  it('is nothing where there is no ledger', () =>
    expect(new LedgerSights().ledgerIn(viewOf(undefined, 0), ID)).toBeUndefined());

  it('is forgotten with it: one that is made anew is as old as it says', () => {
    const sights = new LedgerSights();
    sights.ledgerIn(viewOf(ledger, 0), ID);
    sights.ledgerIn(viewOf(undefined, 5_000), ID);
    expect(ageIn(sights.ledgerIn(viewOf(ledger, 10_000), ID))).toBe(stored);
  });

  it('is told of a stored ledger to who only looks, and learns nothing by it', () => {
    const sights = new LedgerSights();
    sights.ledgerIn(viewOf(ledger, 0), ID);
    expect(ageIn(sights.asKnown(ID, ledger, 10_000))).toBe(stored + 9_900);
    sights.asKnown(ID, aLedger([]), 10_000);
    expect(ageIn(sights.asKnown(ID, ledger, 20_000))).toBe(stored + 19_800);
    expect(ageIn(new LedgerSights().asKnown(ID, ledger, 10_000))).toBe(stored);
  });
});
