import {
  approveEscalation,
  containNow,
  decideAgain,
  extendContainment,
  getContainment,
  getDecision,
  getWould,
  liftContainment,
  listEscalations,
  type OrderedView,
  releaseSwitch,
  throwSwitch,
  type WouldView,
} from '../../common/api/routes';
import type { ContainmentView, EscalationView } from '../../common/api/views';
import { iso } from '../../common/iso';
import { received } from '../../test/builders/events';
import { aBundle } from '../../test/builders/policies';
import { callerWith, routeHost, type RouteHost } from '../../test/builders/route_host';
import { contentOf } from '../runner/keeping/state_docs';
import { simInventory } from '../../test/simulation/scenario';
import type { Agent } from '../runner/agent/agent';

/* Acts that people order by hand, by the routes, with two agents over one state. */

const policy = (id: string, rest: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id.replace(/-/g, ' ')}, owner: test }
spec:
  mode: enforce
${rest}`;

const action = (id: string, on: string, then: string, undo: string): string =>
  policy(id, `  layer: action\n${on}  then: { ${then} }\n  rollback: { action: ${undo} }\n`);

const BY_HAND = '  on: { intake: [analyst] }\n  when: \'"" != event.recommended_action\'\n';
const POLICIES = [
  action('block-by-hand', BY_HAND, 'action: block_ip, target: { ip: event.source.ip }, ttl: 60s', 'unblock_ip'),
  action(
    'disable-asks',
    `${BY_HAND}  approve: { by: 1 }\n`,
    'action: disable_user, target: { user: event.user.name }, ttl: 60s',
    'enable_user',
  ),
  action(
    'isolate-on-tag',
    `  when: '"isolate" in event.tags'\n`,
    'action: isolate_host, target: { host: event.src_host }, ttl: 60s',
    'release_host',
  ),
  action(
    'block-on-tag',
    `  when: '"block" in event.tags'\n`,
    'action: block_ip, target: { ip: event.source.ip }, ttl: 30s',
    'unblock_ip',
  ),
  policy('the-office', '  layer: global\n  protect: { ips: [198.51.100.0/24] }\n'),
  policy('few-blocks', '  layer: global\n  limit: { action: block_ip, max_count: 2, within: 10m, on_breach: deny }\n'),
  policy('not-for-long', '  layer: global\n  longest: { action: block_ip, total: 90s, on_breach: deny }\n'),
];

const bundle = (() => {
  const { files, keys, trusted } = aBundle(POLICIES);
  return { files, keys, statement: trusted.statement };
})();

const ann = callerWith('ann', 'read', 'respond', 'approve');
const bob = callerWith('bob', 'read', 'respond', 'approve');
const IP = '203.0.113.7';

let host: RouteHost;
let second: Agent;
beforeEach(async () => {
  host = await routeHost({
    bundle,
    agents: 2,
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host', 'disable_user'],
  });
  const [, other] = host.world.agents;
  if (other === undefined) throw new Error('one agent only');
  second = host.world.boot(other);
  await host.wait(5_000);
});

const order = async (body: object, as = ann): Promise<{ status: number; body: OrderedView & { code?: string } }> => {
  const { status, body: answer } = await host.call(containNow, {
    body: { action: 'block_ip', target: IP, reason: 'it attacks', ...body },
    as,
  });
  return { status, body: answer as OrderedView };
};
const ordered = async (body: object, as = ann): Promise<OrderedView> => {
  const { status, body: view } = await order(body, as);
  expect([status, view.code]).toEqual([200, undefined]);
  return view;
};
const containment = async (effectId: string | undefined): Promise<ContainmentView | undefined> => {
  const { body } = await host.call(getContainment, { params: { effect_id: effectId ?? '' } });
  return (body as { containment?: ContainmentView }).containment;
};
const extend = (effectId: string, until: string, as = ann, more: object = {}) =>
  host.call(extendContainment, {
    params: { effect_id: effectId },
    body: { until, reason: 'it is not over', ...more },
    as,
  });
const later = (view: ContainmentView | undefined, ms: number): string => iso(Date.parse(view?.due ?? '') + ms);
const audits = (verb: string): ReadonlyArray<Record<string, unknown>> =>
  [...(host.world.evidence.records.get('audit')?.values() ?? [])]
    .map(({ body }) => body as Record<string, unknown>)
    .filter((each) => each.verb === verb);
const waiting = async (): Promise<EscalationView | undefined> => {
  const { body } = await host.call(listEscalations);
  return (body as { escalations: EscalationView[] }).escalations[0];
};
const approve = ({ case_id, act_id, seen }: EscalationView, as = bob) =>
  host.call(approveEscalation, { params: { case_id, act_id }, body: { reason: 'agreed', seen }, as });
/** The second agent executes it, so that the first one is not its owner. */
const contained = async (tag: 'block' | 'isolate', named: object): Promise<string> => {
  const timestamp = iso(host.agent.parts.clock.utc());
  await host.drive(second.admit(received({ event_id: `e ${tag}`, timestamp, tags: [tag], ...named })));
  await host.wait(2_000);
  const [id] = [...host.world.store.documents].find(([, { body }]) => body.kind === 'effect') ?? [];
  if (id === undefined) throw new Error('nothing is contained');
  return id;
};
const sent = (): number => host.world.sendings.length;
const isAtTarget = (): boolean => host.world.target.entries.size > 0;

describe('an order to contain', () => {
  it('is carried out where a policy names who may order, lasts as long as it says, and is on record', async () => {
    const view = await ordered({ ttl_ms: 60_000, about: 'some-decision' });
    expect(view).toMatchObject({ status: 'applying', verdict: 'permit', action: 'block_ip' });
    await host.wait(2_000);
    const row = await containment(view.effect_id);
    expect([row?.state, row?.reasons.map(({ policy: { id } }) => id)]).toEqual(['present', ['block-by-hand']]);
    const { body } = await host.call(getDecision, { params: { decision_id: view.decision_id ?? '' } });
    expect(body).toMatchObject({
      event: { intake: { type: 'analyst', id: 'ann' }, order: { reason: 'it attacks', about: 'some-decision' } },
    });
    expect(audits('contain').map(({ by, outcome, text }) => [by, outcome, text])).toEqual([
      ['ann', 'asked', 'block_ip: it attacks'],
      ['ann', 'permit', 'block_ip: it attacks'],
    ]);
    await host.wait(70_000);
    expect([(await containment(view.effect_id))?.state, isAtTarget()]).toEqual([undefined, false]);
  });

  it.each([
    ['that no policy in force allows', { action: 'isolate_host', target: 'h1' }, 'denied', /no policy in force allows/],
    ['that is longer than the policy gives', { ttl_ms: 60_001 }, 'denied', /lets it last 60s at most/],
    ['on what is protected', { target: '198.51.100.7' }, 'denied', /the-office/],
  ])('%s is refused and does nothing', async (_, body, status, why) => {
    const view = await ordered(body);
    const said = [...view.reasons.map(({ text }) => text), ...view.progress.map(({ text = '' }) => text)].join('; ');
    expect(view.status).toBe(status);
    expect(said).toMatch(why);
    await host.wait(2_000);
    expect(sent()).toBe(0);
  });

  it('counts in the limits as everything does', async () => {
    for (const target of ['203.0.113.1', '203.0.113.2']) await ordered({ target });
    await host.wait(1_000);
    expect((await ordered({ target: '203.0.113.3' })).progress).toMatchObject([{ stop_reason: 'rate_limit' }]);
    expect(sent()).toBe(2);
  });

  it.each([
    ['an action that there is not', { action: 'nuke' }],
    ['no such address', { target: 'not-an-address' }],
    ['a file without its host', { action: 'quarantine_file', target: '/tmp/x' }],
    ['nobody', { target: 'N/A' }],
    ['a reason of two letters', { reason: 'no' }],
    ['a second', { ttl_ms: 1_000 }],
    ['a number that is none', { ttl_ms: 'long' }],
    ['a year', { ttl_ms: 365 * 86_400_000 }],
  ])('of %s is invalid and leaves nothing', async (_, body) => {
    const before = host.world.store.documents.size;
    const { status, body: problem } = await order(body);
    expect([status, problem.code]).toEqual([400, 'invalid']);
    expect(host.world.store.documents.size).toBe(before);
    expect(audits('contain')).toEqual([]);
  });

  it('is one order however often it is sent, and another content under its id is refused', async () => {
    const first = await ordered({ order_id: 'order-0001' });
    const again = await ordered({ order_id: 'order-0001' });
    expect(again.case_id).toBe(first.case_id);
    const { status, body } = await order({ order_id: 'order-0001', target: '203.0.113.8' });
    expect([status, body.code]).toEqual([409, 'changed']);
    // Somebody else's id is somebody else's order.
    expect((await ordered({ order_id: 'order-0001' }, bob)).case_id).not.toBe(first.case_id);
    await host.wait(2_000);
    expect(new Set(host.world.sendings.map(({ command }) => command.command_id)).size).toBe(1);
  });

  it('waits for somebody else where the policy asks, by whatever name its giver comes back', async () => {
    const view = await ordered({ action: 'disable_user', target: 'eve' });
    expect([view.status, sent()]).toEqual(['waiting', 0]);
    await host.wait(1_500);
    const escalation = await waiting();
    expect(escalation?.order?.reason).toBe('it attacks');
    if (escalation === undefined) throw new Error('nothing waits');
    for (const name of ['ann', 'ANN', 'CORP\\ann', 'ann@corp.example', 'Ａnn']) {
      const { status } = await approve(escalation, callerWith(name, 'read', 'respond', 'approve'));
      expect([name, status]).toEqual([name, 403]);
    }
    expect(sent()).toBe(0);
    expect((await approve(escalation)).status).toBe(200);
    await host.wait(2_000);
    expect(sent()).toBe(1);
  });

  it('waits while the kill switch is thrown, and is decided again once somebody wants that', async () => {
    await host.call(throwSwitch, { body: { scope: 'all', reason: 'looking' }, as: bob });
    const view = await ordered({});
    expect([view.status, view.progress[0]?.stop_reason]).toEqual(['waiting', 'kill_switch']);
    await host.wait(3_000);
    expect(sent()).toBe(0);
    await host.call(releaseSwitch, { body: { scope: 'all', reason: 'done' }, as: bob });
    await host.wait(3_000);
    expect(sent()).toBe(0);
    await host.call(decideAgain, { body: { scope: 'all', reason: 'still wanted' }, as: bob });
    await host.wait(5_000);
    expect(sent()).toBe(1);
  });

  it('is asked about before it is given, and the question leaves nothing', async () => {
    const before = host.world.store.documents.size;
    const ask = async (query: object): Promise<WouldView> => {
      const { status, body } = await host.call(getWould, {
        query: { action: 'block_ip', target: IP, ordered: 'true', ...query },
        as: ann,
      });
      expect(status).toBe(200);
      return body as WouldView;
    };
    expect((await ask({})).ordered).toMatchObject({ would: 'permit', policy: 'block-by-hand', ttl_ms: 60_000 });
    expect((await ask({ ttl_ms: '61000' })).ordered).toMatchObject({ would: 'deny' });
    expect((await ask({ target: '198.51.100.7' })).ordered).toMatchObject({
      would: 'deny',
      stop_reason: 'protected_target',
    });
    expect((await ask({ action: 'disable_user', target: 'eve' })).ordered).toMatchObject({ would: 'escalate' });
    expect((await ask({ action: 'isolate_host', target: 'h1' })).ordered).toMatchObject({ would: 'deny' });
    expect((await ask({})).limits).toMatchObject([{ limit: 'few-blocks', used: 0, most: 2, adds: 1 }]);
    await host.wait(2_000);
    expect([host.world.store.documents.size, sent()]).toEqual([before, 0]);
    const { ordered: none } = (await host.call(getWould, { query: { action: 'block_ip', target: IP } }))
      .body as WouldView;
    expect(none).toBeUndefined();
  });

  it('says what it takes away, by what the connector states of the target, and what would take less', async () => {
    const promise = (usual: number) => ({
      disruption: { usual, by_tag: { server: 0.9 } },
      offline: { order: 'not_needed' as const },
      needs: [],
    });
    const [edge] = host.agent.parts.connectors.values();
    if (edge === undefined) throw new Error('no connector');
    Object.assign(edge.capabilities, { promises: { isolate_host: promise(0.6), block_ip: promise(0.2) } });
    const { body } = await host.call(getWould, { query: { action: 'isolate_host', target: 'h1', ordered: 'true' } });
    expect((body as WouldView).disruption).toMatchObject({ share: 0.6, milder: [{ action: 'block_ip' }] });
    const id = await contained('isolate', { src_host: 'h1' });
    expect((await containment(id))?.disruption?.share).toBe(0.6);
  });
});

describe('an order to extend', () => {
  it('has another agent keep it longer, as a further reason, and ends it then', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    const until = later(row, 20_000);
    const { status, body } = await extend(id, until);
    expect([status, (body as OrderedView).status]).toEqual([200, 'applying']);
    await host.wait(4_000);
    const longer = await containment(id);
    expect(longer?.reasons.map(({ policy: { id: by } }) => by)).toEqual(['block-on-tag', 'block-by-hand']);
    const off = Date.parse(longer?.due ?? '') - Date.parse(until);
    // An end is never early; the agent that keeps it counts from when it was asked.
    expect([off >= 0, off <= 2_000]).toEqual([true, true]);
    await host.wait(Date.parse(until) - host.world.epoch - host.world.now - 3_000);
    expect(isAtTarget()).toBe(true);
    await host.wait(20_000);
    expect([isAtTarget(), sent()]).toEqual([false, 1]);
    expect(audits('extend').map(({ by, outcome, effect_id }) => [by, outcome, effect_id])).toEqual([
      ['ann', 'asked', id],
      ['ann', 'permit', id],
    ]);
  });

  it('may go no further than the policy gives from now on, nor all in all', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    const tooFar = await extend(id, later(row, 60_000));
    expect((tooFar.body as OrderedView).reasons.map(({ code }) => code)).toContain('ordered_too_long');
    await extend(id, later(row, 25_000));
    await host.wait(45_000);
    const longer = await containment(id);
    const again = await extend(id, later(longer, 40_000));
    expect((again.body as OrderedView).progress).toMatchObject([{ status: 'denied', stop_reason: 'too_long' }]);
    await host.wait(2_000);
    expect((await containment(id))?.due).toBe(longer?.due);
  });

  it.each([
    ['an earlier end', (row: ContainmentView) => later(row, -1_000), 400, 'invalid'],
    ['the end that it has', (row: ContainmentView) => later(row, 0), 400, 'invalid'],
    ['no moment', () => 'soon', 400, 'invalid'],
  ])('to %s is refused and changes nothing', async (_, until, status, code) => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    if (row === undefined) throw new Error('nothing is contained');
    const answer = await extend(id, until(row));
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
    await host.wait(2_000);
    expect((await containment(id))?.due).toBe(row.due);
  });

  it('of what is not there is 404', async () => {
    const answer = await extend('effect:none', '2027-01-01T00:00:00.000Z');
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([404, 'not_found']);
  });

  it('needs another policy than the one that contained it: none for hosts names who may', async () => {
    const id = await contained('isolate', { src_host: 'h1' });
    const row = await containment(id);
    const { body } = await extend(id, later(row, 20_000));
    expect(body).toMatchObject({ status: 'denied', verdict: 'deny' });
    await host.wait(3_000);
    expect((await containment(id))?.due).toBe(row?.due);
  });

  it('begins nothing where it is lifted at the same time', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    const [lifted] = await Promise.all([
      host.call(liftContainment, { params: { effect_id: id }, body: { reason: 'false alarm' }, as: bob }),
      extend(id, later(row, 20_000)),
    ]);
    expect(lifted.status).toBe(200);
    await host.wait(30_000);
    expect([isAtTarget(), sent()]).toEqual([false, 1]);
    const answer = await extend(id, later(row, 30_000));
    expect(answer.status).toBe(404);
  });

  it('begins nothing where it ended while it waited, even if somebody agrees then', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    await host.call(throwSwitch, { body: { scope: 'all', reason: 'looking' }, as: bob });
    const { body } = await extend(id, later(row, 25_000));
    expect((body as OrderedView).status).toBe('waiting');
    await host.wait(38_000);
    expect(isAtTarget()).toBe(false);
    await host.call(releaseSwitch, { body: { scope: 'all', reason: 'done' }, as: bob });
    await host.wait(2_000);
    const escalation = await waiting();
    if (escalation === undefined) throw new Error('nothing waits');
    await approve(escalation);
    await host.wait(5_000);
    expect([isAtTarget(), sent()]).toEqual([false, 1]);
  });

  it('ends when it was to end, however late somebody agrees', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    await host.call(throwSwitch, { body: { scope: 'policy:block-by-hand', reason: 'looking' }, as: bob });
    const until = later(row, 25_000);
    await extend(id, until);
    await host.wait(15_000);
    await host.call(releaseSwitch, { body: { scope: 'policy:block-by-hand', reason: 'done' }, as: bob });
    await host.wait(2_000);
    const escalation = await waiting();
    if (escalation === undefined) throw new Error('nothing waits');
    expect((await approve(escalation)).status).toBe(200);
    await host.wait(4_000);
    const off = Date.parse((await containment(id))?.due ?? '') - Date.parse(until);
    expect([off >= 0, off <= 2_000]).toEqual([true, true]);
  });

  it('does not put off the end of one that began again since', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    await host.call(throwSwitch, { body: { scope: 'policy:block-by-hand', reason: 'looking' }, as: bob });
    await extend(id, later(row, 25_000));
    await host.wait(38_000);
    await host.call(releaseSwitch, { body: { scope: 'policy:block-by-hand', reason: 'done' }, as: bob });
    const timestamp = iso(host.agent.parts.clock.utc());
    await host.drive(second.admit(received({ event_id: 'anew', timestamp, tags: ['block'], source: { ip: IP } })));
    await host.wait(2_000);
    const anew = await containment(id);
    const escalation = await waiting();
    if (escalation === undefined) throw new Error('nothing waits');
    const { body } = await approve(escalation);
    expect(body).toMatchObject({ code: 'stopped_again' });
    expect((await containment(id))?.due).toBe(anew?.due);
  });

  it('is lost with nothing wrong where the agent that keeps it dies', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const row = await containment(id);
    const [, machine] = host.world.agents;
    if (machine === undefined) throw new Error('one agent only');
    const asking = extend(id, later(row, 20_000));
    host.world.crash(machine);
    await asking;
    await host.wait(60_000);
    // Ended by whoever took it over, not early, and nothing was sent a second time.
    expect([isAtTarget(), sent()]).toEqual([false, 1]);
    expect(contentOf('effect', host.world.store.get(id))?.state).toBe('absent');
  });
});

describe('an order to extend, at a target that ends effects by itself', () => {
  const END_MS = 60_000;

  const toldUntil = (id: string): number =>
    Date.parse(contentOf('effect', host.world.store.get(id))?.ordered_until ?? '') - host.world.epoch;

  beforeEach(async () => {
    host = await routeHost({
      bundle,
      agents: 2,
      inventory: simInventory,
      actions: ['block_ip', 'isolate_host', 'disable_user'],
      climate: new Set(['native_ttl'] as const),
    });
    const [, machine] = host.world.agents;
    if (machine === undefined) throw new Error('one agent only');
    second = host.world.boot(machine);
    await host.wait(5_000);
  });

  it('is told there, and it ends then', async () => {
    const id = await contained('block', { source: { ip: IP } });
    const [first, until] = [toldUntil(id), later(await containment(id), 20_000)];
    const endsAt = Date.parse(until) - host.world.epoch;
    expect((await extend(id, until)).status).toBe(200);
    await host.wait(5_000);
    expect(toldUntil(id) - first).toBeGreaterThan(19_000);
    await host.wait(endsAt - host.world.now - 2_000);
    expect([isAtTarget(), sent()]).toEqual([true, 1]);
    await host.wait(END_MS);
    expect(isAtTarget()).toBe(false);
  });

  it.each([0, 30, 120, 600])(
    'ends no earlier than it would have, be it that its agent dies %i ms after it was asked, and ends once',
    async (afterMs) => {
      const id = await contained('block', { source: { ip: IP } });
      const row = await containment(id);
      const endsAt = Date.parse(row?.due ?? '') - host.world.epoch;
      const [, machine] = host.world.agents;
      const asking = extend(id, later(row, 20_000));
      await host.wait(afterMs);
      if (machine) host.world.crash(machine);
      expect((await asking).status).toBe(200);
      await host.wait(endsAt - host.world.now - 500);
      expect([isAtTarget(), sent()]).toEqual([true, 1]);
      await host.wait(END_MS + 20_000);
      expect([isAtTarget(), sent()]).toEqual([false, 1]);
    },
  );
});
