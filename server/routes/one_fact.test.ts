import { BECAME } from '../../common/api/became';
import {
  approveEscalation,
  denyEscalation,
  getContainment,
  getDecision,
  getOverview,
  liftContainment,
  listContainments,
  listDecisions,
  listEscalations,
  type OverviewView,
} from '../../common/api/routes';
import { iso } from '../../common/iso';
import type { DetectionEvent } from '../../common/flow/event';
import type { RouteContract } from '../../common/api/contract';
import { received } from '../../test/builders/events';
import { EVERYTHING, routeHost } from '../../test/builders/route_host';

/* Every view tells the same of one act, after each step of its life: the list, the page, the overview, the board. */

/** What there is of an act while it may be at its target. */
const THERE = ['present', 'applying', 'unknown', 'ending', 'gone'];

const scene = async () => {
  const host = await routeHost();
  const get = async <Answer>(
    route: Pick<RouteContract<never, never, never, Answer>, 'method' | 'path' | 'answer'>,
    request: object = {},
  ): Promise<Answer> => (await host.call(route, { ...request, as: EVERYTHING })).body as Answer;
  let count = 0;
  const hand = async (event: Partial<DetectionEvent>): Promise<void> => {
    const timestamp = iso(host.agent.parts.clock.utc());
    await host.drive(host.agent.admit(received({ event_id: `e${(count += 1)}`, timestamp, ...event })));
    await host.wait(3_000);
  };
  const list = async (query = {}) => (await get(listDecisions, { query })).decisions;
  /** The figures add up to the events, and each is as long as its list. */
  const agrees = async (counts: OverviewView['became_24h'], events: number): Promise<void> => {
    const groups = BECAME.map((group) => counts[group]);
    expect([groups.reduce((sum, count) => sum + count, 0), counts.events]).toEqual([events, events]);
    for (const became of BECAME) {
      const { total } = await get(listDecisions, { query: { became, from: counts.from } });
      expect([became, total]).toEqual([became, counts[became]]);
    }
  };
  /** The views compared; what became of each decision, by its target, newest first. */
  const told = async (): Promise<readonly string[]> => {
    const [decisions, board, overview] = [await list(), await get(listContainments), await get(getOverview)];
    for (const brief of decisions) {
      const detail = await get(getDecision, { params: { decision_id: brief.decision_id } });
      const inList = brief.acts.map(({ progress }) => progress);
      expect([detail.outcome, detail.progress]).toEqual([brief.outcome, inList]);
      const recent = overview.recent.find(({ decision_id }) => decision_id === brief.decision_id);
      if (recent) expect(recent).toEqual(brief);
      const isThere = brief.acts.some(({ progress }) => THERE.includes(progress?.status ?? ''));
      const isOnBoard = board.containments.some(({ reasons }) =>
        reasons.some(({ decision_id }) => decision_id === brief.decision_id),
      );
      expect([brief.summary, isThere]).toEqual([brief.summary, isOnBoard]);
      expect(await list({ outcome: brief.outcome })).toContainEqual(brief);
    }
    for (const row of board.containments) {
      const byId = await get(getContainment, { params: { effect_id: row.effect_id } });
      expect(byId.containment).toEqual(row);
    }
    await agrees(overview.became_24h, new Set(decisions.map(({ case_id }) => case_id)).size);
    const waiting = (await get(listEscalations)).escalations.map(({ decision_id }) => decision_id);
    expect(waiting.sort()).toEqual(
      decisions.flatMap(({ outcome, decision_id }) => (outcome === 'waiting' ? [decision_id] : [])).sort(),
    );
    return decisions.map(({ outcome, brief }) => `${brief.source ?? brief.host ?? ''} ${outcome}`);
  };
  return { host, get, hand, told, list };
};

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
