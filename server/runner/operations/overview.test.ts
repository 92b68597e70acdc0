import { anAct, aDecision } from '../../../test/builders/views';
import { received } from '../../../test/builders/events';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { iso } from '../../../common/iso';
import type { Target } from '../../../common/flow/decision';
import type { StateQuery } from '../ports';
import { aLedger, aLimit } from '../../../test/builders/executing';
import { identitiesOf } from '../../engine/entity/identity';
import { LedgerSights } from '../executing/ledger_sights';
import { overview } from './overview';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const WHO = identitiesOf([{ type: 'host', value: 'web-01.corp.example', name: 'shop', origin: 'file' }]);

const targetsOf = async (targets: readonly Target[]) => {
  const evidence = new FakeEvidence();
  evidence.append(
    targets.map((target, n) => {
      const decision = aDecision({ decision_id: `d${n}`, acts: [anAct({ target })] });
      const at = iso(NOW - 60_000);
      return { family: 'decisions' as const, id: `d${n}`, at, body: { event: received({}), decision } };
    }),
  );
  const parts = {
    clock: { utc: () => NOW, monotonic: () => 0 },
    evidence: fakeEvidenceLog(evidence),
    connectors: new Map(),
    inventory: WHO,
    bundles: { brakeRules: () => ({ limits: [], keeps: [] }) },
    ledgerSights: new LedgerSights(),
    store: { search: async () => [], getMany: async () => new Map() },
  };
  return (await overview({ parts } as unknown as Parameters<typeof overview>[0])).targets;
};

describe('the targets that are named most', () => {
  it('are counted by the thing, whatever it is called', async () => {
    const targets: readonly Target[] = [
      { type: 'host', value: 'web-01' },
      { type: 'host', value: 'shop' },
      { type: 'user', value: 'corp\\ana' },
      { type: 'user', value: 'ana@corp' },
      { type: 'host', value: 'db-1' },
    ];
    expect(await targetsOf(targets)).toEqual([
      { target: 'corp\\ana', count: 2 },
      { target: 'web-01.corp.example', count: 2 },
      { target: 'db-1', count: 1 },
    ]);
  });

  it('are counted by letters where nothing that is named can be read', async () => {
    expect(await targetsOf([{ type: 'host', value: 'web*' }])).toEqual([{ target: 'web*', count: 1 }]);
  });
});

describe('the limits of the overview', () => {
  const ledgers = Array.from({ length: 300 }, (_, n) => ({
    id: `ledger:${n}`,
    kind: 'ledger',
    ordinal: n,
    // The fullest is the last one that is found.
    content: aLedger(n === 299 ? ['c1', 'c2', 'c3'] : ['c1'], { scope: `net-${n}` }),
  }));
  const agent = {
    parts: {
      clock: { utc: () => NOW, monotonic: () => 0 },
      evidence: fakeEvidenceLog(new FakeEvidence()),
      inventory: { ...WHO, populationOf: () => undefined },
      bundles: { brakeRules: () => ({ limits: [aLimit('few', 10)], keeps: [] }) },
      ledgerSights: new LedgerSights(),
      store: {
        search: async ({ kinds, ordinalAbove = -1, limit }: StateQuery) =>
          kinds.includes('ledger') ? ledgers.filter(({ ordinal }) => ordinal > ordinalAbove).slice(0, limit) : [],
        getMany: async () => new Map(),
      },
    },
  };

  it('are the fullest of all, and how many there are', async () => {
    const { limits, limits_total } = await overview(agent as unknown as Parameters<typeof overview>[0]);
    expect([limits.length, limits_total, limits[0]?.scope]).toEqual([64, 300, 'net-299']);
  });
});
