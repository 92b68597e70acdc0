import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { randomUUID } from 'crypto';
import { tmpdir } from 'os';
import { join } from 'path';
import { request } from 'undici';
import { describeConnector, type ConnectorRig } from '../../../../test/contracts/connector';
import { present } from '../../../../common/present';
import { aCall, aClearedCommand, effectOf } from '../../../../test/targets/commands';
import { faultProxy } from '../../../../test/targets/fault_proxy';
import type { Connector } from '../../../connectors/connector';
import { makeConnectors } from '../../../connectors/registry';
import { drawFate, NO_FAULTS, seeded, USUAL_FAULTS } from './demo_faults';
import { demoConnectorConfig, startDemoTarget, type DemoTarget, type DemoTargetOptions } from './demo_target';

const closing: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const started = async (options: Partial<DemoTargetOptions> = {}): Promise<DemoTarget> => {
  const target = await startDemoTarget({ port: 0, seed: 1, faults: NO_FAULTS, ...options });
  closing.push(target.close);
  return target;
};

const connectorsTo = (port: number): ReadonlyMap<string, Connector> => {
  const { connectors, faults } = makeConnectors(demoConnectorConfig(port), () => undefined);
  expect(faults).toEqual([]);
  return connectors;
};

/** Hosts of the story, by what their agent says of them. */
const demoHost = (state: 'intact' | 'altered' | 'neither'): string =>
  ({ intact: 'ws-sal-003', altered: 'ws-sal-007', neither: 'ws-sal-099' })[state];

const rig =
  (connectorName: string, action: string, type: 'ip' | 'user' | 'host') => async (): Promise<ConnectorRig> => {
    const target = await startDemoTarget({ port: 0, seed: 1, faults: NO_FAULTS });
    const proxy = await faultProxy(target.port);
    const connector = connectorsTo(proxy.port).get(connectorName);
    if (!connector) throw new Error(`no connector \`${connectorName}\``);
    const rules = () => Object.values(target.state().rules).flat();
    const collection = type === 'ip' ? 'firewall/blocks' : 'edr/isolations';
    return {
      connector,
      proxy,
      command: (change) => aClearedCommand({ action, target: { type, value: `${type}-${randomUUID()}` }, ...change }),
      effects: async ({ value }) => [
        ...rules()
          .filter((each) => each.value === value)
          .map(({ id }) => id),
        ...target
          .state()
          .users.filter((each) => each.user === value && !each.enabled)
          .map((each) => each.disabled_by ?? ''),
      ],
      removeByHand: async ({ command_id }) => {
        await fetch(`${target.url}/${collection}/${command_id}`, { method: 'DELETE' });
      },
      addForeign: async ({ value }) => {
        const other = randomUUID();
        await fetch(`${target.url}/${collection}/${other}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ value }),
        });
        return other;
      },
      isOrder: ({ method }) => method === 'PUT',
      ...present({ sees: connectorName === 'demo-edr' ? demoHost : undefined }),
      dispose: async () => {
        await proxy.dispose();
        await target.close();
      },
    };
  };

describeConnector("rest, on the demo's firewall", rig('demo-firewall', 'block_ip', 'ip'));
describeConnector("rest, on the demo's endpoint agent", rig('demo-edr', 'isolate_host', 'host'));

describe("the demo's connectors", () => {
  it('offer each action once', async () => {
    const connectors = connectorsTo((await started()).port);
    expect([...connectors].map(([name, { capabilities }]) => [name, capabilities.actions])).toEqual([
      ['demo-firewall', ['block_ip', 'block_domain']],
      ['demo-edr', ['isolate_host', 'quarantine_file', 'kill_process']],
      ['demo-idp', ['disable_user', 'revoke_sessions']],
    ]);
  });

  it.each([
    ['demo-firewall', 'block_domain', { type: 'domain', value: 'evil.example' }],
    ['demo-edr', 'quarantine_file', { type: 'file', value: 'C:\\Users\\a\\x.exe', host: 'WS-7' }],
    ['demo-idp', 'disable_user', { type: 'user', value: 'CORP\\mallory' }],
  ] as const)('%s: %s can be done, seen, listed and undone', async (name, action, target) => {
    const connector = connectorsTo((await started()).port).get(name);
    const command = aClearedCommand({ action, target });
    const effect = effectOf(command);
    expect(await connector?.verify(effect, aCall())).toMatchObject({ state: 'absent' });
    expect(await connector?.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector?.verify(effect, aCall())).toMatchObject({ state: 'present' });
    expect(await connector?.list(aCall())).toMatchObject({
      ok: true,
      value: [{ action, target, command_id: command.command_id }],
    });
    expect(await connector?.undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector?.verify(effect, aCall())).toMatchObject({ state: 'absent' });
  });

  it.each([
    ['demo-edr', 'kill_process', { type: 'process', value: 'mimikatz.exe', host: 'WS-7' }],
    ['demo-idp', 'revoke_sessions', { type: 'user', value: 'mallory' }],
  ] as const)('%s: %s can be done and seen', async (name, action, target) => {
    const connector = connectorsTo((await started()).port).get(name);
    const command = aClearedCommand({ action, target, ttl_ms: null });
    expect(await connector?.verify(effectOf(command), aCall())).toMatchObject({ state: 'absent' });
    expect(await connector?.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector?.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
  });

  it('leave a user disabled whom somebody else disabled', async () => {
    const target = await started();
    const connector = connectorsTo(target.port).get('demo-idp');
    const [first, second] = [1, 2].map(() =>
      aClearedCommand({ action: 'disable_user', target: { type: 'user', value: 'mallory' } }),
    );
    if (!first || !second || !connector) throw new Error('unreachable');
    await connector.execute(first, aCall());
    expect(await connector.execute(second, aCall())).toMatchObject({
      kind: 'succeeded',
      text: expect.stringMatching(/already/),
    });
    expect(await connector.verify(effectOf(second), aCall())).toMatchObject({ state: 'absent' });
    expect(await connector.undo(effectOf(second), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(target.state().users).toMatchObject([{ user: 'mallory', enabled: false, disabled_by: first.command_id }]);
  });
});

describe('the demo target', () => {
  it('ends a rule by itself when its time is over', async () => {
    let now = Date.parse('2026-11-22T04:00:00Z');
    const target = await started({ utc: () => now });
    const connector = connectorsTo(target.port).get('demo-firewall');
    const command = aClearedCommand({ ttl_ms: 60_000 });
    await connector?.execute(command, aCall());
    now += 119_000;
    expect(await connector?.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    now += 1_000;
    expect(await connector?.verify(effectOf(command), aCall())).toMatchObject({ state: 'absent' });
  });

  it('keeps its state in a file over restarts, and starts anew when the file is spoilt', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reflex-demo-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'state.json');
    const first = await startDemoTarget({ port: 0, seed: 1, faults: NO_FAULTS, file });
    const command = aClearedCommand();
    await connectorsTo(first.port).get('demo-firewall')?.execute(command, aCall());
    await first.close();
    const second = await started({ file });
    expect(second.state().rules['firewall/blocks']).toMatchObject([{ id: command.command_id }]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(second.state());
    writeFileSync(file, '{"rules":');
    expect((await started({ file })).state().rules['firewall/blocks']).toEqual([]);
  });

  it('tells a panel everything, without delay and faults', async () => {
    const target = await started({
      faults: { latency_ms: [60_000, 60_000], unavailable: 1, failed_after_applying: 0, forgotten: 0 },
    });
    const answer = await fetch(`${target.url}/state`);
    expect(await answer.json()).toEqual(target.state());
  });

  it.each([
    ['unavailable', { status: 503 }, 0],
    ['failed_after_applying', { status: 500 }, 1],
    ['forgotten', { status: 201 }, 0],
  ] as const)('is %s on purpose', async (fault, answer, rules) => {
    const target = await started({ faults: { ...NO_FAULTS, [fault]: 1 } });
    const response = await fetch(`${target.url}/firewall/blocks/a`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"value":"10.0.0.1"}',
    });
    expect(response).toMatchObject(answer);
    expect(target.state().rules['firewall/blocks']).toHaveLength(rules);
    expect(target.state().orders).toMatchObject([{ what: 'PUT firewall/blocks/a', fault }]);
  });

  it('behaves the same for the same seed', () => {
    const fates = (seed: number): unknown => {
      const random = seeded(seed);
      return Array.from({ length: 50 }, () => drawFate(USUAL_FAULTS, random, true));
    };
    expect(fates(7)).toEqual(fates(7));
    expect(fates(7)).not.toEqual(fates(8));
  });

  it('fails as often as it says, and is as slow', () => {
    const random = seeded(1);
    const fates = Array.from({ length: 20_000 }, () => drawFate(USUAL_FAULTS, random, true));
    const share = (fault: string | null): number => fates.filter((each) => each.fault === fault).length / fates.length;
    expect(share('unavailable')).toBeCloseTo(0.05, 2);
    expect(share('failed_after_applying')).toBeCloseTo(0.02, 2);
    expect(share('forgotten')).toBeCloseTo(0.03, 2);
    const delays = fates.map(({ delayMs }) => delayMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...delays)).toBeLessThanOrEqual(800);
  });

  it('never pretends that it forgot or failed when it was only asked', () => {
    const random = seeded(1);
    const faults = new Set(Array.from({ length: 2_000 }, () => drawFate(USUAL_FAULTS, random, false).fault));
    expect([...faults].sort()).toEqual(['unavailable', null].sort());
  });

  it.each([
    ['another host name, as a page on the web would send', {}, { host: 'evil.example' }, 421],
    ['a form', { method: 'PUT', body: 'value=1' }, { 'content-type': 'text/plain' }, 415],
    ['no JSON', { method: 'PUT', body: '{' }, { 'content-type': 'application/json' }, 400],
    ['a body without end', { method: 'PUT', body: 'x'.repeat(70_000) }, { 'content-type': 'application/json' }, 400],
    ['a rule without value', { method: 'PUT', body: '{}' }, { 'content-type': 'application/json' }, 422],
    ['a strange method', { method: 'PATCH', body: '{}' }, { 'content-type': 'application/json' }, 405],
  ])('refuses %s', async (_what, init, headers, status) => {
    const target = await started();
    const answer = await request(`${target.url}/firewall/blocks/a`, { ...init, headers });
    expect(answer.statusCode).toBe(status);
    await answer.body.dump();
  });
});

describe('the endpoint agent of the demo', () => {
  it('says of each host whether it is as it should be, and nothing of one that is not its own', async () => {
    const { port } = await started({ faults: { ...USUAL_FAULTS, unavailable: 0 } });
    const edr = connectorsTo(port).get('demo-edr');
    const ask = (host: string) => edr?.hostStatus?.(host, aCall());
    expect(await ask('ws-sal-007')).toMatchObject({ state: 'altered', said: expect.stringContaining('boot') });
    for (let n = 0; n < 5; n += 1) expect(await ask('ws-sal-003')).toMatchObject({ state: 'intact' });
    expect(await ask('ws-hr-003')).toEqual({ why: expect.any(String) });
  });
});
