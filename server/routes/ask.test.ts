import { getAsk, getEntity, liftContainment, listActs, listContainments, listDecisions } from '../../common/api/routes';
import { iso } from '../../common/iso';
import type { DetectionEvent } from '../../common/flow/event';
import type { RouteContract } from '../../common/api/contract';
import { received } from '../../test/builders/events';
import { EVERYTHING, routeHost } from '../../test/builders/route_host';

const scene = async () => {
  const host = await routeHost();
  const call = (route: { readonly method: string; readonly path: string }, query: object) =>
    host.call(route, { query: query as never, as: EVERYTHING });
  const get = async <Answer>(
    route: Pick<RouteContract<never, never, never, Answer>, 'method' | 'path' | 'answer'>,
    query: object = {},
  ): Promise<Answer> => (await call(route, query)).body as Answer;
  let count = 0;
  const hand = async (event: Partial<DetectionEvent>): Promise<void> => {
    const timestamp = iso(host.agent.parts.clock.utc());
    await host.drive(host.agent.admit(received({ event_id: `alert-${(count += 1)}`, timestamp, ...event })));
    await host.wait(3_000);
  };
  const ask = async (q: string) => {
    const { matches } = await get(getAsk, { q });
    return matches.map(({ kind, value, whole }) => `${kind} ${value}${whole ? ' whole' : ''}`);
  };
  const lift = async () => {
    const [row] = (await get(listContainments)).containments;
    await host.call(liftContainment, {
      params: { effect_id: row?.effect_id ?? '' },
      body: { reason: 'a partner of ours' },
      as: { ...EVERYTHING, name: 'ann' },
    });
    await host.wait(10_000);
  };
  return { host, call, get, hand, ask, lift };
};

const KNOWN = { rule: { id: 'r1', origin: 'known_ioc' } };

describe('what somebody asks', () => {
  it('finds things by the whole and by a part of any name', async () => {
    const { hand, ask } = await scene();
    await hand({ ...KNOWN, source: { ip: '203.0.113.7' }, src_host: 'ws-fin-007', user: { name: 'CORP\\Ana' } });
    expect(await ask('203.0.113.7')).toEqual(['ip 203.0.113.7 whole']);
    expect(await ask('203.0.113')).toEqual(['ip 203.0.113.7']);
    expect(await ask('203.0.113.0/24')).toEqual(['network 203.0.113.0/24 whole', 'ip 203.0.113.7']);
    expect(await ask('FIN-0')).toEqual(['host ws-fin-007']);
    expect(await ask('ana')).toEqual([expect.stringMatching(/^user corp\\ana$/i)]);
    expect(await ask('ana@corp')).toEqual([expect.stringMatching(/^user (corp\\ana|ana@corp) whole$/i)]);
    expect(await ask('alert-1')).toEqual(['alert alert-1 whole']);
    expect(await ask('r1')).toContain('rule r1 whole');
    expect((await ask('ioc')).some((each) => each.startsWith('policy '))).toBe(true);
  });

  it('knows a listed host by its address, once', async () => {
    const { ask, hand } = await scene();
    await hand({ source: { ip: '10.0.0.4' }, tags: ['nothing'] });
    expect(await ask('10.0.0.4')).toEqual(['host h3 whole']);
    expect(await ask('h3')).toContain('host h3 whole');
  });

  it.each(['*', '?', '"', '(((', 'a:b OR *', '\\', '/x/', '~', ' '.repeat(50) + 'x', 'пример xп', 'x'.repeat(1_000)])(
    'takes %j for data',
    async (q) => {
      const { call, hand } = await scene();
      await hand({ ...KNOWN, source: { ip: '203.0.113.7' } });
      const answer = await call(getAsk, { q });
      expect([answer.status, (answer.body as { matches: unknown[] }).matches]).toEqual([200, []]);
      expect((await call(listDecisions, { about: q })).body).toMatchObject({ total: 0 });
    },
  );

  it('refuses what is too long with a code, and says where parts were not looked for', async () => {
    const { call, get } = await scene();
    expect((await call(getAsk, { q: 'x'.repeat(10_000) })).body).toMatchObject({ code: 'invalid' });
    expect(await get(getAsk, { q: 'x'.repeat(1_000) })).toMatchObject({ is_whole: false });
    expect(await get(getAsk, { q: 'x' })).toMatchObject({ is_whole: false });
    expect(await get(getAsk, { q: 'nothing' })).toMatchObject({ is_whole: true, total: 0 });
  });
});

describe('the decisions about a thing', () => {
  it('are found where the event only names it, by part and by whole', async () => {
    const { hand, get, call } = await scene();
    await hand({ tags: ['nothing'], source: {}, src_host: 'adm-01' });
    const found = async (query: object) => (await get(listDecisions, query)).total;
    expect(await found({ target: 'adm-01' })).toBe(0);
    expect(await found({ about: 'ADM-01.', kind: 'host' })).toBe(1);
    expect(await found({ about: 'adm' })).toBe(1);
    expect(await found({ about: 'adm', kind: 'host' })).toBe(0);
    expect((await call(listDecisions, { about: 'a b', kind: 'ip' })).body).toMatchObject({ code: 'invalid' });
  });

  it('are refused where a page would be cut, instead of looking like the end of the list', async () => {
    const { call } = await scene();
    expect((await call(listDecisions, { limit: 50, offset: 9_950 })).status).toBe(200);
    expect((await call(listDecisions, { limit: 50, offset: 9_951 })).body).toMatchObject({
      code: 'invalid',
      fields: [{ path: 'offset' }],
    });
  });

  it('say which policy came nearest where nothing was done', async () => {
    const { host, hand, get } = await scene();
    await hand({ tags: ['twice'], source: { ip: '203.0.113.9' } });
    await host.wait(30_000);
    const [brief] = (await get(listDecisions)).decisions;
    expect(brief?.outcome).toBe('nothing');
    expect(brief?.nearest).toMatchObject({ policy: { id: 'twice-block' }, unmet: [], open: 0 });
  });
});

describe('the page of a thing', () => {
  it('says what contains it, and after it was lifted who said what', async () => {
    const { get, hand, lift } = await scene();
    await hand({ ...KNOWN, source: { ip: '203.0.113.2' } });
    const page = () => get(getEntity, { kind: 'ip', value: '::ffff:203.0.113.2' });
    expect(await page()).toMatchObject({
      value: '203.0.113.2',
      contained: { total: 1, containments: [{ action: 'block_ip', target: { value: '203.0.113.2' } }] },
      words: [],
    });
    expect((await get(getEntity, { kind: 'network', value: '203.0.113.0/24' })).contained.total).toBe(1);
    await lift();
    expect(await page()).toMatchObject({
      contained: { total: 0, containments: [] },
      words: [{ verb: 'lift', by: 'ann', reason: 'a partner of ours' }],
    });
  });

  it('has the names of the inventory, and the limits in which an act would count', async () => {
    const { get, hand } = await scene();
    await hand({ tags: ['ransomware'], source: {}, src_host: 'h3' });
    const view = await get(getEntity, { kind: 'host', value: 'H3' });
    expect(view).toMatchObject({ value: 'h3', names: [{ kind: 'ip', text: '10.0.0.4' }], facts: { known: true } });
    expect(view.limits).toContainEqual(expect.objectContaining({ action: 'isolate_host', used: 1 }));
    expect((await get(getEntity, { kind: 'ip', value: '10.0.0.4' })).contained.total).toBe(view.contained.total);
  });

  it('says what would stop an act on it', async () => {
    const { get } = await scene();
    expect((await get(getEntity, { kind: 'network', value: '10.0.0.0/8' })).stops).toContainEqual(
      expect.objectContaining({ reason: 'scope_too_wide', then: 'escalate' }),
    );
    expect((await get(getEntity, { kind: 'ip', value: '127.0.0.1' })).stops[0]).toMatchObject({ then: 'deny' });
  });

  it('tells of a policy what it is, and refuses a text that names nothing', async () => {
    const { get, call } = await scene();
    const [match] = (await get(getAsk, { q: 'ioc' })).matches;
    expect(match?.kind).toBe('policy');
    expect(await get(getEntity, { kind: 'policy', value: match?.value ?? '' })).toMatchObject({
      policy: { layer: 'action', in_force: true },
    });
    expect(await get(getEntity, { kind: 'policy', value: 'gone' })).not.toHaveProperty('policy');
    expect((await call(getEntity, { kind: 'ip', value: 'ws-1' })).body).toMatchObject({ code: 'invalid' });
  });
});

describe('the history of acts', () => {
  it('has what ended, was refused and by whom, page by page', async () => {
    const { get, hand, lift, call } = await scene();
    await hand({ ...KNOWN, source: { ip: '203.0.113.2' } });
    await lift();
    for (const n of [3, 4, 5]) await hand({ ...KNOWN, source: { ip: `203.0.113.${n}` } });
    await hand({ tags: ['nothing'], source: { ip: '203.0.113.6' } });
    const acts = async (query: object = {}) =>
      (await get(listActs, query)).acts.map(({ target, progress }) => `${target.value} ${progress.status}`);
    const all = ['203.0.113.5 present', '203.0.113.4 present', '203.0.113.3 present', '203.0.113.2 ended'];
    expect(await acts()).toEqual(all);
    expect(await acts({ outcome: 'ended' })).toEqual(['203.0.113.2 ended']);
    expect(await acts({ by: 'AN' })).toEqual(['203.0.113.2 ended']);
    expect(await acts({ about: '203.0.113.4', kind: 'ip' })).toEqual(['203.0.113.4 present']);
    expect(await acts({ action: 'isolate_host' })).toEqual([]);
    expect(await acts({ connector: 'edge' })).toEqual(all);
    expect(await acts({ connector: 'edg' })).toEqual([]);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await get(listActs, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      paged.push(...page.acts.map(({ target, progress }) => `${target.value} ${progress.status}`));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(paged).toEqual(all);
    expect((await call(listActs, { cursor: 'x' })).body).toMatchObject({ code: 'invalid' });
  });
});
