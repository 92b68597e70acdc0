import { nextUndo } from '../runner/operations/here_only';
import { iso } from '../../common/iso';
import { liftContainment, listContainments, postEvents } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { anEvent } from '../../test/builders/events';
import { EVERYTHING, routeHost, type RouteHost } from '../../test/builders/route_host';
import { EPOCH } from '../../test/simulation/world';

/* What the list of containments answers while the state cannot be asked: what the journal of this machine tells. */

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
  const event = anEvent({
    event_id: 'one',
    timestamp: iso(EPOCH + host.world.now),
    rule: { id: 'r1', origin: 'known_ioc' },
  });
  await host.call(postEvents, { headers: { authorization: 'Bearer good' }, body: [event] });
  await host.wait(3_000);
});

const list = async (target?: string) => {
  const response = await host.call(listContainments, { as: EVERYTHING, query: target === undefined ? {} : { target } });
  const decoded = decode(listContainments.answer, response.body);
  if (!decoded.ok) throw new Error(`${response.status}: ${JSON.stringify(response.body)}`);
  return decoded.value;
};
const known = { total: 1, host: expect.any(String), containments: [{ action: 'block_ip', undoing: false }] };

describe('the list of containments', () => {
  it('says nothing of the journal where the state answers and knows of everything', async () => {
    const { total, here_only } = await list();
    expect([total, here_only]).toEqual([1, undefined]);
  });

  it('is that of the journal at once where OpenSearch does not answer, and while that lasts', async () => {
    host.world.storeIsDown = true;
    expect(await list()).toMatchObject({ total: 0, containments: [], here_only: { state: 'away', ...known } });
    await host.wait(6_000);
    expect(await list()).toMatchObject({ total: 0, here_only: { state: 'away', ...known } });
    const { knownHere } = host.agent;
    expect(knownHere.silent_for_ms).toBeGreaterThanOrEqual(5_000);
    const due = (await list()).here_only?.containments[0]?.due;
    expect([nextUndo(knownHere), typeof due]).toEqual([due, 'string']);
    expect(host.agent.troubles.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['store_unavailable', 'known_here_only']),
    );
    host.world.storeIsDown = false;
    await host.wait(6_000);
    expect(await list()).toMatchObject({ total: 1 });
    expect(host.agent.troubles).toEqual([]);
  });

  it.each(['203.0.113.7', '::ffff:203.0.113.7', ' 203.0.113.7:443 '])('is narrowed to a thing: %s', async (typed) => {
    expect(await list(typed)).toMatchObject({ total: 1, containments: [{ target: { value: '203.0.113.7' } }] });
    host.world.storeIsDown = true;
    expect(await list(typed)).toMatchObject({ here_only: { ...known, state: 'away' } });
  });

  it.each(['203.0.113.70', '203.0.113', 'web-01'])('has nothing of another thing: %s', async (typed) => {
    expect(await list(typed)).toMatchObject({ total: 0, containments: [], also_as: [] });
    host.world.storeIsDown = true;
    expect(await list(typed)).toMatchObject({ here_only: { total: 0, containments: [], state: 'away' } });
  });

  it('tells which people said to ask first of that thing alone', async () => {
    const [found] = (await list()).containments;
    await host.call(liftContainment, {
      params: { effect_id: found?.effect_id ?? '' },
      body: { reason: 'a partner' },
      as: EVERYTHING,
    });
    await host.wait(3_000);
    expect((await list('203.0.113.7:443')).asks_first).toMatchObject([{ target: { value: '203.0.113.7' } }]);
    expect((await list('203.0.113.70')).asks_first).toEqual([]);
  });

  it('labels the decisions of what is lifted as a false positive', async () => {
    const [found] = (await list()).containments;
    const lifted = await host.call(liftContainment, {
      params: { effect_id: found?.effect_id ?? '' },
      body: { reason: 'the partner scans us on Mondays', label: 'false_positive' },
      as: EVERYTHING,
    });
    expect(lifted.body).toMatchObject({ labelled: 1 });
    const feedback = [...(host.world.evidence.records.get('feedback')?.values() ?? [])].map(({ body }) => body);
    expect(feedback).toMatchObject([
      {
        feedback: { decision_id: found?.reasons[0]?.decision_id, label: 'false_positive', analyst_override: 'lifted' },
      },
    ]);
  });

  it('is that of the journal where the state was emptied or replaced', async () => {
    host.world.loseState();
    await host.wait(8_000);
    expect(await list()).toMatchObject({ total: 0, containments: [], here_only: { state: 'replaced', ...known } });
    expect(host.agent.troubles.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['state_replaced', 'known_here_only']),
    );
  });
});
