import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { fakeHaproxy, type FakeHaproxy } from '../../../test/targets/fake_haproxy';
import { haproxyConnectorTo, isHaproxyOrder, onLoopback } from '../../../test/targets/haproxy_rig';
import { runtimeProxy, type RuntimeProxy } from '../../../test/targets/runtime_proxy';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';

/* What the connector does over the wire, with a model of haproxy. The real one: haproxy.integration.test.ts. */

const MAP = '/etc/haproxy/reflex.map';

const closing: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Rig {
  readonly haproxy: FakeHaproxy;
  readonly proxy: RuntimeProxy;
  readonly connector: Connector;
}

const aRig = async (): Promise<Rig> => {
  const haproxy = fakeHaproxy(MAP);
  const proxy = await runtimeProxy(haproxy.answer);
  closing.push(proxy.dispose);
  return { haproxy, proxy, connector: haproxyConnectorTo(onLoopback(proxy.port), { map: MAP }) };
};

const block = (value = '203.0.113.7') => aClearedCommand({ target: { type: 'ip', value } });

describe('an order to haproxy', () => {
  it('is looked up first, and then is one row with its mark', async () => {
    const { proxy, connector } = await aRig();
    const command = block();
    await connector.execute(command, aCall());
    await connector.execute(command, aCall());
    expect(proxy.lines()).toEqual([
      `show map ${MAP}`,
      `add map ${MAP} 203.0.113.7 reflex/${command.command_id}`,
      `show map ${MAP}`,
    ]);
  });

  it('has its permit asked for at each command, after the connection stands', async () => {
    const { haproxy, proxy, connector } = await aRig();
    let left = 1;
    const outcome = await connector.execute(block(), aCall({ mayStart: () => left-- > 0 }));
    expect(outcome).toMatchObject({ kind: 'not_started' });
    expect(proxy.lines()).toEqual([`show map ${MAP}`]);
    expect(haproxy.rows).toEqual([]);
    const mayStart = jest.fn(() => true);
    await proxy.goAway();
    await connector.execute(block(), aCall({ mayStart }));
    expect(mayStart).not.toHaveBeenCalled();
  });

  it('is not made where the look before it is not understood, and that is no unknown', async () => {
    const { haproxy, proxy, connector } = await aRig();
    proxy.say('0x1 10.0.0.1', ({ method }) => method === 'show');
    expect(await connector.execute(block(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'no_answer', retryable: true },
    });
    expect(await connector.undo(effectOf(block()), aCall())).toMatchObject({ kind: 'failed' });
    expect(haproxy.rows).toEqual([]);
    expect(proxy.requests().filter(isHaproxyOrder)).toEqual([]);
  });

  it('is not made where the look before it gets no answer, and that is no unknown either', async () => {
    const { proxy, connector } = await aRig();
    proxy.fail({ kind: 'stall' }, ({ method }) => method === 'show');
    expect(await connector.execute(block(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'no_answer', retryable: true },
    });
    expect(proxy.requests().filter(isHaproxyOrder)).toEqual([]);
  });

  it('is not made for another action, another kind of target, or a command whose id could not be its mark', async () => {
    const { proxy, connector } = await aRig();
    const host = { type: 'host', value: 'web-1' } as const;
    for (const command of [
      aClearedCommand({ action: 'isolate_host', target: host }),
      aClearedCommand({ target: host }),
      aClearedCommand({ command_id: 'x;clear map' }),
      block('10.0.0.1;clear map'),
    ])
      expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(proxy.lines()).toEqual([]);
  });

  it('that came twice is undone as a whole, row by row, by their handles', async () => {
    const { haproxy, proxy, connector } = await aRig();
    const command = block();
    await haproxy.answer(`add map ${MAP} 203.0.113.7 reflex/${command.command_id}`);
    await haproxy.answer(`add map ${MAP} 203.0.113.7 reflex/${command.command_id}`);
    await haproxy.answer(`add map ${MAP} 203.0.113.7 admin`);
    await haproxy.answer(`add map ${MAP} 198.51.100.1 reflex/${block().command_id}`);
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(haproxy.rows.map(({ value }) => value.slice(0, 7))).toEqual(['admin', 'reflex/']);
    expect(
      proxy
        .lines()
        .slice(1)
        .every((line) => /^del map \S+ #0x[0-9a-f]+$/.test(line)),
    ).toBe(true);
  });

  it('that is undone meanwhile by somebody else is gone', async () => {
    const { haproxy, proxy, connector } = await aRig();
    const command = block();
    await connector.execute(command, aCall());
    proxy.say('Key not found.\n\n', ({ method }) => method === 'del');
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    proxy.say('', ({ method }) => method === 'del');
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'unknown' });
    expect(haproxy.rows).toHaveLength(1);
  });
});

it('lists what bears our mark, and nothing of others', async () => {
  const { haproxy, connector } = await aRig();
  const command = block();
  await haproxy.answer(`add map ${MAP} 10.0.0.0/8 by-hand`);
  await connector.execute(command, aCall());
  expect(await connector.list(aCall())).toEqual({
    ok: true,
    value: [{ action: 'block_ip', target: command.target, command_id: command.command_id }],
  });
});

describe('what haproxy says of itself', () => {
  it('names what is missing', async () => {
    const { haproxy, proxy, connector } = await aRig();
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok', text: expect.stringContaining('2.6.12') });
    haproxy.map = { name: MAP, type: 'str' };
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', cannot: [{ action: 'block_ip' }] });
    haproxy.map = undefined;
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', cannot: [{ action: 'block_ip' }] });
    proxy.say('Permission denied\n\n', ({ method }) => method === 'del');
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    proxy.say('hello\n\n');
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded' });
  });

  it('removes nothing when it is asked whether we may', async () => {
    const { haproxy, connector } = await aRig();
    await connector.execute(block(), aCall());
    await connector.status(aCall());
    expect(haproxy.rows).toHaveLength(1);
  });

  it('is no absence where the map is away', async () => {
    const { haproxy, connector } = await aRig();
    haproxy.map = undefined;
    expect(await connector.verify(effectOf(block()), aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector.list(aCall())).toMatchObject({ ok: false, error: { code: 'no_map' } });
  });
});

describe('the configuration of haproxy', () => {
  const faultsOf = (parameters: object): readonly string[] =>
    makeConnectors([{ name: 'edge', kind: 'haproxy', parameters }], () => undefined).faults.map(
      ({ path, message }) => `${path.replace('parameters.', '')}: ${message}`,
    );

  it('is refused with every fault and its place', () => {
    expect(faultsOf({ socket: '/run/haproxy/admin.sock', map: MAP })).toEqual([]);
    expect(faultsOf({ map: MAP })).toEqual(['socket: is missing, or `host` and `port` are']);
    expect(faultsOf({ socket: '/a', host: 'x', port: 1, allow_plain_tcp: true, map: MAP })).toEqual([
      'host: has no use with `socket`',
      'port: has no use with `socket`',
      'allow_plain_tcp: has no use with `socket`',
    ]);
    expect(faultsOf({ socket: 'admin.sock', map: 'a b', extra: 1 })).toHaveLength(3);
    for (const map of ['/a;clear', '/a b', '#0', '/a\n'])
      expect([map, faultsOf({ socket: '/a', map }).length]).toEqual([map, 1]);
  });

  it('lets commands travel in the clear only to this machine, or where that is said', () => {
    const far = { host: 'lb.example', port: 9_999, map: MAP };
    expect(faultsOf(far)).toEqual([expect.stringMatching(/^tls: is missing, or set `allow_plain_tcp`/)]);
    expect(faultsOf({ ...far, allow_plain_tcp: true })).toEqual([]);
    expect(faultsOf({ ...far, tls: {} })).toEqual([]);
    expect(faultsOf({ host: '127.0.0.1', port: 9_999, map: MAP })).toEqual([
      expect.stringMatching(/^host: .*loopback/),
    ]);
    expect(faultsOf({ ...onLoopback(9_999), map: MAP })).toEqual([]);
  });

  it('goes to addresses that were checked, and to no other', async () => {
    const { proxy } = await aRig();
    const parameters = { ...onLoopback(proxy.port), host: 'lb.example', allow_plain_tcp: true, map: MAP };
    const connectorWith = (world: object): Connector | undefined =>
      makeConnectors([{ name: 'edge', kind: 'haproxy', parameters }], () => undefined, {
        utc: () => 0,
        lookup: async () => ['127.0.0.1'],
        ...world,
      }).connectors.get('edge');
    expect(await connectorWith({})?.status(aCall())).toMatchObject({ state: 'ok' });
    for (const [world, code] of [
      [{ lookup: async () => ['169.254.169.254'] }, 'address_refused'],
      [{ egress: () => 'not in `egress.allow`' }, 'egress_refused'],
    ] as const)
      expect(await connectorWith(world)?.execute(block(), aCall())).toMatchObject({
        kind: 'failed',
        error: { code, retryable: false },
      });
  });
});
