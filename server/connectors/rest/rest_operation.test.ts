import { blockServerParameters, blockServerSecrets } from '../../../test/targets/block_server';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { httpServer, type LoopbackServer } from '../../../test/targets/loopback_server';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';

/*
 * A target that answers orders with 202 and works on them later. It does them when the test says so, whatever it says
 * of its work.
 */

const OPERATION = {
  method: 'GET',
  path: '/v1/operations/{ref}',
  ref: '/id',
  done: { status: [200], where: { pointer: '/state', equals: 'done' } },
  failed: { status: [200], where: { pointer: '/state', equals: 'failed' } },
  pending: { status: [200], where: { pointer: '/state', equals: 'running' } },
  every_ms: 100,
};

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const closing: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const targetThat = async (taken: Answer = { status: 202, body: { id: 'op/7' } }) => {
  const seen: string[] = [];
  const world = { state: 'running' as string, isBlocked: false, work: undefined as Answer | undefined };
  const server: LoopbackServer = await httpServer((request, response) => {
    const reply = ({ status, body = {}, headers = {} }: Answer): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(status === 204 ? '' : JSON.stringify(body));
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.method === 'POST') return reply(taken);
    if (request.url?.startsWith('/v1/operations/') === true)
      return reply(world.work ?? { status: 200, body: { state: world.state } });
    return reply(world.isBlocked ? { status: 200, body: { state: 'blocked' } } : { status: 404 });
  });
  closing.push(server.close);
  return { server, world, seen, asked: () => seen.filter((each) => each.startsWith('GET /v1/operations/')) };
};

const connectorTo = ({ url }: LoopbackServer, operation: object = {}): Connector => {
  const { actions, ...parameters } = blockServerParameters(url);
  const block_ip = { ...actions.block_ip, operation: { ...OPERATION, ...operation } };
  const { connectors, faults } = makeConnectors(
    [{ name: 'edge', kind: 'rest', parameters: { ...parameters, actions: { block_ip } } }],
    blockServerSecrets,
  );
  const connector = connectors.get('edge');
  if (!connector) throw new Error(JSON.stringify(faults));
  return connector;
};

const execute = (connector: Connector, command = aClearedCommand()) => connector.execute(command, aCall());

describe('an order that its target only takes', () => {
  it('is followed until it is done, by the name that the target gave it', async () => {
    const target = await targetThat();
    const done = execute(connectorTo(target.server));
    setTimeout(() => {
      target.world.state = 'done';
    }, 150);
    expect(await done).toMatchObject({ kind: 'succeeded', after: { operation: 'op/7' } });
    expect(new Set(target.asked())).toEqual(new Set(['GET /v1/operations/op%2F7']));
    expect(target.seen.filter((each) => each.startsWith('POST'))).toHaveLength(1);
  });

  it.each(['https://elsewhere.example/v1/operations/42?a=b', '/v1/operations/42/', '42'])(
    'is found by the last part of Location `%s`, and only this target is asked',
    async (location) => {
      const target = await targetThat({ status: 202, headers: { location } });
      target.world.state = 'done';
      const connector = connectorTo(target.server, { ref: 'location' });
      expect(await execute(connector)).toMatchObject({ kind: 'succeeded', after: { operation: '42' } });
      expect(target.asked()).toEqual(['GET /v1/operations/42']);
    },
  );

  it('is not sent again while the target works on it, and holds no call', async () => {
    const target = await targetThat();
    const connector = connectorTo(target.server);
    const began = Date.now();
    const outcome = await execute(connector);
    expect(Date.now() - began).toBeLessThan(connector.capabilities.request_timeout_ms);
    expect(outcome).toMatchObject({
      kind: 'unknown',
      error: { code: 'pending', retryable: false },
      after: { operation: 'op/7' },
    });
    expect(target.asked()).toHaveLength(3);
    expect(target.seen.filter((each) => each.startsWith('POST'))).toHaveLength(1);
  });

  it('is not absent while the target works on it, and is what is seen once it does not', async () => {
    const target = await targetThat();
    const connector = connectorTo(target.server);
    const command = aClearedCommand();
    const effect = { ...effectOf(command), after: { operation: 'op/7' } };
    const verify = () => connector.verify(effect, aCall());
    expect(await verify()).toMatchObject({ state: 'unknown', text: expect.stringMatching(/404; .*pending/) });
    target.world.work = { status: 503 };
    expect(await verify()).toMatchObject({ state: 'unknown' });
    target.world.work = undefined;
    target.world.state = 'failed';
    expect(await verify()).toMatchObject({ state: 'absent', text: expect.stringMatching(/failed/) });
    target.world.state = 'done';
    expect(await verify()).toMatchObject({ state: 'absent' });
    target.world.isBlocked = true;
    target.world.state = 'running';
    expect(await verify()).toMatchObject({ state: 'present' });
  });

  it('is found by looking alone where the agent that gave it died before it wrote down its name', async () => {
    const target = await targetThat();
    const connector = connectorTo(target.server);
    const effect = effectOf(aClearedCommand());
    expect(await connector.verify(effect, aCall())).toMatchObject({ state: 'absent' });
    target.world.isBlocked = true;
    expect(await connector.verify(effect, aCall())).toMatchObject({ state: 'present' });
    expect(target.asked()).toEqual([]);
  });

  it('has failed only where the target says so and it is seen not to be there', async () => {
    const target = await targetThat();
    const connector = connectorTo(target.server);
    target.world.state = 'failed';
    expect(await execute(connector)).toMatchObject({
      kind: 'failed',
      error: { code: 'operation_failed', retryable: false },
    });
    target.world.isBlocked = true;
    expect(await execute(connector)).toMatchObject({ kind: 'unknown', error: { code: 'operation_failed' } });
  });

  it.each([
    ['no name', { status: 202, body: {} }],
    ['a name that is no text', { status: 202, body: { id: { a: 1 } } }],
    ['a name that is too long', { status: 202, body: { id: 'x'.repeat(257) } }],
  ])('may have been carried out where the answer has %s', async (_what, taken) => {
    const target = await targetThat(taken);
    expect(await execute(connectorTo(target.server))).toMatchObject({ kind: 'unknown', error: { retryable: false } });
    expect(target.asked()).toEqual([]);
  });

  it('asks for nothing by a name that would be another path', async () => {
    const target = await targetThat({ status: 202, body: { id: '..' } });
    expect(await execute(connectorTo(target.server))).toMatchObject({ kind: 'unknown' });
    expect(target.asked()).toEqual([]);
  });

  it('is done at once where the answer says so', async () => {
    const target = await targetThat({ status: 201 });
    expect(await execute(connectorTo(target.server))).toMatchObject({ kind: 'succeeded' });
    expect(target.asked()).toEqual([]);
  });

  it('is refused in a configuration that could not tell', () => {
    const faultsOf = (operation: object, execute: object = {}): readonly string[] => {
      const { actions, ...parameters } = blockServerParameters('http://127.0.0.1:1');
      const block_ip = {
        ...actions.block_ip,
        execute: { ...actions.block_ip.execute, ...execute },
        operation: { ...OPERATION, ...operation },
      };
      const config = { name: 'edge', kind: 'rest', parameters: { ...parameters, actions: { block_ip } } };
      return makeConnectors([config], blockServerSecrets).faults.map(({ path }) => path);
    };
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ path: '/v1/operations' })).toEqual(['parameters.actions.block_ip.operation.path']);
    expect(faultsOf({}, { expect: [202] })).toEqual(['parameters.actions.block_ip.operation.accepted']);
    expect(faultsOf({ path: '/v1/{ref}/{reason}' })).toEqual(['parameters.actions.block_ip.operation.path']);
    expect(faultsOf({ ref: 'id' })).not.toEqual([]);
  });
});
