import { discoverInventory, getInventory, putInventory } from '../../common/api/routes';
import { routeHost } from '../../test/builders/route_host';
import type { InventoryItem } from '../runner/ports';

const FILE = 'type,value,criticality,tags\nhost,ws-3,critical,executive\nhost,ws-4,low,\n';
const said = (value: string): InventoryItem => ({ type: 'host', value, origin: 'cluster' });

describe('the inventory', () => {
  it('takes what the logs of the cluster name as a proposal', async () => {
    const host = await routeHost({ discovered: [said('ws-3'), said('made-1'), said('made-2')] });
    expect((await host.call(putInventory, { body: Buffer.from(FILE) })).status).toBe(200);
    const found = await host.call(discoverInventory, { body: { indices: ['logs-*'] } });
    expect(found.body).toMatchObject({ counts: { host: 4 }, proposed: 2 });
    expect((await host.call(getInventory)).body).toMatchObject({
      items: [
        { value: 'ws-3', criticality: 'critical', tags: ['executive'], origin: 'file' },
        { value: 'ws-4', origin: 'file' },
        { value: 'made-1', origin: 'cluster' },
        { value: 'made-2', origin: 'cluster' },
      ],
    });
    expect(host.agent.parts.inventory.populationOf('hosts', 'all')?.count).toBe(2);
  });
});
