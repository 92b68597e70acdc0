import {
  decideAgain,
  getHeldByStop,
  listContainments,
  listEscalations,
  releaseSwitch,
  throwSwitch,
} from '../../../common/api/routes';
import type { ContainmentView, EscalationView } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import { received } from '../../../test/builders/events';
import { aCase } from '../../../test/builders/undoing';
import { aDecision, anAct } from '../../../test/builders/views';
import type { StateDoc, StateQuery } from '../ports';
import { countHeld } from './held_by_stop';
import { callerWith, EVERYTHING, routeHost } from '../../../test/builders/route_host';

/* What only the kill switch held, once it is released: counted, decided again where somebody asks, never by itself. */

const KNOWN_IOC = { rule: { id: 'r1', origin: 'known_ioc' } } as const;

const scene = async () => {
  const host = await routeHost();
  let count = 0;
  const order = (route: typeof throwSwitch | typeof releaseSwitch, scope = 'all') =>
    host.call(route, { body: { scope, reason: 'looking at it' }, as: EVERYTHING });
  const hand = async (event: object = {}): Promise<void> => {
    const n = (count += 1);
    const timestamp = iso(host.agent.parts.clock.utc());
    const named = { event_id: `e${n}`, source: { ip: `203.0.113.${n}` }, ...KNOWN_IOC };
    await host.drive(host.agent.admit(received({ timestamp, ...named, ...event })));
    await host.wait(3_000);
  };
  const held = async (scope?: string) =>
    (await host.call(getHeldByStop, { query: scope === undefined ? {} : { scope }, as: EVERYTHING })).body;
  const again = async (scope = 'all') =>
    (await host.call(decideAgain, { body: { scope, reason: 'the cause is understood' }, as: EVERYTHING })).body;
  const contained = async () =>
    ((await host.call(listContainments)).body as { containments: ContainmentView[] }).containments.map(
      ({ target }) => target.value,
    );
  const waiting = async () =>
    ((await host.call(listEscalations)).body as { escalations: EscalationView[] }).escalations.map(
      ({ act, stop_reason, why }) => [act.target.value, stop_reason, why.map(({ code }) => code).join()],
    );
  const audited = () =>
    [...(host.world.evidence.records.get('audit')?.values() ?? [])]
      .map(({ body }) => body as { readonly verb: string; readonly by: string; readonly outcome?: string })
      .filter(({ verb }) => verb === 'decide_again')
      .map(({ by, outcome }) => [by, outcome]);
  return { host, order, hand, held, again, contained, waiting, audited };
};

describe('what only the kill switch held', () => {
  it('acts once somebody asks for it, once, and stands on record', async () => {
    const { host, order, hand, held, again, contained, waiting, audited } = await scene();
    await order(throwSwitch);
    await hand();
    await hand();
    expect(await held()).toMatchObject({ scope: 'all', acts: 2 });
    await order(releaseSwitch);
    await host.wait(40_000);
    expect([await contained(), (await waiting()).length]).toEqual([[], 2]);
    expect(await again()).toEqual({ cases: 2, acts: 2, more: false });
    expect(await again()).toEqual({ cases: 0, acts: 0, more: false });
    await host.wait(5_000);
    expect([(await contained()).sort(), await waiting()]).toEqual([['203.0.113.1', '203.0.113.2'], []]);
    expect(await held()).toMatchObject({ acts: 0 });
    expect(audited()).toEqual([
      ['root', 'asked'],
      ['root', '2 cases are decided again'],
      ['root', 'asked'],
      ['root', '0 cases are decided again'],
    ]);
  });

  it('goes on waiting for a person where the policies leave it to one by now', async () => {
    const { host, order, hand, again, contained, waiting } = await scene();
    await order(throwSwitch);
    await hand();
    await order(releaseSwitch);
    // Longer than the policy lets an event be old.
    await host.wait(20 * 60_000);
    expect(await again()).toMatchObject({ cases: 1 });
    await host.wait(5_000);
    expect(await contained()).toEqual([]);
    expect(await waiting()).toEqual([['203.0.113.1', 'not_permitted', expect.stringContaining('event_too_old')]]);
  });

  it('does not move what the policies leave to a person', async () => {
    const { host, order, hand, held, again, contained, waiting } = await scene();
    await order(throwSwitch);
    await hand({ source: {} });
    await order(releaseSwitch);
    expect(await waiting()).toHaveLength(1);
    expect([await held(), await again()]).toMatchObject([{ acts: 0 }, { cases: 0, acts: 0 }]);
    await host.wait(5_000);
    expect([await contained(), (await waiting()).length]).toEqual([[], 1]);
  });

  it('is not decided again while it is stopped, by this order or by another', async () => {
    const { host, order, hand, held, again, contained } = await scene();
    await order(throwSwitch);
    await order(throwSwitch, 'action:block_ip');
    await hand();
    expect([await held('all'), await held('action:block_ip')]).toMatchObject([{ acts: 0 }, { acts: 0 }]);
    expect(await again()).toMatchObject({ cases: 0 });
    await order(releaseSwitch);
    expect(await held('action:block_ip')).toMatchObject({ acts: 1 });
    expect([await held('action:isolate_host'), await again()]).toMatchObject([{ acts: 0 }, { cases: 0 }]);
    await order(releaseSwitch, 'action:block_ip');
    expect(await again('action:isolate_host')).toMatchObject({ cases: 0 });
    expect(await again('action:block_ip')).toMatchObject({ cases: 1 });
    await host.wait(5_000);
    expect(await contained()).toEqual(['203.0.113.1']);
  });

  it('reads a bounded number of cases to count them, and says that there may be more', async () => {
    const ids = Array.from({ length: 2_500 }, (_, n) => `case:${n}`);
    const act = anAct({ result: 'permit' });
    const stopped = { kind: 'stopped', reason: 'kill_switch', then: 'escalate', text: 'thrown' } as const;
    const content = aCase('case:0', {
      state: 'waiting',
      decision: aDecision({ acts: [act] }),
      acts: [{ act_id: act.act_id, status: 'waiting', stopped }],
    });
    let most = 0;
    const store = {
      search: async ({ after }: StateQuery) => {
        const from = after === undefined ? 0 : after.ordinal;
        return ids.slice(from, from + 1_000).map((id, n) => ({ id, ordinal: from + n + 1 }) as StateDoc);
      },
      getMany: async (wanted: readonly string[]) => {
        most = Math.max(most, wanted.length);
        return new Map(wanted.map((id) => [id, { id, kind: 'case', content } as unknown as StateDoc]));
      },
    };
    const parts = { store, clock: { utc: () => 0 }, connectors: new Map() };
    const agent = { parts, shift: undefined } as unknown as Parameters<typeof countHeld>[0];
    expect([await countHeld(agent, 'all'), most]).toEqual([{ acts: 2_000, at_least: true }, 100]);
    ids.length = 150;
    expect(await countHeld(agent, 'all')).toEqual({ acts: 150 });
  });

  it('takes the right to approve', async () => {
    const { host } = await scene();
    const body = { scope: 'all', reason: 'because I say so' };
    const refused = await host.call(decideAgain, { body, as: callerWith('ana', 'read', 'respond') });
    expect(refused.status).toBe(403);
  });
});
