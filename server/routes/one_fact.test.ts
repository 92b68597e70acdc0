import {
  approveEscalation,
  denyEscalation,
  getContainment,
  getOverview,
  liftContainment,
  listContainments,
  listEscalations,
} from '../../common/api/routes';
import { EVERYTHING } from '../../test/builders/route_host';
import { oneFactScene as scene } from '../../test/builders/one_fact';

/*
 * Every view tells the same of one act, after each step of its life: list, page, overview, board, history, what is
 * saved as a file, the status, the metrics, and each thing by its id.
 */

const KNOWN = { rule: { id: 'r1', origin: 'known_ioc' } };

describe('what became of an act', () => {
  it('is told alike by every view, from the order to the end by time', async () => {
    const { host, hand, told } = await scene();
    await hand({ ...KNOWN, source: { ip: '203.0.113.1' } });
    expect(await told()).toEqual(['203.0.113.1 present']);
    await host.wait(15_000);
    await hand({ ...KNOWN, source: { ip: '203.0.113.1' }, severity: 'critical' });
    expect(await told()).toEqual(['203.0.113.1 present', '203.0.113.1 present']);
    await host.wait(60_000);
    expect(new Set(await told())).toEqual(new Set(['203.0.113.1 ended']));
  });

  it('says who ended it early, and why', async () => {
    const { host, get, hand, told, list } = await scene();
    await hand({ ...KNOWN, source: { ip: '203.0.113.2' } });
    const [row] = (await get(listContainments)).containments;
    await host.call(liftContainment, {
      params: { effect_id: row?.effect_id ?? '' },
      body: { reason: 'a partner of ours' },
      as: { ...EVERYTHING, name: 'ann' },
    });
    await host.wait(10_000);
    expect(await told()).toEqual(['203.0.113.2 ended']);
    const byId = await get(getContainment, { params: { effect_id: row?.effect_id ?? '' } });
    expect(byId).toEqual({ state: 'absent' });
    expect((await list())[0]?.acts[0]?.progress?.ended).toMatchObject({
      by: 'ann',
      text: expect.stringContaining('a partner of ours'),
    });
  });

  it.each([
    ['approved', approveEscalation, 'present'],
    ['denied', denyEscalation, 'refused'],
  ] as const)('is told alike while it waits, and after it was %s', async (_, route, then) => {
    const { host, get, hand, told } = await scene();
    await hand({ tags: ['ask'], source: { ip: '203.0.113.3' } });
    expect(await told()).toEqual(['203.0.113.3 waiting']);
    const [card] = (await get(listEscalations)).escalations;
    await host.call(route, {
      params: { case_id: card?.case_id ?? '', act_id: card?.act_id ?? '' },
      body: { reason: 'looked at it', seen: card?.seen },
      as: EVERYTHING,
    });
    await host.wait(5_000);
    expect(await told()).toEqual([`203.0.113.3 ${then}`]);
    const approvals = (await get(listContainments)).containments.flatMap(({ reasons }) =>
      reasons.map(({ approved }) => [approved?.by, approved?.reason]),
    );
    expect(approvals).toEqual(then === 'present' ? [[EVERYTHING.name, 'looked at it']] : []);
    const { latency } = await get(getOverview);
    expect([latency.count, latency.person?.count]).toEqual([undefined, then === 'present' ? 1 : undefined]);
  });

  it('is not what the policies said where the brakes stopped it', async () => {
    const { hand, told, list } = await scene();
    for (const n of [1, 2, 3])
      await hand({ tags: ['ransomware'], source: {}, src_host: `h${n}`, rule: { id: `r${n}` } });
    expect((await told()).filter((each) => each.endsWith(' waiting'))).toHaveLength(1);
    const [stopped] = await list({ outcome: 'waiting' });
    expect([stopped?.verdict, stopped?.acts[0]?.progress?.stop_reason]).toEqual(['permit', 'blast_radius']);
  });

  it('is told alike of what is held, only recorded, or nothing', async () => {
    const { host, hand, told } = await scene();
    await hand({ tags: ['twice'], source: { ip: '203.0.113.4' }, rule: { id: 'r3' } });
    await hand({ tags: ['quiet'], source: { ip: '203.0.113.5' } });
    await hand({ source: { ip: '203.0.113.6' } });
    expect(await told()).toEqual(['203.0.113.6 nothing', '203.0.113.5 shadow', '203.0.113.4 held']);
    await host.wait(40_000);
    const later = await told();
    expect(later.filter((each) => each.includes('203.0.113.4'))).not.toContain('203.0.113.4 held');
  });
});
