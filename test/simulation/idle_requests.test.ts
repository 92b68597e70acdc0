import { idleRequests } from '../bench/bench_growth';

/* What an agent with nothing to do asks of OpenSearch, in simulated time: nobody else on the cluster gets that back. */

/** Most requests a second of each kind. The heartbeat is one request every 300 ms. */
const MOST = { bulk: 0.3, bulkThenGet: 3.5, get: 0.1, getMany: 0.1, search: 0.3, count: 0, remove: 0, removeMany: 0 };

describe('an agent that has nothing to do', () => {
  it('keeps its heartbeat, and asks for little else', async () => {
    const { each_per_second: asked } = await idleRequests(1);
    expect(asked.bulkThenGet).toBeGreaterThan(3.2);
    const tooMany = Object.entries(MOST).filter(([kind, most]) => (asked[kind] ?? NaN) > most);
    expect({ tooMany, asked: Object.keys(asked).sort() }).toEqual({ tooMany: [], asked: Object.keys(MOST).sort() });
  });

  it('looks for what others may have left as often as ever once there are any', async () => {
    const { each_per_second: asked } = await idleRequests(2);
    expect(asked.search).toBeGreaterThan(2);
  });
});
