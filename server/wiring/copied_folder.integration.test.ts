import { cpSync } from 'fs';
import { join } from 'path';
import type { StatusView } from '../../common/api/routes';
import { NODE_URL, realNode, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { BareHost } from '../../test/demo/bare_host';
import { privateCluster } from '../../test/targets/private_cluster';
import { until } from '../../test/targets/until';
import { readAdoptOrder } from '../hosts/adopt_file';
import { adopt } from '../hosts/cli/adopt';
import { connectTo } from '../hosts/standalone/cluster';
import { wire } from '../wiring';

jest.setTimeout(180_000);

/* Two real hosts on one node, of which one has a copy of the other's data folder. */

describe('a copied data folder', () => {
  let node: RealNode;
  let temporary: ReturnType<typeof temporaryFolder>;
  const closers: Array<() => Promise<unknown>> = [];

  beforeAll(async () => {
    node = await realNode();
    temporary = temporaryFolder();
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    await node.dispose();
    temporary.remove();
  });

  const startIn = async (name: string) => {
    const cluster = await connectTo({ hosts: [NODE_URL] }, true);
    const transport = privateCluster(cluster.transport, node.prefix);
    const host = new BareHost({ transport, dataFolder: join(temporary.folder, name), demo: false });
    const wired = wire(host.parts);
    const started = wired.start();
    closers.push(async () => {
      await wired.stop();
      await cluster.close();
    });
    const status = async (): Promise<StatusView> => (await host.call<StatusView>('get', '/api/reflex/status')).body;
    return { host, wired, started, status };
  };
  const codes = ({ troubles }: StatusView): readonly string[] => troubles.map(({ code }) => code);

  it('is refused beside the first one, goes on when a person orders it, and then shuts the first one out', async () => {
    const first = await startIn('first');
    await first.started;
    // A copy that was made before it lacks the repository that the first one follows.
    await until(
      'its repository to be followed',
      () => first.host.told.some(({ message }) => message === 'the policy repository is followed'),
      { withinMs: 60_000 },
    );
    cpSync(join(temporary.folder, 'first'), join(temporary.folder, 'copy'), { recursive: true });
    const copy = await startIn('copy');
    await until('it is refused', async () => codes(await copy.status()).includes('folder_copied'));
    const told = await copy.status();
    expect(told.loading).toBe(true);
    const details = (told.steps ?? []).map(({ detail = '' }) => detail).join();
    expect(details).toContain('`reflex folder adopt --reason …`');

    expect(adopt(join(temporary.folder, 'copy'), 'the first machine is gone', 'folder').exit).toBe(0);
    await until('it waits for the first', async () => codes(await copy.status()).includes('folder_in_use'));
    expect(codes(await first.status())).toEqual([]);

    await first.wired.stop();
    await until('it goes on', async () => !(await copy.status()).loading, { withinMs: 60_000 });
    expect(readAdoptOrder(join(temporary.folder, 'copy'), 'folder')).toBeUndefined();

    const again = await startIn('first');
    await until('the first is refused', async () => codes(await again.status()).includes('folder_superseded'));
    // The policy repository is the first one's until its session is known to be over.
    await until('nothing troubles the copy', async () => codes(await copy.status()).length === 0, {
      withinMs: 60_000,
      seen: async () => (await copy.status()).troubles,
    });
  });
});
