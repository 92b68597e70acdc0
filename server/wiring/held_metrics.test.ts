import { Registry } from 'prom-client';
import { releaseSwitch, throwSwitch } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { received } from '../../test/builders/events';
import { EVERYTHING, routeHost } from '../../test/builders/route_host';
import { StoreUnavailable } from '../runner/ports';
import { HeldMetrics } from './held_metrics';

const scene = async () => {
  const host = await routeHost();
  const registry = new Registry();
  const metrics = new HeldMetrics(registry, 'reflex_');
  let events = 0;
  const order = (route: typeof throwSwitch | typeof releaseSwitch, scope: string) =>
    host.call(route, { body: { scope, reason: 'looking at it' }, as: EVERYTHING });
  const hand = async (count: number): Promise<void> => {
    for (let each = 0; each < count; each += 1) {
      events += 1;
      const timestamp = iso(host.agent.parts.clock.utc());
      const event = {
        event_id: `e${events}`,
        source: { ip: `203.0.113.${events}` },
        rule: { id: 'r1', origin: 'known_ioc' },
      };
      await host.drive(host.agent.admit(received({ timestamp, ...event })));
    }
    await host.wait(3_000);
  };
  /** Values by name and labels, a scrape later than the last count holds. */
  const scraped = async (): Promise<Readonly<Record<string, number>>> => {
    await host.wait(31_000);
    await host.drive(metrics.read(host.agent));
    const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('reflex_'));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  };
  return { host, metrics, order, hand, scraped };
};

const HELD = (scope: string): string => `reflex_acts_held{scope="${scope}",by="person"}`;
const RELEASED = 'reflex_acts_held_released';
const AT_LEAST = 'reflex_acts_held_at_least';

describe('the metrics of what only the kill switch held', () => {
  it('count acts by each order that covers them, and those that no order covers any more', async () => {
    const { order, hand, scraped } = await scene();
    expect(await scraped()).toEqual({ [RELEASED]: 0, [AT_LEAST]: 0 });
    await order(throwSwitch, 'action:block_ip');
    await order(throwSwitch, 'action:isolate_host');
    await hand(2);
    expect(await scraped()).toEqual({
      [HELD('action:block_ip')]: 2,
      [HELD('action:isolate_host')]: 0,
      [RELEASED]: 0,
      [AT_LEAST]: 0,
    });
    await order(throwSwitch, 'all');
    await order(releaseSwitch, 'action:isolate_host');
    expect(await scraped()).toMatchObject({ [HELD('action:block_ip')]: 2, [HELD('all')]: 2, [RELEASED]: 0 });
    await order(releaseSwitch, 'all');
    await order(releaseSwitch, 'action:block_ip');
    expect(await scraped()).toEqual({ [RELEASED]: 2, [AT_LEAST]: 0 });
  });

  it('read the cases once for all scrapes within half a minute, and anew once the orders changed', async () => {
    const { host, metrics, order, hand, scraped } = await scene();
    await order(throwSwitch, 'all');
    await hand(1);
    await scraped();
    const searched = jest.spyOn(host.agent.parts.store, 'search');
    // The agent runs on, and looks for other things now and then.
    const ofWaiting = () => searched.mock.calls.filter(([{ states, requested }]) => requested === false && states);
    for (let each = 0; each < 5; each += 1) await host.drive(metrics.read(host.agent));
    expect(ofWaiting()).toEqual([]);
    await order(throwSwitch, 'action:block_ip');
    searched.mockClear();
    await host.drive(metrics.read(host.agent));
    expect(ofWaiting()).not.toEqual([]);
  });

  it('say nothing while OpenSearch is away, rather than something old', async () => {
    const { host, order, hand, scraped } = await scene();
    await order(throwSwitch, 'all');
    await hand(1);
    expect(await scraped()).toMatchObject({ [HELD('all')]: 1 });
    const search = jest.spyOn(host.agent.parts.store, 'search').mockRejectedValue(new StoreUnavailable('away'));
    expect(await scraped()).toEqual({});
    search.mockRestore();
    expect(await scraped()).toMatchObject({ [HELD('all')]: 1 });
  });
});
