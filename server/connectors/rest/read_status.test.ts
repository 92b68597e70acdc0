import {
  blockServer,
  blockServerParameters,
  blockServerSecrets,
  type BlockServer,
} from '../../../test/targets/block_server';
import { aCall } from '../../../test/targets/commands';
import { faultProxy, type FaultProxy } from '../../../test/targets/fault_proxy';
import { makeConnectors } from '../registry';

const READY = {
  method: 'GET',
  path: '/v1/hosts/our-role',
  can: { status: [200], where: { pointer: '/state', equals: 'may' } },
  cannot: { status: [200], where: { pointer: '/state', equals: 'may not' } },
};

/** A busy machine takes long for several requests in a row. */
const PATIENT = { connect_ms: 2_000, total_ms: 4_000 };

describe('what a target does not let us do, by the REST connector', () => {
  let server: BlockServer;
  let proxy: FaultProxy;
  beforeAll(async () => {
    server = await blockServer();
    proxy = await faultProxy(server.port);
  });
  afterEach(() => proxy.fail());
  afterAll(async () => {
    await proxy.dispose();
    await server.close();
  });

  const made = (ready: object) => {
    const parameters = blockServerParameters(proxy.url);
    const block_ip = { ...parameters.actions.block_ip, ready };
    return makeConnectors(
      [{ name: 'edge', kind: 'rest', parameters: { ...parameters, timeouts: PATIENT, actions: { block_ip } } }],
      blockServerSecrets,
    );
  };
  const status = () => made(READY).connectors.get('edge')?.status(aCall());

  it('is what the answer to its question says', async () => {
    server.sees('our-role', 'may');
    expect(await status()).toEqual({ state: 'ok', text: 'answered 200', authorised: true });
    server.sees('our-role', 'may not');
    expect(await status()).toMatchObject({
      state: 'degraded',
      cannot: [{ action: 'block_ip', why: expect.stringContaining('may not') }],
    });
  });

  it('is it where the question itself is refused, and not where it is answered with something else', async () => {
    const isQuestion = ({ path }: { readonly path: string }): boolean => path.includes('our-role');
    proxy.fail({ kind: 'answer', status: 403 }, isQuestion);
    expect(await status()).toMatchObject({ cannot: [{ action: 'block_ip' }] });
    proxy.fail({ kind: 'answer', status: 503 }, isQuestion);
    const health = await status();
    expect(health).toMatchObject({ state: 'degraded', text: expect.stringContaining('neither') });
    expect(health).not.toHaveProperty('cannot');
  });

  it('is not asked where the target does not answer, or takes no credentials', async () => {
    const before = () => proxy.requests().filter(({ path }) => path.includes('our-role')).length;
    const asked = before();
    proxy.fail({ kind: 'answer', status: 401 });
    expect(await status()).toMatchObject({ state: 'degraded', authorised: false });
    proxy.fail({ kind: 'answer', status: 500 });
    expect(await status()).not.toHaveProperty('authorised');
    proxy.fail({ kind: 'stall' });
    expect(await status()).toMatchObject({ state: 'down' });
    expect(before()).toBe(asked + 1);
  });

  it('is a question that changes nothing and knows no order', () => {
    const pathsOf = (change: object) => made({ ...READY, ...change }).faults.map(({ path }) => path);
    expect(pathsOf({ method: 'DELETE' })).toEqual(['parameters.actions.block_ip.ready.method']);
    expect(pathsOf({ path: '/v1/{command_id}' })).toEqual(['parameters.actions.block_ip.ready.path']);
    const where = { pointer: '/state', equals: { $: 'target.value' } };
    expect(pathsOf({ can: { status: [200], where } })).toEqual(['parameters.actions.block_ip.ready.can.where']);
  });
});
