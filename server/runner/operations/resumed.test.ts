import { listEscalations, releaseSwitch, throwSwitch } from '../../../common/api/routes';
import type { EscalationView } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import { received } from '../../../test/builders/events';
import { EVERYTHING, routeHost } from '../../../test/builders/route_host';

const scene = async () => {
  const host = await routeHost();
  const order = (route: typeof throwSwitch | typeof releaseSwitch, scope: string) =>
    host.call(route, { body: { scope, reason: 'looking at it' }, as: EVERYTHING });
  const hand = async (event: object): Promise<void> => {
    const timestamp = iso(host.agent.parts.clock.utc());
    await host.drive(host.agent.admit(received({ timestamp, ...event })));
    await host.wait(3_000);
  };
  const told = async () =>
    ((await host.call(listEscalations)).body as { escalations: EscalationView[] }).escalations.map(
      ({ stop_reason, resumed_at }) => [stop_reason, typeof resumed_at],
    );
  return { host, order, hand, told };
};

describe('what only the kill switch held', () => {
  it('says once it is over that acts were resumed since', async () => {
    const { host, order, hand, told } = await scene();
    await order(throwSwitch, 'all');
    await hand({ event_id: 'e1', source: { ip: '203.0.113.1' }, rule: { id: 'r1', origin: 'known_ioc' } });
    expect(await told()).toEqual([['kill_switch', 'undefined']]);
    await order(releaseSwitch, 'all');
    await host.wait(2_000);
    expect(await told()).toEqual([['kill_switch', 'string']]);
  });

  it('is not over by a resume of something else', async () => {
    const { host, order, hand, told } = await scene();
    await order(throwSwitch, 'action:block_ip');
    await order(throwSwitch, 'action:isolate_host');
    await hand({ event_id: 'e1', source: { ip: '203.0.113.1' }, rule: { id: 'r1', origin: 'known_ioc' } });
    await order(releaseSwitch, 'action:isolate_host');
    await host.wait(2_000);
    expect(await told()).toEqual([['kill_switch', 'undefined']]);
  });
});
