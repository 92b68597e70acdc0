import { realClock } from '../../adapters/system/real_clock';
import { bareIdentities } from '../../engine/entity/identity';
import { LookupDesk } from '../../runner/facts/look_ups';
import { faultProxy } from '../../../test/targets/fault_proxy';
import {
  blockServer,
  blockServerParameters,
  blockServerSecrets,
  type BlockServer,
} from '../../../test/targets/block_server';
import { aCall } from '../../../test/targets/commands';
import { makeConnectors } from '../registry';

const connectorWith = (url: string, changed: object = {}) => {
  const parameters = blockServerParameters(url);
  const host_status = { ...parameters.host_status, ...changed };
  const made = makeConnectors(
    [{ name: 'edge', kind: 'rest', parameters: { ...parameters, host_status } }],
    blockServerSecrets,
  );
  return { connector: made.connectors.get('edge'), faults: made.faults.map(({ path, message }) => [path, message]) };
};

describe('the status of a host by the REST connector', () => {
  let server: BlockServer;
  beforeAll(async () => {
    server = await blockServer();
  });
  afterAll(() => server.close());

  it('is what the answer says, with its words and without our secrets', async () => {
    server.sees('ws-1', 'tampered');
    const { connector } = connectorWith(server.url);
    const status = await connector?.hostStatus?.('ws-1', aCall());
    expect(status).toMatchObject({ state: 'altered', said: expect.stringContaining('ws-1 with') });
    expect(JSON.stringify(status)).not.toContain('key-of-the-block-server');
  });

  it('answers a look-up, and is given up after half a second', async () => {
    server.sees('ws-3', 'tampered');
    const proxy = await faultProxy(server.port);
    const { connector } = connectorWith(proxy.url);
    const desk = new LookupDesk({
      clock: realClock,
      inventory: bareIdentities,
      connectors: new Map(connector ? [['edge', connector]] : []),
      evidence: {
        find: () => Promise.reject(new Error('nobody asks the records')),
        glance: () => Promise.reject(new Error('nobody asks the records')),
      },
    });
    const ask = () => desk.ask({ lookup: 'host_integrity', connector: 'edge', host: 'ws-3' }, 500);
    expect(await ask()).toMatchObject({ answer: { state: 'altered' } });
    proxy.fail({ kind: 'apply_and_stall' });
    expect(await ask()).toMatchObject({ missing: 'no answer within 500 ms' });
    await proxy.dispose();
  });

  it('is not known where an answer fits both, or neither', async () => {
    server.sees('ws-2', 'healthy');
    const both = connectorWith(server.url, { altered: { status: [200] } }).connector;
    expect(await both?.hostStatus?.('ws-2', aCall())).toEqual({
      why: 'answered 200: fits both `intact` and `altered`',
    });
    server.sees('ws-2', 'asleep');
    const { connector } = connectorWith(server.url);
    expect(await connector?.hostStatus?.('ws-2', aCall())).toEqual({
      why: 'answered 200: fits neither `intact` nor `altered`',
    });
  });

  it('does not let the name of a host become another path', async () => {
    const { connector } = connectorWith(server.url);
    server.sees('..', 'healthy');
    expect(await connector?.hostStatus?.('..', aCall())).toEqual({ why: expect.any(String) });
  });

  it.each([
    ['names no host', { path: '/v1/hosts' }, 'host_status.path'],
    ['names what only an order has', { path: '/v1/{command_id}/{target.value}' }, 'host_status.path'],
    [
      'compares with it',
      { altered: { status: [200], where: { pointer: '/x', equals: { $: 'command_id' } } } },
      'host_status.altered.where',
    ],
    ['would write', { method: 'DELETE' }, 'host_status.method'],
  ])('is refused where its question %s', (_, changed, path) => {
    const { faults } = connectorWith(server.url, changed);
    expect(faults.map(([at]) => at)).toEqual([`parameters.${path}`]);
  });
});
