import { createServer as createHttp2Server } from 'http2';
import { createServer as createTlsServer } from 'tls';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { fakeAgent, type FakeAgent } from '../../../test/targets/fake_agent';
import { grpcProxy, type GrpcProxy } from '../../../test/targets/grpc_proxy';
import { AGENT_TOKEN, framed, grpcConnectorTo, grpcParameters } from '../../../test/targets/grpc_rig';
import { httpServer, listenOnLoopback, rawServer } from '../../../test/targets/loopback_server';
import type { Connector, ConnectorWorld } from '../connector';
import { makeConnectors } from '../registry';

/* What the connector does over the wire, with a model of an agent. A real one: grpc.integration.test.ts. */

const closing: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Rig {
  readonly agent: FakeAgent;
  readonly proxy: GrpcProxy;
  readonly connector: Connector;
}

const aRig = async (change: object = {}): Promise<Rig> => {
  const agent = await fakeAgent();
  const proxy = await grpcProxy(agent.port);
  closing.push(agent.dispose, proxy.dispose);
  return { agent, proxy, connector: grpcConnectorTo(proxy.url, change) };
};

const block = (change: object = {}) => aClearedCommand({ target: { type: 'ip', value: '203.0.113.7' }, ...change });

describe('an order over gRPC', () => {
  it('carries its command, its effect, its fence, its target, its ttl with the grace, and its deadline', async () => {
    const { agent, connector } = await aRig();
    const command = block({ ttl_ms: 90_000 });
    await connector.execute(command, aCall({ fence: 1_764_000_003, effect_id: 'effect:1' }));
    const [asked] = agent.asked;
    expect(asked).toMatchObject({
      method: 'execute',
      commandId: command.command_id,
      effectId: 'effect:1',
      fence: 1_764_000_003n,
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7', host: '' },
      reason: 'known indicator',
      ttlMs: 150_000n,
    });
    expect(asked?.header.get('authorization')).toBe(`Bearer ${AGENT_TOKEN}`);
    expect(asked?.header.get('grpc-accept-encoding')).toBeNull();
    expect(asked?.timeoutMs).toBeGreaterThan(1_000);
    expect(asked?.timeoutMs).toBeLessThanOrEqual(3_000);
  });

  it('has no end where a person ends it, and what the agent ends needs no grace where it ends nothing', async () => {
    const { agent, proxy, connector } = await aRig();
    await connector.execute(block({ ttl_ms: null }), aCall());
    const plain = grpcConnectorTo(proxy.url, { native_ttl: undefined });
    await plain.execute(block({ ttl_ms: 90_000 }), aCall());
    expect(agent.asked.map(({ ttlMs }) => ttlMs)).toEqual([undefined, 90_000n]);
    expect(plain.extend).toBeUndefined();
  });

  it('comes back to the agent with what it said of it, when it is undone', async () => {
    const { agent, connector } = await aRig();
    const command = block();
    const outcome = await connector.execute(command, aCall());
    expect(outcome).toEqual({ kind: 'succeeded', before: { was: null }, text: 'blocked' });
    const effect = { ...effectOf(command), before: { was: null }, force: true };
    await connector.undo(effect, aCall({ fence: 9 }));
    expect(agent.asked.at(-1)).toMatchObject({ fence: 9n, before: '{"was":null}', after: '', force: true });
  });

  it('says what was changed since, where the agent says so', async () => {
    const { agent, connector } = await aRig();
    agent.answer('undo', { result: 2, current: '{"now":"3"}', text: 'an admin changed it' });
    expect(await connector.undo(effectOf(block()), aCall())).toEqual({
      kind: 'refused',
      error: { code: 'changed', message: 'an admin changed it', retryable: false },
      current: { now: '3' },
    });
  });

  it('is not sent for an action that the settings do not have, or for another kind of target', async () => {
    const { agent, connector } = await aRig();
    const host = { type: 'host', value: 'web-1' } as const;
    for (const command of [block({ action: 'isolate_host', target: host }), block({ target: host })])
      expect(await connector.execute(command, aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'bad_request', retryable: false },
      });
    expect(agent.asked).toEqual([]);
  });

  it('keeps no state that is too long for a record, and tells no secret that the agent repeats', async () => {
    const { agent, connector } = await aRig();
    agent.answer('execute', { result: 1, before: `"${'x'.repeat(40_000)}"`, text: `took ${AGENT_TOKEN}` });
    expect(await connector.execute(block(), aCall())).toEqual({ kind: 'succeeded', text: 'took [secret]' });
    agent.answer('execute', { result: 1, before: `{"token":"${AGENT_TOKEN}"}` });
    expect(JSON.stringify(await connector.execute(block(), aCall()))).not.toContain(AGENT_TOKEN);
  });

  it('brings the token that is in the keystore now, and hides it from then on', async () => {
    const { agent, proxy } = await aRig();
    const secrets = new Map([['agent', 'the-old-token']]);
    const connector = grpcConnectorTo(proxy.url, {}, (name) => secrets.get(name));
    await connector.execute(block(), aCall());
    secrets.set('agent', 'the-new-token');
    agent.answer('execute', { result: 1, text: 'took the-old-token and the-new-token' });
    expect(await connector.execute(block(), aCall())).toMatchObject({ text: 'took [secret] and [secret]' });
    secrets.delete('agent');
    await connector.execute(block(), aCall());
    expect(agent.asked.map(({ header }) => header.get('authorization'))).toEqual([
      'Bearer the-old-token',
      'Bearer the-new-token',
      'Bearer the-new-token',
    ]);
  });

  it('is unknown when the answer is larger than a message may be', async () => {
    const { agent, connector } = await aRig();
    agent.answer('execute', { result: 1, text: 'x'.repeat(8 * 1024 * 1024) });
    expect(await connector.execute(block(), aCall())).toMatchObject({ kind: 'unknown', error: { code: 'no_answer' } });
  });

  it('is unknown at once when the agent closes it without a word', async () => {
    const server = createHttp2Server();
    server.on('stream', (stream) => stream.close());
    const port = await listenOnLoopback(server);
    closing.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
    const began = performance.now();
    expect(await grpcConnectorTo(`http://127.0.0.1:${port}`).execute(block(), aCall())).toMatchObject({
      kind: 'unknown',
      error: { code: 'no_answer' },
    });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('takes no status for certain that only stands in the details of another one', async () => {
    const { proxy, connector } = await aRig();
    // google.rpc.Status of code 3, beside a trailer that says 13.
    const details = Buffer.from([0x08, 3]).toString('base64').replace(/=/g, '');
    proxy.say({ status: 13, trailers: { 'grpc-status-details-bin': details } });
    expect(await connector.execute(block(), aCall())).toMatchObject({ kind: 'unknown' });
  });
});

describe('the permit of an order over gRPC', () => {
  it('is asked for once the connection stands, and nothing is sent without it', async () => {
    const { agent, proxy, connector } = await aRig();
    const asked: number[] = [];
    const mayStart = (): boolean => {
      asked.push(proxy.requests().length);
      return false;
    };
    expect(await connector.execute(block(), aCall({ mayStart }))).toMatchObject({ kind: 'not_started' });
    expect(asked).toEqual([0]);
    expect(agent.asked).toEqual([]);
  });

  it('is not asked for where nobody listens, or somebody who speaks something else', async () => {
    const mayStart = jest.fn(() => true);
    const http = await httpServer((_, response) => void response.end('hello'));
    const silent = await rawServer(() => undefined);
    const rude = await rawServer((socket) => void socket.end('SSH-2.0-x\r\n'));
    closing.push(http.close, silent.close, rude.close);
    for (const [url, code] of [
      ['http://127.0.0.1:1', 'connection'],
      [http.url, 'no_grpc'],
      [silent.url, 'timeout'],
      [rude.url, 'no_grpc'],
    ] as const) {
      const connector = grpcConnectorTo(url, { timeouts: { connect_ms: 300, total_ms: 600 } });
      expect([url, await connector.execute(block(), aCall({ mayStart }))]).toMatchObject([
        url,
        { kind: 'failed', error: { code } },
      ]);
    }
    expect(mayStart).not.toHaveBeenCalled();
  });

  it('is not asked for where TLS has another protocol or another certificate', async () => {
    const authority = testAuthority();
    const mayStart = jest.fn(() => true);
    const old = createTlsServer({ ...authority.issue('agent.example'), ALPNProtocols: ['http/1.1'] });
    const port = await listenOnLoopback(old);
    closing.push(() => new Promise((resolve) => old.close(resolve)));
    const agent = await fakeAgent(authority.issue('agent.example'));
    closing.push(agent.dispose);
    for (const [url, ca, code] of [
      [`https://127.0.0.1:${port}`, authority.ca, 'no_grpc'],
      [`https://127.0.0.1:${agent.port}`, testAuthority().ca, 'tls'],
    ] as const) {
      const connector = grpcConnectorTo(url, { tls: { ca } });
      expect(await connector.execute(block(), aCall({ mayStart }))).toMatchObject({
        kind: 'failed',
        error: { code, retryable: false },
      });
    }
    expect(mayStart).not.toHaveBeenCalled();
  });
});

describe('the way to an agent', () => {
  const made = (url: string, change: object, world: Partial<ConnectorWorld>) =>
    makeConnectors([{ name: 'edge', kind: 'grpc', parameters: grpcParameters(url, change) }], () => AGENT_TOKEN, {
      utc: () => 0,
      lookup: async () => ['127.0.0.1'],
      ...world,
    }).connectors.get('edge');

  it('is TLS to an address that was checked, under the name of the URL', async () => {
    const authority = testAuthority();
    const agent = await fakeAgent(authority.issue('agent.example'));
    closing.push(agent.dispose);
    const asked: string[] = [];
    const lookup = async (host: string): Promise<readonly string[]> => {
      asked.push(host);
      return ['127.0.0.1'];
    };
    const connector = made(`https://agent.example:${agent.port}`, { tls: { ca: authority.ca } }, { lookup });
    expect(await connector?.execute(block(), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(asked).toEqual(['agent.example']);
  });

  it('is not gone where the resolver names an address that nobody allowed, or the installation says no', async () => {
    const { agent, proxy } = await aRig();
    const url = `https://agent.example:${proxy.port}`;
    const rebound = made(url, {}, { lookup: async () => ['127.0.0.1', '169.254.169.254'] });
    expect(await rebound?.execute(block(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'address_refused', retryable: false },
    });
    const closed = made(url, {}, { egress: () => 'not in `egress.allow`' });
    expect(await closed?.execute(block(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'egress_refused', retryable: false },
    });
    expect(agent.asked).toEqual([]);
  });
});

describe('what an agent says of itself', () => {
  it('is compared with what is configured', async () => {
    const { agent, connector } = await aRig();
    expect(await connector.status(aCall())).toEqual({
      state: 'ok',
      authorised: true,
      text: 'fake-agent 1 answers',
    });
    const says = { agent: 'fake-agent 1', actions: [{ action: 'block_ip' }], nativeTtl: true, settleTimeMs: 0n };
    for (const [change, text] of [
      [{ actions: [] }, 'the agent does not do it'],
      [{ nativeTtl: false }, 'the agent ends nothing by itself'],
      [{ settleTimeMs: 5_000n }, 'the agent may take 5000 ms'],
    ] as const) {
      agent.answer('getCapabilities', { ...says, ...change });
      expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', text: expect.stringContaining(text) });
    }
    agent.answer('getCapabilities', { ...says, actions: [] });
    expect(await connector.status(aCall())).toMatchObject({ cannot: [{ action: 'block_ip' }] });
  });

  it('is compared with a second observer and with an end of its own that are configured', async () => {
    const { proxy } = await aRig();
    const promise = { disruption: { usual: 0 }, offline: { order: 'refused' }, needs: [], second_observer: 'a probe' };
    const stated = grpcConnectorTo(proxy.url, { actions: { block_ip: promise }, native_ttl: undefined });
    expect(stated.capabilities).toMatchObject({ second_observer: true, native_ttl: false });
    const { text } = await stated.status(aCall());
    expect(text).toContain('`second_observer` is configured, and the agent has none');
    expect(text).toContain('`native_ttl` is missing');
  });

  it('counts, with what it cannot do now', async () => {
    const { agent, connector } = await aRig();
    const cannot = [{ action: 'block_ip', why: 'no licence' }, { action: 'isolate_host' }];
    agent.answer('status', { health: 2, cannot });
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      cannot: [{ action: 'block_ip', why: 'no licence' }],
    });
    agent.answer('status', { health: 3, text: 'the firewall is away' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'down', text: 'the firewall is away' });
    agent.answer('status', {});
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded' });
  });

  it('is nothing where it is another service', async () => {
    const { proxy, connector } = await aRig();
    proxy.say({ status: 12 });
    expect(await connector.status(aCall())).toMatchObject({ state: 'down', text: 'answered UNIMPLEMENTED' });
  });

  it('is not believed where its list has a hole', async () => {
    const { agent, connector } = await aRig();
    const whole = { commandId: 'c', action: 'block_ip', target: { type: 'ip', value: '203.0.113.7' } };
    for (const odd of [
      { action: 'block_ip' },
      { ...whole, action: '' },
      { ...whole, target: { type: 'x', value: 'y' } },
    ]) {
      agent.answer('list', { effects: [whole, odd] });
      expect(await connector.list(aCall())).toMatchObject({ ok: false, error: { code: 'not_listed' } });
    }
    agent.answer('list', { effects: [whole, { ...whole, commandId: '', since: '2026-01-01T00:00:00Z' }] });
    expect(await connector.list(aCall())).toEqual({
      ok: true,
      value: [
        { command_id: 'c', action: 'block_ip', target: whole.target },
        { action: 'block_ip', target: whole.target, since: '2026-01-01T00:00:00Z' },
      ],
    });
  });

  it('is unknown where a look is answered with nothing', async () => {
    const { proxy, agent, connector } = await aRig();
    agent.answer('verify', {});
    expect(await connector.verify(effectOf(block()), aCall())).toMatchObject({ state: 'unknown' });
    proxy.say({ status: 0, body: framed(Buffer.from([0x08, 1])), message: 'x' });
    expect(await connector.verify(effectOf(block()), aCall())).toMatchObject({ state: 'present' });
    proxy.say({ status: 5 });
    expect(await connector.verify(effectOf(block()), aCall())).toMatchObject({ state: 'unknown' });
  });
});

describe('the configuration of an agent', () => {
  const PROMISE = { disruption: { usual: 0.1 }, offline: { order: 'refused' }, needs: [] };
  const faultsOf = (change: object, secret: string | undefined = AGENT_TOKEN): readonly string[] =>
    makeConnectors(
      [{ name: 'edge', kind: 'grpc', parameters: grpcParameters('http://127.0.0.1:1', change) }],
      () => secret,
    ).faults.map(({ path, message }) => `${path} ${message}`);

  it('is refused with every fault and its place', () => {
    expect(faultsOf({})).toEqual([]);
    expect(
      faultsOf({ base_url: 'http://127.0.0.1:1/api', token: { secret: 't' }, actions: { fly: PROMISE } }, 'abc'),
    ).toEqual([
      'parameters.actions.fly is not a known action',
      'parameters.base_url must have no path',
      'parameters.token secret `t` is shorter than 4 characters',
    ]);
    expect(faultsOf({ base_url: 'http://agent.example:1' })).toEqual([
      expect.stringMatching(/^parameters\.base_url must be https/),
    ]);
    expect(faultsOf({ allow_addresses: [] })).toEqual([expect.stringMatching(/^parameters\.base_url .*loopback/)]);
    expect(
      [...faultsOf({ actions: {}, settle_time_ms: -1, token: 'abcdef', native_ttl: {}, extra: 1 })].sort(),
    ).toEqual([
      expect.stringMatching(/^parameters\.actions /),
      'parameters.extra is not a known parameter',
      'parameters.native_ttl.grace_s is missing',
      expect.stringMatching(/^parameters\.settle_time_ms /),
      expect.stringMatching(/^parameters\.token /),
    ]);
  });

  it('is refused where what it states does not fit together', () => {
    const queued = { order: 'queued', for_s: 60, ends: 'by_itself' };
    const harsh = { ...PROMISE, disruption: { usual: 0.05 } };
    expect(faultsOf({ actions: { block_ip: { ...PROMISE, offline: queued }, isolate_host: harsh } })).toEqual([
      expect.stringMatching(/^parameters\.actions\.block_ip\.offline is longer than `settle_time_ms`/),
      expect.stringMatching(/^parameters\.actions\.isolate_host\.disruption\.usual is less than that of `block_ip`/),
    ]);
  });
});
