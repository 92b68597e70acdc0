import { createServer as createTlsServer } from 'tls';
import {
  blockServer,
  blockServerParameters,
  blockServerSecrets,
  type BlockServer,
} from '../../../test/targets/block_server';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { faultProxy, type FaultProxy } from '../../../test/targets/fault_proxy';
import { listenOnLoopback, rawServer } from '../../../test/targets/loopback_server';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';
import type { RestParameters } from './rest_parameters';

const NOW = Date.parse('2026-11-22T04:17:10Z');

const connectorTo = (url: string, change: Partial<RestParameters> = {}): Connector => {
  const parameters = { ...blockServerParameters(url), ...change };
  const { connectors, faults } = makeConnectors([{ name: 'edge', kind: 'rest', parameters }], blockServerSecrets, {
    utc: () => NOW,
    lookup: async () => ['127.0.0.1'],
  });
  const connector = connectors.get('edge');
  if (!connector) throw new Error(JSON.stringify(faults));
  return connector;
};

const closing: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const execute = (connector: Connector, command = aClearedCommand()) => connector.execute(command, aCall());
const verify = (connector: Connector, command = aClearedCommand()) => connector.verify(effectOf(command), aCall());
const isOrder = ({ method }: { method: string }): boolean => method === 'POST';

describe('a target that does not do what it says (F11)', () => {
  let target: BlockServer;
  let proxy: FaultProxy;
  let connector: Connector;

  beforeEach(async () => {
    target = await blockServer();
    proxy = await faultProxy(target.port);
    connector = connectorTo(proxy.url);
    closing.push(target.close, proxy.dispose);
  });

  it('is found out when it says 200 and did nothing', async () => {
    const command = aClearedCommand();
    proxy.fail({ kind: 'answer', status: 201 }, isOrder);
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(await verify(connector, command)).toMatchObject({ state: 'absent' });
  });

  it.each([500, 502, 504])('is not believed when it says %d: it may have done it', async (status) => {
    const command = aClearedCommand();
    proxy.fail({ kind: 'apply_and_answer', status }, isOrder);
    expect(await execute(connector, command)).toMatchObject({ kind: 'unknown', error: { status, retryable: true } });
    proxy.fail();
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    expect(await execute(connector, command)).toMatchObject({
      kind: 'succeeded',
      text: expect.stringMatching(/already/),
    });
    expect(target.blocks()).toHaveLength(1);
  });

  it('may have done it when its answer is lost', async () => {
    for (const kind of ['apply_and_stall', 'apply_and_reset'] as const) {
      const command = aClearedCommand();
      proxy.fail({ kind }, isOrder);
      expect(await execute(connector, command)).toMatchObject({ kind: 'unknown', error: { code: 'no_answer' } });
      proxy.fail();
      expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    }
  });

  it('may not have done it when its answer is lost, and looking tells', async () => {
    const command = aClearedCommand();
    proxy.fail({ kind: 'stall' }, isOrder);
    expect(await execute(connector, command)).toMatchObject({ kind: 'unknown' });
    proxy.fail();
    expect(await verify(connector, command)).toMatchObject({ state: 'absent' });
  });

  it.each([
    ['429 with seconds', 429, '3', 3_000, 'failed'],
    ['503 with a date, though it may have done it', 503, 'Sun, 22 Nov 2026 04:17:40 GMT', 30_000, 'unknown'],
  ])('is given the time that it asks for: %s', async (...[, status, after, pause, kind]) => {
    proxy.fail({ kind: 'answer', status, headers: { 'retry-after': after } }, isOrder);
    expect(await execute(connector)).toMatchObject({
      kind,
      error: { status, retryable: true },
      retry_after_ms: pause,
    });
  });

  it('is tried again without a time if it asks for none', async () => {
    proxy.fail({ kind: 'answer', status: 429 }, isOrder);
    const outcome = await execute(connector);
    expect(outcome).toMatchObject({ kind: 'failed', error: { retryable: true } });
    expect(outcome).not.toHaveProperty('retry_after_ms');
  });

  it.each([205, 206, 300, 301, 302, 303, 304, 307, 308])(
    'may have done it when it says %d, and asking again would not tell',
    async (status) => {
      proxy.fail({ kind: 'answer', status, headers: { location: target.url } }, isOrder);
      expect(await execute(connector)).toMatchObject({ kind: 'unknown', error: { status, retryable: false } });
    },
  );

  it.each([408, 418, 425, 499, 500, 501, 502, 503, 504, 505, 520, 521, 522, 523, 524, 599])(
    'may have done it when it says %d, which is listed nowhere as certain',
    async (status) => {
      proxy.fail({ kind: 'answer', status }, isOrder);
      expect(await execute(connector)).toMatchObject({ kind: 'unknown', error: { status, retryable: true } });
    },
  );

  it.each([400, 401, 403, 404, 405, 410, 422, 451])('is not tried again when it says %d', async (status) => {
    proxy.fail({ kind: 'answer', status, headers: { location: target.url, 'retry-after': '1' } }, isOrder);
    expect(await execute(connector)).toMatchObject({ kind: 'failed', error: { status, retryable: false } });
    expect(target.blocks()).toEqual([]);
  });

  it('is as the configuration says where that says something', async () => {
    const parameters = blockServerParameters(proxy.url);
    const { block_ip } = parameters.actions;
    const order = { ...block_ip.execute, expect: [418], retry: [404], unknown: [400], failed: [503] };
    const special = connectorTo(proxy.url, { actions: { block_ip: { ...block_ip, execute: order } } });
    const outcomes = [];
    for (const status of [418, 404, 400, 409, 500, 503]) {
      proxy.fail({ kind: 'answer', status }, isOrder);
      outcomes.push((await execute(special)).kind);
    }
    expect(outcomes).toEqual(['succeeded', 'failed', 'unknown', 'succeeded', 'unknown', 'failed']);
  });

  it('is not trusted with an answer that fits neither being there nor being gone', async () => {
    for (const status of [500, 403, 301]) {
      proxy.fail({ kind: 'answer', status });
      expect(await verify(connector)).toMatchObject({ state: 'unknown', seen: { status } });
    }
  });
});

/** A target that answers everything with the same bytes. */
const saying = async (
  head: string,
  body: string,
  more?: (write: (text: string) => void) => () => void,
): Promise<string> => {
  const server = await rawServer((socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 ${head}\r\n\r\n${body}`);
      const stop = more?.((text) => void socket.write(text));
      socket.on('close', () => stop?.());
    });
  });
  closing.push(server.close);
  return server.url;
};

const JSON_HEAD = 'content-type: application/json\r\n';

describe('a target whose answers cannot be used (F11)', () => {
  const drip = (write: (text: string) => void): (() => void) => {
    const timer = setInterval(() => write(' '), 20);
    return () => clearInterval(timer);
  };

  it('has done it when it said so, however slowly the rest comes', async () => {
    const connector = connectorTo(await saying(`201 Created\r\n${JSON_HEAD}content-length: 999`, '{', drip));
    expect(await execute(connector)).toMatchObject({ kind: 'succeeded' });
  });

  it('is not seen when the rest of its answer comes too slowly, or is too large, or is no JSON', async () => {
    const whole = `{"state":"blocked","x":"${'x'.repeat(1024 * 1024)}"}`;
    const answers = [
      await saying(`200 OK\r\n${JSON_HEAD}content-length: 999`, '{"state":"blocked"', drip),
      await saying(`200 OK\r\n${JSON_HEAD}content-length: ${whole.length}`, whole),
      await saying('200 OK\r\ncontent-type: text/html\r\ncontent-length: 19', '{"state":"blocked"}'),
      await saying(`200 OK\r\n${JSON_HEAD}content-length: 18`, '{"state":"blocked"'),
      await saying(`200 OK\r\n${JSON_HEAD}content-length: 2`, '{}'),
      await saying(`200 OK\r\n${JSON_HEAD}content-length: 18`, '{"state":"BLOCKED"}'.slice(0, 18)),
      await saying(`200 OK\r\n${JSON_HEAD}content-length: 27`, '{"__proto__":{"state":"b"}}'),
    ];
    for (const url of answers) expect(await verify(connectorTo(url))).toMatchObject({ state: 'unknown' });
  });

  it('is not seen as gone behind a login page', async () => {
    const page = '<html>please log in</html>';
    const url = await saying(`200 OK\r\ncontent-type: text/html\r\ncontent-length: ${page.length}`, page);
    const verifyUser = {
      method: 'GET' as const,
      path: '/users/{target.value}',
      present: { status: [200], where: { pointer: '/disabled_by', equals: { $: 'command_id' } } },
      absent: { status: [200], where: { pointer: '/disabled_by', not_equals: { $: 'command_id' } } },
    };
    const execute_ = { method: 'POST' as const, path: '/disable', body: { tag: { $: 'command_id' } } };
    const actions = { disable_user: { execute: execute_, undo: execute_, verify: verifyUser } };
    const command = aClearedCommand({ action: 'disable_user', target: { type: 'user', value: 'mallory' } });
    expect(await verify(connectorTo(url, { actions }), command)).toMatchObject({ state: 'unknown' });
    const empty = await saying(`200 OK\r\n${JSON_HEAD}content-length: 2`, '{}');
    expect(await verify(connectorTo(empty, { actions }), command)).toMatchObject({ state: 'unknown' });
    const enabled = await saying(`200 OK\r\n${JSON_HEAD}content-length: 20`, '{"disabled_by":null}');
    expect(await verify(connectorTo(enabled, { actions }), command)).toMatchObject({ state: 'absent' });
  });

  it('is not listed in part', async () => {
    const answers = [
      ['200 OK', '{"blocks":[{"address":"10.0.0.1","tag":"a"},{"tag":"b"}]}'],
      ['200 OK', '{"blocks":{}}'],
      ['200 OK', '[]'],
      ['500 Error', '{"blocks":[]}'],
    ] as const;
    for (const [status, body] of answers) {
      const url = await saying(`${status}\r\n${JSON_HEAD}content-length: ${body.length}`, body);
      expect(await connectorTo(url).list(aCall())).toMatchObject({ ok: false, error: { code: 'bad_list' } });
    }
  });

  it('cannot put line breaks, secrets or whole pages into what is recorded', async () => {
    const body = `denied\r\nfor key-of-the-block-server ${'x'.repeat(5_000)}`;
    const url = await saying(`403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}`, body);
    const connector = connectorTo(url);
    const told = JSON.stringify([
      await execute(connector),
      await verify(connector),
      await connector.undo(effectOf(aClearedCommand()), aCall()),
      await connector.status(aCall()),
      await connector.list(aCall()),
    ]);
    expect(told).toContain('[secret]');
    expect(told).not.toContain('key-of-the-block-server');
    expect(told).not.toMatch(/\\r|\\n/);
    expect(told.length).toBeLessThan(2_500);
  });
});

describe('a target that cannot be reached (F11)', () => {
  it('has certainly done nothing, and may be tried again', async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    expect(await execute(connectorTo(server.url))).toMatchObject({
      kind: 'failed',
      error: { code: 'connection', retryable: true },
    });
  });

  it('is not tried again when its certificate is not trusted', async () => {
    const tls = createTlsServer(testAuthority().issue('fw.example'));
    tls.on('tlsClientError', () => undefined);
    const port = await listenOnLoopback(tls);
    closing.push(() => void tls.close());
    const connector = connectorTo(`https://fw.example:${port}`, { tls: { ca: testAuthority().ca } });
    expect(await execute(connector)).toMatchObject({ kind: 'failed', error: { code: 'tls', retryable: false } });
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
  });

  it('has done nothing when the connection breaks before the request, and perhaps when it breaks after it', async () => {
    const reset = await rawServer((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    closing.push(reset.close);
    expect(await execute(connectorTo(`https://127.0.0.1:${reset.port}`))).toMatchObject({
      kind: 'failed',
      error: { retryable: true },
    });
    expect(await execute(connectorTo(reset.url))).toMatchObject({ kind: 'unknown' });
  });
});

describe('health of a target without a status request', () => {
  it('is ok when it takes a connection, and no request is sent for it', async () => {
    const server = await rawServer(() => undefined);
    closing.push(server.close);
    const { status: _status, ...parameters } = blockServerParameters(server.url);
    const { connectors } = makeConnectors([{ name: 'edge', kind: 'rest', parameters }], blockServerSecrets);
    expect(await connectors.get('edge')?.status(aCall())).toMatchObject({ state: 'ok' });
    expect(server.received()).toBe('');
  });

  it('is degraded when it refuses our credentials', async () => {
    const url = await saying('401 Unauthorized\r\ncontent-length: 0', '');
    const health = await connectorTo(url).status(aCall());
    expect(health).toEqual({
      state: 'degraded',
      text: 'answered 401: it refuses our credentials',
      authorised: false,
    });
  });
});

describe('an effect that somebody changed since', () => {
  const revisions = (sent: string) => ({
    block_ip: {
      execute: { method: 'PUT' as const, path: '/rule', body: {} },
      verify: { method: 'GET' as const, path: '/rule', present: { status: [200] }, absent: { status: [404] } },
      undo: { method: 'DELETE' as const, path: '/rule' },
      unchanged: { sent, now: '/rule/revision' },
    },
  });
  const untagged = { tagged: false, idempotency: 'set' as const };

  it('is not undone unless a person insists', async () => {
    const requests: string[] = [];
    let revision = 7;
    const server = await rawServer((socket) => {
      socket.once('data', (chunk: Buffer) => {
        requests.push(chunk.toString().split(' ')[0] ?? '');
        const body = JSON.stringify({ rule: { revision } });
        socket.end(`HTTP/1.1 200 OK\r\n${JSON_HEAD}content-length: ${body.length}\r\n\r\n${body}`);
      });
    });
    closing.push(server.close);
    const connector = connectorTo(server.url, { ...untagged, actions: revisions('/rule/revision') });
    const command = aClearedCommand();
    const outcome = await execute(connector, command);
    expect(outcome).toMatchObject({ kind: 'succeeded', after: { revision: 7 } });
    const effect = { ...effectOf(command), after: outcome.kind === 'succeeded' ? outcome.after : undefined };
    revision = 8;
    expect(await connector.undo(effect, aCall())).toMatchObject({ kind: 'refused', current: { revision: 8 } });
    expect(requests).toEqual(['PUT', 'GET']);
    expect(await connector.undo({ ...effect, force: true }, aCall())).toMatchObject({ kind: 'succeeded' });
    revision = 7;
    expect(await connector.undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(requests).toEqual(['PUT', 'GET', 'DELETE', 'GET', 'DELETE']);
  });

  it('is undone if it is not known how we left it', async () => {
    const url = await saying(`200 OK\r\n${JSON_HEAD}content-length: 2`, '{}');
    const connector = connectorTo(url, { ...untagged, actions: revisions('/nowhere') });
    const outcome = await execute(connector);
    expect(outcome).not.toHaveProperty('after');
    expect(await connector.undo(effectOf(aClearedCommand()), aCall())).toMatchObject({ kind: 'succeeded' });
  });
});

describe('an order that the connector was not made for', () => {
  it('is refused before anything is sent', async () => {
    const server = await rawServer(() => undefined);
    closing.push(server.close);
    const connector = connectorTo(server.url);
    const orders = [
      aClearedCommand({ action: 'isolate_host', target: { type: 'host', value: 'web-1' } }),
      aClearedCommand({ target: { type: 'host', value: 'web-1' } }),
    ];
    for (const order of orders)
      expect(await execute(connector, order)).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(await connector.undo(effectOf(orders[0] ?? aClearedCommand()), aCall())).toMatchObject({ kind: 'failed' });
    expect(server.connections()).toBe(0);
  });
});

describe('cancelling', () => {
  it('sends what the configuration says, with the command', async () => {
    const server = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    });
    closing.push(server.close);
    const { block_ip } = blockServerParameters(server.url).actions;
    const cancel = { method: 'DELETE' as const, path: '/v1/queue/{command_id}' };
    const connector = connectorTo(server.url, { actions: { block_ip: { ...block_ip, cancel } } });
    await connector.cancel('5b0c/../x', aCall());
    expect(server.received()).toBe('');
    await connector.cancel('5b0c', aCall());
    expect(server.received()).toMatch(/^DELETE \/v1\/queue\/5b0c HTTP/);
  });
});
