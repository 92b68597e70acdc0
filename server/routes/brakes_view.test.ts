import { getWould, listLimits, listProtected, throwSwitch, listAgents } from '../../common/api/routes';
import type { AgentView, BrakeGauge, ProtectedThing, WouldAnswer, WouldView } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { received } from '../../test/builders/events';
import { aBundle } from '../../test/builders/policies';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../test/builders/route_host';
import { simInventory } from '../../test/simulation/scenario';
import type { InventoryItem } from '../runner/ports';

/* The brakes as they are shown, and what they would say of an act, by the routes, in a whole agent. */

const policy = (id: string, rest: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id.replace(/-/g, ' ')}, owner: test }
spec:
  mode: enforce
${rest}`;

const action = (id: string, name: string, target: string, undo: string): string =>
  policy(
    id,
    `  layer: action
  when: '"${id}" in event.tags'
  then: { action: ${name}, target: { ${target} }, ttl: 40s }
  rollback: { action: ${undo} }
`,
  );

const POLICIES = [
  action('block-one', 'block_ip', 'ip: event.source.ip', 'unblock_ip'),
  action('block-two', 'block_ip', 'ip: event.source.ip', 'unblock_ip'),
  action('isolate-one', 'isolate_host', 'host: event.src_host', 'release_host'),
  action('ask-first', 'block_ip', 'ip: event.source.ip', 'unblock_ip').replace('mode: enforce', 'mode: escalate'),
  action('quiet', 'block_ip', 'ip: event.source.ip', 'unblock_ip').replace('mode: enforce', 'mode: shadow'),
  policy(
    'few-isolations',
    '  layer: global\n  limit: { action: isolate_host, max_count: 2, of: hosts_in_subnet, within: 60s, on_breach: escalate }\n',
  ),
  policy('few-blocks', '  layer: global\n  limit: { action: block_ip, max_count: 3, within: 10m, on_breach: deny }\n'),
  policy('keep-a-resolver', '  layer: global\n  keep: { at_least: 1, of: resolver }\n'),
  // The inventory names nobody with this tag.
  policy('keep-a-mail-server', '  layer: global\n  keep: { at_least: 1, of: mail }\n'),
  policy('the-office', '  layer: global\n  protect: { ips: [198.51.100.0/24], hosts: [h7] }\n'),
];

const bundle = (() => {
  const { files, keys, trusted } = aBundle(POLICIES);
  return { files, keys, statement: trusted.statement };
})();

const INVENTORY: readonly InventoryItem[] = simInventory.map((item) =>
  item.value === 'h5' ? { ...item, criticality: 'critical', aliases: ['erp'] } : item,
);

const OWN = [{ text: '10.0.0.9', from: 'this machine, `eth0`' }];

let host: RouteHost;
let count = 0;
beforeEach(async () => {
  host = await routeHost({
    bundle,
    inventory: INVENTORY,
    own: OWN,
    actions: ['block_ip', 'isolate_host', 'disable_user'],
  });
  count = 0;
});

const hand = async (event: object): Promise<void> => {
  const n = (count += 1);
  const timestamp = iso(host.agent.parts.clock.utc());
  const named = { event_id: `e${n}`, source: {}, rule: { id: `r${n}` }, timestamp };
  await host.drive(host.agent.admit(received({ ...named, ...event })));
  await host.wait(3_000);
};
const isolate = (name: string) => hand({ tags: ['isolate-one'], src_host: name });
const block = (ip: string) => hand({ tags: ['block-one'], source: { ip } });
const ask = (query: object) => host.call(getWould, { query: query as Record<string, unknown>, as: EVERYTHING });
const would = async (action_: string, target: string, more: object = {}): Promise<WouldView> => {
  const { status, body } = await ask({ action: action_, target, ...more });
  expect([status, status === 200 ? '' : body]).toEqual([200, '']);
  return body as WouldView;
};
const only = async (...asked: Parameters<typeof would>): Promise<WouldAnswer> => {
  const { answers } = await would(...asked);
  expect(answers).toHaveLength(1);
  return answers[0] as WouldAnswer;
};
/** Everything that is stored but the heartbeats. */
const stored = (): string =>
  JSON.stringify([...host.world.store.documents].filter(([id]) => !id.startsWith('session:') && id !== 'gate').sort());

const recorded = (): number =>
  [...host.world.evidence.records.values()].reduce((sum, records) => sum + records.size, 0);

describe('what would happen to a target', () => {
  it('is that it is done where nothing stops it, and it leaves nothing behind', async () => {
    await block('203.0.113.1');
    const before = [stored(), recorded(), host.world.sendings.length];
    expect(await only('isolate_host', 'h1')).toEqual({
      policies: ['isolate-one'],
      now: { would: 'permit' },
      approved: { would: 'permit' },
    });
    await would('block_ip', '203.0.113.9');
    // Ledgers age by themselves every 10 s.
    await host.wait(4_000);
    expect([stored(), recorded(), host.world.sendings.length]).toEqual(before);
  });

  it.each([
    ['198.51.100.7', 'protected_target', /`198\.51\.100\.0\/24` \(the-office\)/],
    ['10.0.0.9', 'own_machine', /belongs to this installation \(this machine, `eth0`\)/],
  ] as const)('of %s is denied, approved or not: %s', async (target, stop_reason, text) => {
    const { now, approved } = await only('block_ip', target, { policy: 'block-one' });
    expect([now, approved]).toMatchObject([
      { would: 'deny', stop_reason },
      { would: 'deny', stop_reason },
    ]);
    expect(now.text).toMatch(text);
  });

  it('is one answer for all policies to which the same would happen, and none for those in shadow', async () => {
    const { answers, policies_total } = await would('block_ip', '203.0.113.1');
    expect([policies_total, answers.map(({ policies, now }) => [policies, now.would, now.stop_reason])]).toEqual([
      3,
      [
        [['ask-first'], 'escalate', 'not_permitted'],
        [['block-one', 'block-two'], 'permit', undefined],
      ],
    ]);
    expect((await only('block_ip', '203.0.113.1', { policy: 'block-two' })).policies).toEqual(['block-two']);
  });

  it('names a full limit, also for who approves, and shows how full it is', async () => {
    await isolate('h1');
    await isolate('h2');
    const { answers, limits } = await would('isolate_host', 'h3');
    const full = { would: 'escalate', stop_reason: 'blast_radius', limit: 'few-isolations' };
    expect(answers).toMatchObject([{ now: full, approved: full }]);
    expect(limits).toMatchObject([{ limit: 'few-isolations', used: 2, most: 2, adds: 1 }]);
    // What is contained already takes nothing more.
    expect((await only('isolate_host', 'h2')).now).toMatchObject({
      would: 'permit',
      text: expect.any(String) as string,
    });
  });

  it('names a rate that is full', async () => {
    for (const n of [1, 2, 3]) await block(`203.0.113.${n}`);
    const { now } = await only('block_ip', '203.0.113.4', { policy: 'block-one' });
    expect(now).toMatchObject({ would: 'deny', stop_reason: 'rate_limit', limit: 'few-blocks' });
  });

  it('names the role of which too few would be left', async () => {
    await isolate('h0');
    expect((await only('isolate_host', 'h1')).now).toMatchObject({
      would: 'escalate',
      stop_reason: 'role_kept',
      limit: 'keep-a-resolver',
    });
  });

  it('looks behind an order to stop', async () => {
    await host.call(throwSwitch, { body: { scope: 'action:isolate_host', reason: 'looking' }, as: EVERYTHING });
    expect(await only('isolate_host', 'h1')).toMatchObject({
      now: { would: 'escalate', stop_reason: 'kill_switch' },
      approved: { stop_reason: 'kill_switch' },
      resumed: { would: 'permit' },
    });
    // Nothing is looked behind that no order hides.
    for (const { resumed } of (await would('block_ip', '203.0.113.1')).answers) expect(resumed).toBeUndefined();
  });

  it('takes two sources where it is critical, by whichever name, or a person', async () => {
    const one = await would('isolate_host', 'erp');
    expect([one.critical, one.also_as]).toEqual(['listed', expect.arrayContaining(['h5']) as string[]]);
    expect(one.answers[0]).toMatchObject({
      now: { would: 'escalate', stop_reason: 'one_intake' },
      approved: { would: 'permit' },
    });
    expect((await only('isolate_host', 'erp', { sources: '2' })).now).toEqual({ would: 'permit' });
    expect((await only('isolate_host', 'erp', { sources: '0' })).now.stop_reason).toBe('one_intake');
  });

  it('counts in the bound of the source that is named, and of no other', async () => {
    const few = policy('one-start', '  layer: global\n  starts_of_one_intake: { max_count: 1, within: 60m }\n');
    const { files, keys, trusted } = aBundle([...POLICIES, few]);
    host = await routeHost({ bundle: { files, keys, statement: trusted.statement }, inventory: INVENTORY });
    const { intake } = received({});
    await block('203.0.113.1');
    const asked = { policy: 'block-one', source: `${intake.type}:${intake.id}` };
    expect((await only('block_ip', '203.0.113.2', asked)).now).toMatchObject({
      would: 'escalate',
      limit: 'One-intake',
    });
    for (const source of [undefined, 'webhook:another'])
      expect((await only('block_ip', '203.0.113.2', { ...asked, source })).now.would).toBe('permit');
    expect((await ask({ action: 'block_ip', target: '203.0.113.1', source: 'nowhere' })).body).toMatchObject({
      code: 'invalid',
    });
  });

  it('is asked as if a policy did it where none does', async () => {
    expect(await would('disable_user', 'ana')).toMatchObject({
      policies_total: 0,
      answers: [{ policies: [], now: { would: 'permit' }, approved: { would: 'permit' } }],
    });
    const { now } = await only('block_domain', 'bad.example');
    expect(now).toMatchObject({ would: 'escalate', stop_reason: 'connector_unavailable' });
  });

  it('says beforehand what then happens', async () => {
    for (const name of ['h1', 'h5', 'h7', 'h2', 'h3', 'h0']) {
      const { now } = await only('isolate_host', name);
      const sent = host.world.sendings.length;
      await isolate(name);
      expect([name, host.world.sendings.length > sent]).toEqual([name, now.would === 'permit']);
    }
  });

  it.each([
    [{ action: 'explode', target: 'h1' }, 400, 'no action that Reflex knows'],
    [{ action: 'isolate_host', target: 'h 1' }, 400, 'no valid host'],
    [{ action: 'isolate_host', target: 'unknown' }, 400, 'say which host'],
    [{ action: 'kill_process', target: 'x.exe' }, 400, '`host`'],
    [{ action: 'isolate_host', target: '' }, 400, ''],
    [{ action: 'isolate_host', target: 'h1', policy: 'block-one' }, 404, 'no policy `block-one`'],
    [{ action: 'isolate_host', target: 'h1', sources: '17' }, 400, ''],
  ])('is refused for %j', async (query, status, words) => {
    const answer = await ask(query);
    expect([answer.status, (answer.body as { message: string }).message]).toEqual([
      status,
      expect.stringContaining(words) as string,
    ]);
  });

  it('is told to who may look, and to nobody else', async () => {
    const query = { action: 'isolate_host', target: 'h1' };
    expect((await host.call(getWould, { query, as: callerWith('eve', 'read') })).status).toBe(200);
    expect((await host.call(getWould, { query, as: callerWith('eve', 'ask') })).status).toBe(403);
  });
});

describe('the limits', () => {
  const gauges = async (query: object = {}) =>
    (await host.call(listLimits, { query: query as Record<string, unknown>, as: EVERYTHING })).body as {
      total: number;
      gauges: BrakeGauge[];
      untouched: string[];
    };

  it('are of three kinds, fullest first, and what has none is named', async () => {
    expect((await gauges()).untouched).toEqual(['few-blocks', 'few-isolations', 'keep-a-mail-server']);
    await isolate('h0');
    await block('203.0.113.1');
    const all = await gauges();
    expect(all.gauges.map(({ kind, limit, used, most, counts }) => [kind, limit, used, most, counts])).toEqual([
      ['role', 'keep-a-resolver', 1, 1, 'targets'],
      ['limit', 'few-isolations', 1, 2, 'targets'],
      ['limit', 'few-blocks', 1, 3, 'starts'],
      ['source', 'One-intake', expect.any(Number), 100, 'starts'],
    ]);
    expect(all.untouched).toEqual(['keep-a-mail-server']);
    expect(all.gauges[0]).toMatchObject({ scope: 'resolver', keeps: 1, population: 2 });
  });

  it('are paged, and the total is of all', async () => {
    await isolate('h0');
    await block('203.0.113.1');
    const whole = (await gauges()).gauges;
    const second = await gauges({ limit: '1', offset: '1' });
    expect([second.total, second.gauges]).toEqual([whole.length, [whole[1]]]);
    const limits = await gauges({ kind: 'limit', limit: '1' });
    expect([limits.total, limits.gauges.map(({ limit }) => limit)]).toEqual([2, ['few-isolations']]);
  });

  it('say when they free: what is in effect takes an undo, what ended only time', async () => {
    await isolate('h1');
    const [during] = (await gauges({ kind: 'limit' })).gauges;
    expect(during).not.toHaveProperty('frees_in_ms');
    await host.wait(45_000);
    const [after] = (await gauges({ kind: 'limit' })).gauges;
    expect(after?.used).toBe(1);
    expect(after?.frees_in_ms).toBeGreaterThan(0);
    // It was started 48 s ago, of the 60 s of its window.
    expect(after?.frees_in_ms).toBeLessThan(20_000);
    // The clock of the agent may run 1 % slower.
    await host.wait((after?.frees_in_ms ?? 0) * 1.01);
    expect((await gauges({ kind: 'limit' })).gauges[0]?.used).toBe(0);
  });
});

describe('protected targets', () => {
  const list = async (query: object = {}) =>
    (await host.call(listProtected, { query: query as Record<string, unknown>, as: EVERYTHING })).body as {
      total: number;
      things: ProtectedThing[];
      counts: Record<ProtectedThing['from'], number>;
      two_sources: boolean;
    };
  const texts = async (query: object) => (await list(query)).things.map(({ text }) => text);

  it('are told with where each comes from', async () => {
    const { things, counts, total, two_sources } = await list();
    expect([things, total, two_sources]).toEqual([
      [
        { text: '10.0.0.9', from: 'own', where: 'this machine, `eth0`' },
        { text: '198.51.100.0/24', from: 'policy', where: 'the-office', kind: 'ip' },
        { text: 'h7', from: 'policy', where: 'the-office', kind: 'host' },
        { text: 'h5', from: 'inventory', where: 'file', kind: 'host' },
      ],
      4,
      true,
    ]);
    expect(counts).toEqual({ own: 1, policy: 2, inventory: 1 });
  });

  it('are found by any part of a name, another name, and of where they come from', async () => {
    expect(await texts({ text: 'H7' })).toEqual(['h7']);
    expect(await texts({ text: 'ER' })).toEqual(['h5']);
    expect(await texts({ text: 'office' })).toEqual(['198.51.100.0/24', 'h7']);
    expect(await texts({ text: 'zzz' })).toEqual([]);
    const { total, counts } = await list({ text: 'office', from: 'own' });
    expect([total, counts]).toEqual([0, { own: 0, policy: 2, inventory: 0 }]);
  });

  it('of ten thousand come page by page, and the total is the total', async () => {
    const own = Array.from({ length: 10_000 }, (_, n) => ({
      text: `db-${String(n).padStart(5, '0')}`,
      from: 'a list',
    }));
    host = await routeHost({ bundle, inventory: INVENTORY, own });
    const page = await list({ limit: '50', offset: '9990' });
    expect([page.total, page.things.length, page.things[0]?.text]).toEqual([10_003, 13, 'db-09990']);
    expect((await list({ text: 'db-0999' })).total).toBe(10);
    expect((await host.call(listProtected, { query: { limit: '201' } })).status).toBe(400);
  });
});

describe('the agents', () => {
  it('are told with what each holds', async () => {
    await block('203.0.113.1');
    await host.wait(2_000);
    const { body } = await host.call(listAgents, { as: EVERYTHING });
    const { agents, total } = body as { agents: AgentView[]; total: number };
    expect(total).toBe(1);
    expect(agents).toMatchObject([
      {
        agent: 'agent-0',
        host: 'agent-0',
        this_one: true,
        alive: true,
        bundle_version: 1,
        lacks: ['ui'],
        cannot_undo_at: [],
        spooled: 0,
        pending: 0,
        journal: 1,
      },
    ]);
    expect(agents[0]?.heartbeat_ms).toBeLessThan(1_000);
  });
});
