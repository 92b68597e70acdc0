import { aRelease } from '../../test/builders/bundles';
import { aKeyPair } from '../../test/builders/policies';
import { chanceOf, clockOf, drive, quietLog, storePort } from '../../test/builders/store_port';
import { aMemory } from '../../test/builders/trust_desk';
import { FakeStore } from '../../test/fakes/fake_store';
import { Scheduler } from '../../test/fakes/scheduler';
import { signingSettings } from '../hosts/settings/signing';
import { bundleHeadId, bundleHeadOf } from '../runner/keeping/kinds/bundle';
import { keepersOf } from './build_trust';

const HOUR_MS = 3_600_000;
const key = aKeyPair();

const sceneOf = async (stale: 'alarm' | 'escalate') => {
  const scheduler = new Scheduler();
  const { store } = storePort(new FakeStore(), scheduler);
  const { statement, files } = aRelease(1, [key]);
  const head = bundleHeadOf(statement);
  const unowned = { session: '', owner: '', ordinal: 0, facets: {}, outbox: [] };
  const body = { kind: 'bundle' as const, write_id: 'w', content: head, ...unowned };
  await drive(scheduler, store.bulk([{ id: bundleHeadId(1), expect: 'absent', body }]));
  const archive = {
    put: async () => undefined,
    get: async () => files,
    byDigest: async () => files,
    newest: async () => [head],
  };
  const keepers = keepersOf(
    { store, archive, memory: aMemory(), clock: clockOf(scheduler), chance: chanceOf(), log: quietLog() },
    {
      // Nobody here can sign that the bundle is the newest.
      keys: { signers: [], trust: { keys: [key.verification], threshold: 1 } },
      settings: { ...signingSettings(), maxAgeHours: 24, stale },
    },
  );
  await drive(scheduler, keepers.bundles.follow(1));
  return { keepers, scheduler };
};

describe('the keepers of trust', () => {
  it('know a bundle as the newest from its first second on', async () => {
    const { keepers, scheduler } = await sceneOf('alarm');
    await scheduler.runUntil(scheduler.now + 1_000);
    expect(keepers.freshness.until).toBeDefined();
    expect(keepers.bundles.status?.doubt).toBeUndefined();
  });

  it('doubt the bundle in force once nobody signs any more that it is the newest', async () => {
    const { keepers, scheduler } = await sceneOf('escalate');
    await scheduler.runUntil(scheduler.now + 25 * HOUR_MS);
    expect(keepers.bundles.status?.doubt).toMatchObject({ code: 'bundle_stale', escalate: true });
  });

  it('take no version for the floor before an agent has joined', async () => {
    const { keepers } = await sceneOf('alarm');
    expect(keepers.gateFloor.ask()).toBe(0);
    keepers.gateFloor.bind(() => 3);
    expect(keepers.gateFloor.ask()).toBe(3);
  });
});
