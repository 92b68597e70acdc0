import { clockOf, chanceOf, quietLog } from '../../test/builders/store_port';
import { Scheduler } from '../../test/fakes/scheduler';
import { StoreUnavailable, type Connector, type ConnectorHealth, type EvidenceEntry } from '../runner/ports';
import { ConnectorWatch } from './connector_health';

const OK: ConnectorHealth = { state: 'ok', text: 'fine', authorised: true };
const LOST: ConnectorHealth = {
  state: 'degraded',
  text: 'block_ip: our role is gone',
  cannot: [{ action: 'block_ip', why: 'our role is gone' }],
};
const REFUSED: ConnectorHealth = { state: 'degraded', text: 'it refuses our credentials', authorised: false };

const watching = (health: ConnectorHealth) => {
  const scheduler = new Scheduler();
  const filed: EvidenceEntry[] = [];
  const told: string[] = [];
  const now = { health, isAway: false };
  const connector = {
    name: 'edge',
    capabilities: { request_timeout_ms: 1_000 },
    status: async () => now.health,
  } as unknown as Connector;
  const watch = new ConnectorWatch(new Map([['edge', connector]]), {
    clock: clockOf(scheduler),
    chance: chanceOf(),
    log: quietLog([]),
    evidence: {
      append: async (entries) => {
        if (now.isAway) throw new StoreUnavailable('away');
        filed.push(...entries);
      },
    },
    agent: 'agent-1',
    changed: (topic, id) => told.push(`${topic} ${id}`),
  });
  return { watch, now, filed, told, scheduler, states: () => filed.map(({ body }) => body.state) };
};

describe('the health of connectors', () => {
  it('says what a target does not let us do any more, and forgets it once it does', async () => {
    const { watch, now } = watching(OK);
    expect(watch.healthOf('edge')).toMatchObject({ state: 'degraded', text: 'not asked yet' });
    expect(watch.cannot('edge', 'block_ip')).toBeUndefined();
    await watch.look();
    expect(watch.cannot('edge', 'block_ip')).toBeUndefined();
    now.health = LOST;
    await watch.look();
    expect(watch.cannot('edge', 'block_ip')).toBe('our role is gone');
    expect(watch.cannot('edge', 'block_domain')).toBeUndefined();
    now.health = REFUSED;
    await watch.look();
    expect(watch.cannot('edge', 'block_domain')).toBe('it refuses our credentials');
    now.health = OK;
    await watch.look();
    expect(watch.cannot('edge', 'block_ip')).toBeUndefined();
  });

  it('puts each change on record, and nothing that stays', async () => {
    const { watch, now, filed, told, states, scheduler } = watching(OK);
    await watch.look();
    await watch.look();
    expect(filed).toEqual([]);
    await scheduler.runUntil(5_000);
    now.health = LOST;
    await watch.look();
    const since = watch.healthOf('edge').since;
    await scheduler.runUntil(9_000);
    now.health = { ...LOST, text: 'the same in other words' };
    await watch.look();
    expect(watch.healthOf('edge')).toMatchObject({ since, text: 'the same in other words' });
    expect(watch.healthOf('edge').askedAt).toBe((since ?? 0) + 4_000);
    now.health = OK;
    await watch.look();
    expect(states()).toEqual(['health_degraded', 'health_ok']);
    expect(filed[0]).toMatchObject({
      family: 'actions',
      body: { connector: 'edge', agent: 'agent-1', text: LOST.text, cannot: LOST.cannot },
    });
    expect(told).toEqual(['connector edge', 'connector edge']);
  });

  it('records one that does not work from the start', async () => {
    const { watch, states } = watching({ state: 'down', text: 'nobody listens' });
    await watch.look();
    expect(states()).toEqual(['health_down']);
  });

  it('files later what OpenSearch does not take, once', async () => {
    const { watch, now, states } = watching(OK);
    await watch.look();
    now.isAway = true;
    now.health = LOST;
    await watch.look();
    expect(states()).toEqual([]);
    now.isAway = false;
    await watch.look();
    await watch.look();
    expect(states()).toEqual(['health_degraded']);
  });

  it('keeps no more than the newest hundred of a target that flaps meanwhile', async () => {
    const { watch, now, states } = watching(OK);
    await watch.look();
    now.isAway = true;
    for (let n = 0; n < 61; n += 1) {
      now.health = LOST;
      await watch.look();
      now.health = REFUSED;
      await watch.look();
    }
    now.isAway = false;
    await watch.look();
    expect(states()).toHaveLength(100);
  });
});
