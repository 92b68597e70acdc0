import type { DecisionRecord, HistoryFacts, SeenThing } from '../../../../common/flow/decision';
import { aDecision } from '../../../../test/builders/views';
import { received } from '../../../../test/builders/events';
import { historyUnder, type Regranted } from './history_under';

const BY = 'webhook:siem';
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const RULE = 'r1';

const aThing = (change: Partial<SeenThing> = {}): SeenThing => ({
  names: ['ip:203.0.113.7'],
  roles: ['source'],
  sightings_ms: [],
  reports: [],
  ...change,
});
const under = (entities: SeenThing[] | undefined, change: Partial<Regranted> = {}, rule = RULE) => {
  const decision = aDecision();
  const { entities: _entities, ...counts } = decision.inputs.history;
  const history: HistoryFacts = { ...counts, domains: ['cloud'], ...(entities === undefined ? {} : { entities }) };
  const record: DecisionRecord = {
    event: received(rule === '' ? {} : { rule: { id: rule } }),
    decision: { ...decision, inputs: { ...decision.inputs, now: '2026-11-22T10:00:00.000Z', history } },
  };
  return historyUnder(record, { by: BY, domain: undefined, ruleCounts: () => undefined, ...change });
};

describe('what was seen before, under another grant', () => {
  const own = { by: BY, domain: 'network', age_ms: 0 } as const;
  const other = { by: 'kafka:edr', domain: 'endpoint', age_ms: 5 } as const;

  it('counts reports of the source for the domain of the grant, and those of others as they were', () => {
    const claims = { ...own, claimed: true as const };
    const { entities, domains } = under([aThing({ reports: [claims, other] })], { domain: 'identity' });
    expect(entities?.[0]?.reports).toEqual([{ ...own, domain: 'identity' }, other]);
    expect(domains).toEqual(['endpoint', 'identity']);
  });

  it('takes reports of a source without a domain for claims', () => {
    const { entities, domains } = under([aThing({ reports: [own, other] })]);
    expect(entities?.[0]?.reports).toEqual([{ ...own, claimed: true }, other]);
    expect(domains).toEqual(['endpoint']);
  });

  it('tells sightings apart by whether the id of the rule would count in each', () => {
    const counts = new Map([
      [NOW - 10, true],
      [NOW - 20, false],
    ]);
    const ruleCounts: Regranted['ruleCounts'] = (rule, at) => (rule === RULE ? counts.get(at) : undefined);
    const thing = aThing({ sightings_ms: [20, 40], claimed_ms: [10, 30] });
    const seen = under([thing], { ruleCounts }).entities?.[0];
    expect([seen?.sightings_ms, seen?.claimed_ms]).toEqual([
      [10, 40],
      [20, 30],
    ]);
    const counting = under([aThing({ claimed_ms: [10] })], { ruleCounts }).entities?.[0];
    expect(counting).not.toHaveProperty('claimed_ms');
    expect(under([thing], { ruleCounts }, '').entities?.[0]).toMatchObject({ sightings_ms: [20, 40] });
  });

  it('stays as it was in records of versions that do not tell who saw what', () => {
    expect(under(undefined, { domain: 'identity' })).toMatchObject({ domains: ['cloud'] });
  });
});
