import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { DecisionBrief, DecisionDetail, ContainmentView, EscalationView } from '../../../common/api/views';
import type { StatusView } from '../../../common/api/routes';
import { BareHost } from '../../../test/demo/bare_host';
import { withOwnNames } from '../../../test/demo/own_names';
import { realNode, type RealNode } from '../../../test/contracts/real_node';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { NO_FAULTS, type DemoFaults } from '../../hosts/standalone/demo/demo_faults';
import type { DemoState } from '../../hosts/standalone/demo/demo_state';
import type { Wired } from '../../hosts/host_parts';
import { wireWith } from '../../wiring';
import type { DemoOptions } from './demo';
import { foundAt } from './player';
import { ROUND, sceneAt } from './story';

jest.setTimeout(180_000);

const LONG_MS = 120_000;

/** Waits for what a busy machine may take long for. */
const until = async (holds: () => Promise<void>): Promise<void> => {
  const end = Date.now() + LONG_MS;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

/** Some things go wrong, nothing takes long. */
const SOME_FAULTS: DemoFaults = { ...NO_FAULTS, unavailable: 0.1, failed_after_applying: 0.05, forgotten: 0.05 };
const NEVER_MS = 3_600_000;

/** The first scenes of the story, fast, and then nothing more. */
const scenes = (most: number): DemoOptions => ({
  pace: { pauseAfter: (number) => (number + 1 < most ? 10 : NEVER_MS), withinScene: 0.01 },
  ttl: '30s',
  faults: SOME_FAULTS,
  seed: 7,
});

const sightingsIn = (most: number) =>
  Array.from({ length: most }, (_, number) => number).flatMap((number) =>
    sceneAt(number).sightings.map((sighting, index) => ({
      name: `${sceneAt(number).title}, report ${index + 1}`,
      sighting,
      document: foundAt(sighting, `${number}/${index}`, 0).document.id,
    })),
  );

/** Bucket alerts have no document; there is one of them a round. */
const isOf =
  ({ sighting, document }: ReturnType<typeof sightingsIn>[number]) =>
  ({ brief }: DecisionBrief): boolean =>
    sighting.monitor.level === 'document'
      ? brief.event_id.includes(document)
      : brief.event_id.startsWith(`bucket|${sighting.monitor.id}`);

interface Lists {
  readonly decisions: readonly DecisionBrief[];
  readonly containments: readonly ContainmentView[];
  readonly escalations: readonly EscalationView[];
}

let node: RealNode;
let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;
let wired: Wired | undefined;

const hostOn = (demo: boolean): BareHost =>
  new BareHost({ transport: withOwnNames(node.transport, node.prefix), dataFolder: folder, demo });

const start = async (host: BareHost, options: DemoOptions): Promise<Wired> => {
  wired = wireWith(host.parts, options);
  await wired.start();
  return wired;
};

const list = async <Name extends keyof Lists>(host: BareHost, name: Name): Promise<Lists[Name]> => {
  const { status, body } = await host.call<Lists>(
    'get',
    `/api/reflex/${name}${name === 'decisions' ? '?limit=500' : ''}`,
  );
  expect(status).toBe(200);
  return body[name];
};

/** First decisions on events, not the later ones on the same case. */
const firstDecisions = async (host: BareHost): Promise<readonly DecisionBrief[]> =>
  (await list(host, 'decisions')).filter(({ predecessor }) => predecessor === undefined);

const counters = async (host: BareHost): Promise<Record<string, number>> =>
  (await host.call<StatusView>('get', '/api/reflex/status')).body.counters ?? {};

const namesOnNode = async (): Promise<readonly string[]> => {
  const { body } = await node.transport.request({
    method: 'GET',
    path: `/_resolve/index/${node.prefix}*`,
    querystring: { expand_wildcards: 'all' },
  });
  const { indices = [] } = body as { indices?: ReadonlyArray<{ name: string }> };
  return indices.map(({ name }) => name.slice(node.prefix.length));
};

const playedBy = ({ told }: BareHost): unknown[] =>
  told.filter(({ message }) => message === 'the demo plays a scene').map(({ details }) => details.number);

const atTarget = (): DemoState => JSON.parse(readFileSync(join(folder, 'demo-target.json'), 'utf8')) as DemoState;

beforeEach(async () => {
  node = await realNode();
  temporary = temporaryFolder();
  ({ folder } = temporary);
});

afterEach(async () => {
  await wired?.stop();
  wired = undefined;
  await node.dispose();
  temporary.remove();
});

describe('the demo on a real node', () => {
  it('plays its story to the promised ends, undoes what it did, and leaves nothing when it is ended', async () => {
    const host = hostOn(true);
    await start(host, scenes(ROUND.length));
    const sightings = sightingsIn(ROUND.length);

    await until(async () => expect(await firstDecisions(host)).toHaveLength(sightings.length));
    const decisions = await firstDecisions(host);
    expect(decisions.every(({ demo }) => demo)).toBe(true);
    const verdicts = sightings.map((each) => ({ name: each.name, verdict: decisions.find(isOf(each))?.verdict }));
    expect(verdicts).toEqual(sightings.map(({ name, sighting }) => ({ name, verdict: sighting.promise })));

    // What came by the channel is found by the cursor as well, and counts once.
    const byChannel = sightings.filter(({ sighting }) => sighting.monitor.hasChannel).length;
    await until(async () => expect(await counters(host)).toMatchObject({ duplicates: byChannel, quarantined: 0 }));

    // Stopped by the brakes, whatever has become of it since: nobody decides in this test.
    const stopReasonOf = async (target: string): Promise<string | undefined> => {
      const found = decisions.find(({ acts }) => acts.some((act) => act.target.value === target));
      const { body } = await host.call<DecisionDetail>('get', `/api/reflex/decisions/${found?.decision_id ?? ''}`);
      return body.progress?.[0]?.stop_reason;
    };
    expect(await stopReasonOf('ws-fin-003')).toBe('blast_radius');
    expect(await stopReasonOf('9.9.9.9')).toBe('protected_target');
    expect(await stopReasonOf('ws-fin-002')).toBeUndefined();
    expect((await list(host, 'escalations')).map(({ act }) => act.target.value)).toContain('c.hartmann');

    // All but the block that a person is to lift end by themselves, whatever the target did wrong.
    await until(async () => {
      const left = await list(host, 'containments');
      expect(left.map(({ target }) => target.value)).toEqual(['203.0.113.5']);
    });
    expect(atTarget().rules['firewall/blocks'].map(({ value }) => value)).toEqual(['203.0.113.5']);
    expect(atTarget().rules['edr/isolations']).toEqual([]);
    expect(atTarget().users.filter(({ enabled }) => !enabled)).toEqual([]);
    expect(atTarget().orders.some(({ fault }) => fault !== null)).toBe(true);

    const before = await namesOnNode();
    expect(before).toEqual(expect.arrayContaining(['.opendistro-alerting-alerts', 'demo-logs-endpoint']));
    const ended = await host.call<{ cleared: number }>('post', '/api/reflex/demo/end');
    expect(ended.status).toBe(200);
    expect(ended.body.cleared).toBeGreaterThan(sightings.length * 3);
    expect(host.leftDemo).toBe(1);
    expect((await namesOnNode()).filter((name) => !name.startsWith('reflex-'))).toEqual([]);
    expect(existsSync(join(folder, 'demo-target.json'))).toBe(false);
    const { body: status } = await host.call<StatusView>('get', '/api/reflex/status');
    expect(status).toMatchObject({ mode: 'observing', loading: false, connectors: [], waiting: 0, containments: 0 });
    expect(await list(host, 'decisions')).toEqual([]);
    expect(await list(host, 'containments')).toEqual([]);
    expect((await host.call<{ items: unknown[] }>('get', '/api/reflex/inventory')).body.items).toEqual([]);
    expect(await host.call('post', '/api/reflex/demo/end')).toMatchObject({ body: { code: 'not_here' } });
  });

  it('goes on after a restart where it was', async () => {
    const first = hostOn(true);
    const before = await start(first, scenes(3));
    await until(async () => expect(await firstDecisions(first)).toHaveLength(sightingsIn(3).length));
    await before.stop();
    const second = hostOn(true);
    await start(second, scenes(5));
    await until(async () => expect(await firstDecisions(second)).toHaveLength(sightingsIn(5).length));
    expect(playedBy(first)).toEqual([0, 1, 2]);
    expect(playedBy(second)).toEqual([3, 4]);
  });

  it('finishes an ending that a crash broke off', async () => {
    const first = hostOn(true);
    const before = await start(first, scenes(1));
    await until(async () => expect(await firstDecisions(first)).toHaveLength(1));
    await before.stop();
    writeFileSync(join(folder, 'demo-ending'), '');
    const second = hostOn(true);
    await start(second, scenes(1));
    const { body } = await second.call<StatusView>('get', '/api/reflex/status');
    expect(body.mode).toBe('observing');
    expect(second.leftDemo).toBe(1);
    expect((await namesOnNode()).filter((name) => !name.startsWith('reflex-'))).toEqual([]);
    expect(await list(second, 'decisions')).toEqual([]);
  });

  it('is not there on any other cluster', async () => {
    const host = hostOn(false);
    await start(host, scenes(1));
    const { body } = await host.call<StatusView>('get', '/api/reflex/status');
    expect(body).toMatchObject({ mode: 'observing', connectors: [] });
    expect(await host.call('post', '/api/reflex/demo/end')).toMatchObject({ body: { code: 'not_here' } });
    expect((await namesOnNode()).filter((name) => !name.startsWith('reflex-'))).toEqual([]);
    expect(existsSync(join(folder, 'demo-target.json'))).toBe(false);
  });
});
