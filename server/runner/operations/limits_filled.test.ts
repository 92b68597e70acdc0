import { listEscalations, getOverview } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import { received } from '../../../test/builders/events';
import { routeHost } from '../../../test/builders/route_host';
import type { EscalationView } from '../../../common/api/views';
import type { OverviewView } from '../../../common/api/routes';

/** A world in which a limit of two hosts is full, and a third and a fourth wait. */
const scene = async () => {
  const host = await routeHost();
  for (const n of [1, 2, 3, 4]) {
    const timestamp = iso(host.agent.parts.clock.utc());
    const event = { event_id: `e${n}`, timestamp, tags: ['ransomware'], source: {}, rule: { id: `r${n}` } };
    await host.drive(host.agent.admit(received({ ...event, src_host: `h${n}` })));
    await host.wait(3_000);
  }
  const escalations = ((await host.call(listEscalations)).body as { escalations: EscalationView[] }).escalations;
  return { host, escalations };
};

describe('what an approval would fill', () => {
  it('is told for each act that waits, as the brakes count, also for those behind one card', async () => {
    const { host, escalations } = await scene();
    const [card] = escalations;
    expect(card?.limits).toMatchObject([{ limit: 'few-isolations', used: 2, most: 2, adds: 1, counts: 'targets' }]);
    expect(card?.breach?.others).toMatchObject([{ limits: [{ limit: 'few-isolations', used: 2, most: 2 }] }]);
    expect(card?.breach?.others[0]?.aim).not.toBe(card?.aim);
    const { limits } = (await host.call(getOverview)).body as OverviewView;
    const [shown] = limits;
    expect([shown?.limit, shown?.scope, shown?.used, shown?.most]).toEqual(
      [card?.limits?.[0]].flatMap((each) => [each?.limit, each?.scope, each?.used, each?.most]),
    );
  });
});
