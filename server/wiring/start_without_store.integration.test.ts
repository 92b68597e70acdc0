import { readFileSync } from 'fs';
import { join } from 'path';
import type { StatusView } from '../../common/api/routes';
import { anEvent } from '../../test/builders/events';
import { NODE_URL, realNode, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { BareHost } from '../../test/demo/bare_host';
import { faultProxy, type FaultProxy } from '../../test/targets/fault_proxy';
import { privateCluster } from '../../test/targets/private_cluster';
import { until } from '../../test/targets/until';
import { readAdoptOrder, writeAdoptOrder } from '../hosts/adopt_file';
import { connectTo } from '../hosts/standalone/cluster';
import { wire } from '../wiring';

jest.setTimeout(180_000);

/*
 * A host that worked before starts again while its node (one node, no further copies) is away, and the node comes back
 * after that: every reboot of a machine with both on it.
 */

describe('a host that starts before its node', () => {
  let node: RealNode;
  let network: FaultProxy;
  let temporary: ReturnType<typeof temporaryFolder>;
  const closers: Array<() => Promise<unknown>> = [];

  beforeAll(async () => {
    node = await realNode();
    network = await faultProxy(Number(new URL(NODE_URL).port));
    temporary = temporaryFolder();
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    await network.dispose();
    await node.dispose();
    temporary.remove();
  });

  const begun = new Date().toISOString();

  const startHost = async () => {
    const cluster = await connectTo({ hosts: [network.url] }, true);
    const transport = privateCluster(cluster.transport, node.prefix);
    const host = new BareHost({ transport, dataFolder: temporary.folder, demo: false });
    const wired = wire(host.parts);
    const started = wired.start();
    closers.push(async () => {
      await wired.stop();
      await cluster.close();
    });
    const status = async (): Promise<StatusView> => (await host.call<StatusView>('get', '/api/reflex/status')).body;
    const handIn = async (event_id: string) => {
      const token = readFileSync(join(temporary.folder, 'intake-token'), 'utf8').trim();
      const headers = { authorization: `Bearer ${token}` };
      const event = { ...anEvent(), event_id, timestamp: begun };
      const { status: code, body } = await host.call<{ results?: ReadonlyArray<{ status: string; case_id: string }> }>(
        'post',
        '/api/reflex/events',
        { body: JSON.stringify(event), headers },
      );
      return { code, ...body.results?.[0] };
    };
    return { host, wired, started, status, handIn };
  };

  it('keeps events and takes a stop meanwhile, and works as soon as the node is there', async () => {
    const before = await startHost();
    await before.started;
    expect((await before.handIn('before')).code).toBe(202);
    await before.wired.stop();

    await network.goAway();
    const { host, wired, started, status, handIn } = await startHost();
    await until('an event is taken', async () => (await handIn('meanwhile')).code === 202);
    expect((await handIn('meanwhile')).status).toBe('spooled');
    const order = { scope: 'all', reason: 'nobody knows what goes on' };
    const stopped = await host.call('post', '/api/reflex/brakes/stop', { body: order });
    expect(stopped).toMatchObject({ status: 200, body: { acknowledged: false } });
    const told = await status();
    expect(told).toMatchObject({ loading: true, stops: [{ scope: 'all', why: order.reason }] });
    expect(told.troubles.map(({ code }) => code)).toContain('store_unavailable');
    // Several tries to prepare the indices fail before the node is back.
    await new Promise((resolve) => setTimeout(resolve, 5_000));

    await network.comeBack();
    await until('it is ready', async () => !(await status()).loading, { withinMs: 60_000 });
    await started;
    expect((await status()).stops).toMatchObject([{ scope: 'all', why: order.reason }]);
    const kept = async () =>
      (await host.call<{ counters?: { spooled: number } }>('get', '/api/reflex/status')).body.counters?.spooled;
    await until('the spool is empty', async () => (await kept()) === 0, { withinMs: 60_000 });
    expect((await handIn('meanwhile')).status).toBe('duplicate');
    await wired.stop();
  });

  it('adopts the state when a person orders that while it runs', async () => {
    const { started, status, wired } = await startHost();
    await started;
    await node.transport.request({ method: 'DELETE', path: `/${node.prefix}state` }, { timeoutMs: 30_000 });
    writeAdoptOrder(temporary.folder, { who: 'ann', why: 'the index was deleted' });
    await until('it was adopted', async () => (await status()).stops.some(({ why }) => why?.includes('was adopted')), {
      withinMs: 60_000,
    });
    await until('it is ready again', async () => !(await status()).loading, { withinMs: 60_000 });
    expect(readAdoptOrder(temporary.folder)).toBeUndefined();
    expect((await status()).mode).not.toBe('cannot_decide');
    await wired.stop();
  });
});
