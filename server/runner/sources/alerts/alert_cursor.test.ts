import { FakeStore } from '../../../../test/fakes/fake_store';
import { Scheduler } from '../../../../test/fakes/scheduler';
import { chanceOf, clockOf, drive, quietLog, storePort } from '../../../../test/builders/store_port';
import { FakeDisk } from '../../../../test/fakes/fake_disk';
import type { ReceivedEvent } from '../../../../common/flow/event';
import type { Agent } from '../../agent/agent';
import { areAlertsFollowed, followAlerts } from './alert_cursor';
import { alertSourceOf, emptyReader } from '../../../../test/builders/alert_source';
import { CommitQueue } from '../../keeping/commit_queue';
import { loneBody } from '../../keeping/state_docs';
import { EvidenceCopier } from '../../keeping/evidence_copier';
import type { Admission } from '../../door/admission';
import type { SourceHealth } from '../source_health';
import { StoreUnavailable, type AlertDocument, type AlertReader, type EvidenceLog } from '../../ports';
import { allOn, everythingGranted, noneFails } from '../../../../test/builders/events';

const alertOf = (n: number, monitor_id = 'm'): AlertDocument => ({
  id: `a${n}`,
  index: 'index',
  source: { monitor_id, trigger_id: 't', state: 'ACTIVE', severity: '1', start_time: 1_000 + n },
});

interface Scene {
  readonly scheduler: Scheduler;
  readonly fake: FakeStore;
  readonly alerts: AlertDocument[];
  /** Case ids in the order in which they were admitted, repetitions included. */
  readonly admitted: string[];
  readonly cases: Set<string>;
  readonly asked: number[];
  /** What was put into quarantine: why, and what. */
  readonly refused: Array<readonly [code: string, original: unknown]>;
  /** What Alerting says of a monitor. */
  lookUp: AlertReader['monitor'];
  answer: (event: ReceivedEvent) => Admission['kind'];
  readerFails: boolean;
  peers: string[];
  isAlone: boolean;
  /** How often the saved cursor was read. */
  reads: number;
  over: boolean;
}
type Playing = Scene & { readonly health: SourceHealth };

const sceneOf = (peers: string[] = []): Playing => {
  const scheduler = new Scheduler();
  const fake = new FakeStore();
  const { store } = storePort(fake, scheduler);
  const clock = clockOf(scheduler);
  const log = quietLog();
  const copier = new EvidenceCopier({
    evidence: { append: async () => undefined } as unknown as EvidenceLog,
    clock,
    log,
  });
  const commits = new CommitQueue({
    store,
    journal: new FakeDisk().ports(async () => undefined).journal,
    copier,
    basics: { clock, chance: chanceOf(), log },
    session: 's5',
    changed: () => undefined,
  });
  const scene: Scene = {
    scheduler,
    fake,
    alerts: [],
    admitted: [],
    cases: new Set(),
    asked: [],
    refused: [],
    lookUp: emptyReader.monitor,
    answer: () => 'accepted',
    readerFails: false,
    peers,
    isAlone: false,
    reads: 0,
    over: false,
  };
  const reader: AlertReader = {
    ...emptyReader,
    monitor: (id) => scene.lookUp(id),
    now: async () => ({ 'index/0': scene.alerts.length - 1 }),
    since: async (_, position, most) => {
      if (scene.readerFails) throw new StoreUnavailable('away');
      const from = (position['index/0'] ?? -1) + 1;
      scene.asked.push(from);
      const alerts = scene.alerts.slice(from, from + most);
      return { alerts, position: { 'index/0': from + alerts.length - 1 } };
    },
  };
  const session = {
    id: 's5',
    get livePeers() {
      return scene.peers;
    },
    saysOfItself: () => undefined,
  };
  const counted: typeof store = {
    ...store,
    get: (id) => {
      if (id === 'cursor:alerting') scene.reads += 1;
      return store.get(id);
    },
  };
  const quiet = {
    get isAlone() {
      return scene.isAlone;
    },
  };
  const shift = { parts: { store: counted, commits, clock, session } };
  const admit = async (event: ReceivedEvent): Promise<Admission> => {
    const kind = scene.answer(event);
    if (kind === 'accepted') {
      scene.admitted.push(event.case_id);
      scene.cases.add(event.case_id);
    }
    if (kind === 'overloaded') return { kind, retry_after_s: 2 };
    if (kind === 'unavailable') return { kind, why: '' };
    const content = { received: event, state: 'decided' as const, acts: [], claims: 0 };
    return kind === 'accepted'
      ? { kind, case_id: event.case_id, content }
      : { kind: 'spooled', case_id: event.case_id };
  };
  const agent = {
    shift,
    parts: { clock, grants: everythingGranted, log, quiet, switches: allOn, failing: noneFails },
    door: {
      onMessages: () => undefined,
      firm: {
        admit,
        refuse: async (reason: string, _intake: unknown, original: unknown) => {
          scene.refused.push([reason, original]);
          return { kind: 'quarantined', reason, fields: [] };
        },
      },
    },
  } as unknown as Agent;
  const source = alertSourceOf(agent, reader);
  void followAlerts(source, () => scene.over);
  return Object.assign(scene, { health: source.health });
};
const positionOf = ({ fake }: Scene): unknown =>
  (fake.get('cursor:alerting')?.content as { position?: unknown } | undefined)?.position;
const pass = ({ scheduler }: Scene, ms: number): Promise<void> =>
  drive(scheduler, scheduler.runUntil(scheduler.now + ms));

describe('the cursor over alerts', () => {
  it('leaves alone what was there before it first looked', async () => {
    const scene = sceneOf();
    const isFollowed = () => areAlertsFollowed({ get: async (id) => scene.fake.get(id) });
    expect(await isFollowed()).toBe(false);
    scene.alerts.push(alertOf(0), alertOf(1));
    await pass(scene, 1_000);
    expect(await isFollowed()).toBe(true);
    scene.alerts.push(alertOf(2));
    await pass(scene, 5_000);
    expect([scene.cases.size, positionOf(scene)]).toEqual([1, { 'index/0': 2 }]);
  });
  it('reads every alert, each once, page by page', async () => {
    const scene = sceneOf();
    await pass(scene, 1_000);
    for (let n = 0; n < 1_234; n += 1) scene.alerts.push(alertOf(n));
    await pass(scene, 10_000);
    expect([scene.admitted.length, scene.cases.size]).toEqual([1_234, 1_234]);
  });
  it.each(['overloaded', 'unavailable'] as const)(
    'does not go on while an event is %s, and loses none',
    async (kind) => {
      const scene = sceneOf();
      await pass(scene, 1_000);
      for (let n = 0; n < 10; n += 1) scene.alerts.push(alertOf(n));
      let refusals = 3;
      scene.answer = () => ((refusals -= 1) >= 0 ? kind : 'accepted');
      const before = positionOf(scene);
      await pass(scene, 1_500);
      expect(positionOf(scene)).toEqual(before);
      await pass(scene, 20_000);
      expect([scene.cases.size, positionOf(scene)]).toEqual([10, { 'index/0': 9 }]);
    },
  );
  it('is read at each look while others may move it, and now and then while nobody can', async () => {
    const scene = sceneOf();
    await pass(scene, 20_000);
    const among = scene.reads;
    expect(among).toBeGreaterThan(8);
    scene.isAlone = true;
    await pass(scene, 60_000);
    expect(scene.reads - among).toBeLessThanOrEqual(3);
    for (let n = 0; n < 700; n += 1) scene.alerts.push(alertOf(n));
    await pass(scene, 10_000);
    expect([scene.admitted.length, positionOf(scene)]).toEqual([700, { 'index/0': 699 }]);
    scene.isAlone = false;
    scene.fake.write({
      id: 'cursor:alerting',
      expect: scene.fake.get('cursor:alerting')?.version ?? 'absent',
      body: loneBody('cursor', { patterns: [], position: { 'index/0': 99 } }, { write_id: 'w', facets: {} }),
    });
    await pass(scene, 3_000);
    expect(scene.asked).toContain(100);
  });
  it('does not go on while an event is only on the disk of one host', async () => {
    const scene = sceneOf();
    await pass(scene, 1_000);
    const before = positionOf(scene);
    scene.alerts.push(alertOf(0));
    scene.answer = () => 'spooled';
    await pass(scene, 5_000);
    expect(positionOf(scene)).toEqual(before);
    scene.answer = () => 'accepted';
    await pass(scene, 5_000);
    expect(positionOf(scene)).toEqual({ 'index/0': 0 });
  });
  it('waits while OpenSearch is away', async () => {
    const scene = sceneOf();
    await pass(scene, 1_000);
    scene.readerFails = true;
    scene.alerts.push(alertOf(0));
    await pass(scene, 6_000);
    expect(scene.cases.size).toBe(0);
    scene.readerFails = false;
    await pass(scene, 5_000);
    expect(scene.cases.size).toBe(1);
  });
  it('tells how far it is, and how much waits while it is behind', async () => {
    const scene = sceneOf();
    const told = () => scene.health.list().find(({ source }) => source.id === 'cursor');
    await pass(scene, 3_000);
    expect(told()).toMatchObject({ lag: 0, connected: true, position: expect.stringMatching(/^everything until 2/) });
    for (let n = 0; n < 700; n += 1) scene.alerts.push(alertOf(n));
    const gauge = jest.spyOn(scene.health, 'gauge');
    await pass(scene, 3_000);
    expect(gauge.mock.calls.map(([, { lag }]) => lag)).toEqual([200, 0]);
    scene.readerFails = true;
    await pass(scene, 3_000);
    expect(told()).toMatchObject({ connected: false, error: expect.stringContaining('away') });
  });
  it('leaves it to the agent whose session comes first', async () => {
    const scene = sceneOf(['s1']);
    await pass(scene, 10_000);
    expect([scene.asked, positionOf(scene)]).toEqual([[], undefined]);
    scene.peers = ['s9'];
    await pass(scene, 10_000);
    expect(scene.asked.length).toBeGreaterThan(0);
  });
});

describe('an alert whose monitor cannot be looked up', () => {
  const parkedIn = ({ fake }: Scene) => {
    fake.refresh();
    return fake.search({ kinds: ['parked_alert'] });
  };
  /** Lets time pass; search follows what was written. */
  const passFor = async (scene: Scene, ms: number): Promise<void> => {
    for (const end = scene.scheduler.now + ms; scene.scheduler.now < end;) {
      scene.fake.refresh();
      await pass(scene, Math.min(1_000, end - scene.scheduler.now));
    }
  };
  const cursorOf = ({ health }: Playing) => health.list().find(({ source }) => source.id === 'cursor');
  const standing = async (): Promise<Playing> => {
    const scene = sceneOf();
    await passFor(scene, 1_000);
    scene.lookUp = async (id) => (id === 'bad' ? { kind: 'failed', why: '500' } : { kind: 'unsupported' });
    scene.alerts.push(alertOf(0), alertOf(1, 'bad'), alertOf(2));
    await passFor(scene, 5_000);
    return scene;
  };

  it('holds up no other, waits on record, and says why', async () => {
    const scene = await standing();
    expect([scene.cases.size, positionOf(scene)]).toEqual([2, { 'index/0': 2 }]);
    expect(parkedIn(scene)).toMatchObject([{ content: { alert: alertOf(1, 'bad') } }]);
    await passFor(scene, 40_000);
    expect(cursorOf(scene)).toMatchObject({ connected: true, lag: 0, error: '1 alert waits: 500' });
    expect(scene.health.standing(30_000)).toHaveLength(1);
  });

  it('is taken once it can be, and says nothing more', async () => {
    const scene = await standing();
    scene.lookUp = emptyReader.monitor;
    await passFor(scene, 65_000);
    expect([scene.cases.size, parkedIn(scene), scene.refused]).toEqual([3, [], []]);
    expect(cursorOf(scene)?.error).toBeUndefined();
  });

  it('is left to a person after five minutes, as it came', async () => {
    const scene = await standing();
    await passFor(scene, 290_000);
    expect(scene.refused).toEqual([]);
    await passFor(scene, 45_000);
    expect(scene.refused).toEqual([['lookup_failed', alertOf(1, 'bad').source]]);
    expect(parkedIn(scene)).toEqual([]);
    await passFor(scene, 45_000);
    expect([scene.refused.length, cursorOf(scene)?.error]).toEqual([1, undefined]);
  });

  it('is asked about no more than twice a minute, however many alerts it has', async () => {
    const scene = await standing();
    let asked = 0;
    scene.lookUp = async () => {
      asked += 1;
      return { kind: 'failed', why: '500' };
    };
    for (let n = 3; n < 100; n += 1) scene.alerts.push(alertOf(n, 'bad'));
    await passFor(scene, 60_000);
    expect([parkedIn(scene).length, asked <= 3]).toEqual([98, true]);
  });

  it('waits with all others while OpenSearch is away: that is no fault of it', async () => {
    const scene = await standing();
    scene.lookUp = async () => {
      throw new StoreUnavailable('away');
    };
    scene.alerts.push(alertOf(3, 'other'));
    await passFor(scene, 20_000);
    expect([parkedIn(scene).length, scene.cases.size, cursorOf(scene)?.lag]).toEqual([1, 2, undefined]);
  });
});
