import { Registry } from 'prom-client';
import type { Target } from '../../common/flow/decision';
import { identitiesOf } from '../engine/entity/identity';
import { DisruptionMetrics } from './disruption_metrics';
import { StoreUnavailable } from '../runner/ports';
import { disruptionAt } from '../runner/operations/disruptions';
import { disruptionSum } from '../runner/operations/disruption_sum';

/* What acts take away, by what connectors state and the inventory of now, one by one and added up. */

const WHO = identitiesOf([{ type: 'host', value: 'ws-1', aliases: ['10.0.0.1'], origin: 'file' }]);
const TAGS: Readonly<Record<string, readonly string[]>> = {
  'srv-1': ['server'],
  'ws-1': ['laptop'],
  '10.0.0.1': ['laptop'],
};

const promise = (usual: number, by_tag?: Record<string, number>) => ({
  disruption: { usual, ...(by_tag && { by_tag }) },
  offline: { order: 'refused' },
  needs: [],
});
const connector = (name: string, promises: object) => [name, { name, capabilities: { promises } }] as const;

interface Put {
  readonly action: string;
  readonly target: Target;
  readonly connector?: string;
  readonly state?: string;
  readonly gone?: object;
}

const sceneOf = (effects: readonly Put[]) => {
  const state = { monotonic: 0, isAway: false, searches: 0 };
  const docs = effects.map((content, n) => ({
    id: `effect:${n}`,
    kind: 'effect',
    content: { state: 'present', connector: 'edr', reasons: [], ...content },
    facets: {},
  }));
  const agent = {
    parts: {
      clock: { monotonic: () => state.monotonic },
      connectors: new Map([
        connector('edr', {
          isolate_host: promise(0.9, { server: 1, kiosk: 0.2 }),
          quarantine_file: promise(0.2),
          kill_process: promise(0.1),
        }),
        connector('edge', { block_ip: promise(0.1) }),
      ]),
      inventory: {
        ...WHO,
        asset: (type: string, value: string) => ({ type, value, known: value in TAGS, tags: TAGS[value] ?? [] }),
      },
      store: {
        search: async ({ after }: { after?: object }) => {
          state.searches += 1;
          if (state.isAway) throw new StoreUnavailable('away');
          return after === undefined ? docs : [];
        },
      },
    },
  } as unknown as Parameters<DisruptionMetrics['read']>[0];
  return { agent, state };
};

const HOST = (value: string): Target => ({ type: 'host', value });
const FILE = (host: string): Target => ({ type: 'file', value: '/tmp/x', host });

describe('what an act takes away', () => {
  const at = (action: string, target: Target, named: string | null = null) =>
    disruptionAt(sceneOf([]).agent, { action, target, connector: named });

  it('goes by the connector and the tags of the target, and names what would take less', () => {
    expect(at('isolate_host', HOST('ws-1'))).toEqual({
      share: 0.9,
      milder: [
        { action: 'block_ip', share: 0.1 },
        { action: 'quarantine_file', share: 0.2 },
        { action: 'kill_process', share: 0.1 },
      ],
    });
    expect(at('isolate_host', HOST('srv-1'))).toMatchObject({ share: 1, tag: 'server' });
    expect(at('isolate_host', HOST('nobody'))).toMatchObject({ share: 1, tag: 'server', unlisted: true });
  });

  it('is not known where no connector states it, or not the one that would do it', () => {
    expect([at('disable_user', { type: 'user', value: 'eve' }), at('isolate_host', HOST('ws-1'), 'edge')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('what all that is contained takes away', () => {
  it('counts each thing once, by what takes most from it and by whatever name', async () => {
    const { agent } = sceneOf([
      { action: 'quarantine_file', target: FILE('ws-1') },
      { action: 'isolate_host', target: HOST('ws-1') },
      { action: 'isolate_host', target: HOST('10.0.0.1') },
      { action: 'isolate_host', target: HOST('srv-1') },
      { action: 'block_ip', target: { type: 'ip', value: '203.0.113.7' }, connector: 'edge' },
    ]);
    expect(await disruptionSum(agent)).toEqual({
      kinds: [
        { type: 'host', targets: 2, sum: 1.9 },
        { type: 'ip', targets: 1, sum: 0.1 },
      ],
      unstated: 0,
    });
  });

  it('counts apart what no connector states, and leaves out what is gone', async () => {
    const { agent } = sceneOf([
      { action: 'disable_user', target: { type: 'user', value: 'eve' } },
      { action: 'isolate_host', target: HOST('ws-1'), gone: { at: 'then', text: 'by hand' } },
      { action: 'isolate_host', target: HOST('srv-1'), state: 'unknown' },
    ]);
    expect(await disruptionSum(agent)).toEqual({ kinds: [{ type: 'host', targets: 1, sum: 1 }], unstated: 1 });
  });
});

describe('its metrics', () => {
  const lines = async (registry: Registry) =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('reflex_'));

  it('say it by kind of target, read it once in half a minute, and say nothing while nobody knows', async () => {
    const { agent, state } = sceneOf([{ action: 'isolate_host', target: HOST('srv-1') }]);
    const registry = new Registry();
    const metrics = new DisruptionMetrics(registry, 'reflex_');
    const said = [
      'reflex_disruption{type="host"} 1',
      'reflex_disruption_targets{type="host"} 1',
      'reflex_disruption_unstated 0',
    ];
    for (const monotonic of [0, 29_999]) {
      state.monotonic = monotonic;
      await metrics.read(agent);
      expect(await lines(registry)).toEqual(said);
    }
    expect(state.searches).toBe(1);
    state.monotonic = 30_000;
    state.isAway = true;
    await metrics.read(agent);
    expect(await lines(registry)).toEqual([]);
    state.isAway = false;
    await metrics.read(agent);
    expect(await lines(registry)).toEqual(said);
  });
});
