import type { PassThrough } from 'stream';
import { aCase, aDecisionOf, aStateRoom, caseDoc, theAct, utcIn } from '../builders/executing';
import { anEvent, received } from '../builders/events';
import { anEffect, EFFECT } from '../builders/undoing';
import { callerWith, routeHost } from '../builders/route_host';
import { quietLog } from '../builders/store_port';
import { aStatus } from '../builders/views';
import { postEvents } from '../../common/api/routes';
import type { Severity } from '../../common/flow/event';
import { plannedEffect } from '../../server/runner/keeping/kinds/effect';
import type { PlannedDoc } from '../../server/runner/keeping/state_docs';
import type { StateDoc } from '../../server/runner/ports';
import type { Caller } from '../../server/routes/bind';
import type { HostResponse, HostRoute } from '../../server/routes/http';
import { liveRoute } from '../../server/routes/live';
import { listContainments, listEscalations } from '../../server/runner/operations/containments';

/*
 * X17: more than the console can show. A hundred thousand acts wait, alerts are of megabytes, hundreds of pages listen.
 * Nothing here is timed: what is counted are requests, documents with their contents, and bytes.
 */

const MANY = 100_000;

interface Waits {
  readonly severity?: Severity;
  readonly status?: 'waiting' | 'held';
  readonly raw?: string;
}

const waiting = (n: number, { severity = 'low', status = 'waiting', raw }: Waits = {}): PlannedDoc => {
  const act = theAct('a0', { target: { type: 'ip', value: `203.0.113.${n % 250}` } });
  const event = anEvent({ event_id: `e${n}`, severity, ...(raw === undefined ? {} : { raw: { raw } }) });
  const content = aCase([{ act_id: 'a0', status }], {
    received: received(event, { case_id: `case:${n}` }),
    decision: aDecisionOf([act], { decision_id: `d${n}`, case_id: `case:${n}`, decided_at: utcIn(n) }),
    state: status,
  });
  const doc = caseDoc(content);
  return { ...doc, facets: { ...doc.facets, at: utcIn(n) } };
};

/** A state with these documents, and what a list reads of it. */
const sceneOf = (docs: readonly PlannedDoc[]) => {
  const room = aStateRoom();
  for (const { id, kind, facets, content } of docs)
    room.fake.documents.set(id, {
      body: { kind, write_id: id, session: '', owner: '', ordinal: 0, facets, content, outbox: [] },
      version: { seqNo: 1, primaryTerm: 1 },
    });
  room.fake.refresh();
  const counted = { requests: 0, contents: 0 };
  const { store } = room.port;
  const noted = (found: Iterable<StateDoc>): void => {
    counted.requests += 1;
    for (const { content } of found) counted.contents += content === undefined ? 0 : 1;
  };
  const watched: typeof store = {
    ...store,
    count: (query) => {
      noted([]);
      return store.count(query);
    },
    search: async (query) => {
      const found = await store.search(query);
      noted(found);
      return found;
    },
    getMany: async (ids) => {
      const found = await store.getMany(ids);
      noted(found.values());
      return found;
    },
  };
  const parts = {
    connectors: new Map(),
    store: watched,
    clock: room.basics.clock,
    bundles: { brakeRules: () => ({ limits: [], keeps: [] }) },
  };
  const agent = { parts, shift: undefined, knownHere: { state: 'asked', effects: new Map() } } as never;
  return { counted, agent, run: room.run };
};

describe('a hundred thousand acts that wait', () => {
  it('are a list in which each severity has its turn, with how many there are, for a bounded number of requests and documents', async () => {
    // In the middle, where neither the oldest nor the newest thousand are.
    const grave = Array.from({ length: 5 }, (_, n) => waiting(MANY / 2 + n, { severity: 'critical' }));
    const flood = Array.from({ length: MANY }, (_, n) => waiting(n < MANY / 2 ? n : n + 5));
    const { counted, agent, run } = sceneOf([...flood, ...grave]);
    const { total, escalations } = await run(listEscalations(agent));
    expect([total, escalations.length]).toEqual([MANY + 5, 1_000]);
    expect(escalations.filter(({ event }) => event.severity === 'critical')).toHaveLength(5);
    expect(counted.contents).toBeLessThanOrEqual(1_000);
    expect(counted.requests).toBeLessThanOrEqual(30);
  });

  it('hide nothing that waits, where they are only held', async () => {
    const flood = Array.from({ length: 20_000 }, (_, n) => waiting(10 + n, { severity: 'critical', status: 'held' }));
    const { agent, run } = sceneOf([waiting(1), ...flood]);
    const { escalations } = await run(listEscalations(agent));
    expect(escalations.map(({ case_id }) => case_id)).toEqual(['case:1']);
  });

  it('are not one answer of a hundred megabytes, where each alert is large', async () => {
    const raw = 'x'.repeat(60_000);
    const flood = Array.from({ length: 2_000 }, (_, n) => waiting(n, { raw }));
    const { counted, agent, run } = sceneOf(flood);
    const { total, escalations } = await run(listEscalations(agent));
    expect(total).toBe(2_000);
    expect(escalations.length).toBeGreaterThan(100);
    expect(JSON.stringify(escalations).length).toBeLessThan(9_000_000);
    expect(counted.contents).toBeLessThanOrEqual(300);
  });
});

describe('a hundred thousand containments', () => {
  it('are a list of a thousand that says how many there are', async () => {
    const effects = Array.from({ length: MANY }, (_, n) => plannedEffect(`${EFFECT}${n}`, anEffect(), utcIn(0)));
    const { counted, agent, run } = sceneOf(effects);
    const { total, containments } = await run(listContainments(agent));
    // One of the requests is for the cases, which know who approved what.
    expect([total, containments.length, counted]).toEqual([MANY, 1_000, { requests: 3, contents: 1_000 }]);
  });
});

describe('many pages that listen', () => {
  const ana: Caller = { name: 'ana', may: ['read'], singleUser: false };

  const listening = () => {
    const routes: HostRoute[] = [];
    let asked = 0;
    let caller = ana;
    liveRoute({
      router: { add: (route) => routes.push(route) },
      log: quietLog(),
      identify: async () => caller,
      tokenOwner: async () => undefined,
      loading: () => undefined,
      servesPeople: true,
      status: async () => {
        asked += 1;
        return aStatus();
      },
      onChange: () => () => undefined,
    });
    const open = async (name: string, whenGone: (gone: () => void) => void = () => undefined) => {
      caller = { ...ana, name };
      const request = { params: {}, query: {}, body: undefined, headers: {}, address: undefined, native: undefined };
      return await (routes[0] as HostRoute).handle({ ...request, whenGone });
    };
    return { open, asked: () => asked };
  };

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('cost one look at the status a second for each person, not for each page', async () => {
    const { open, asked } = listening();
    for (let page = 0; page < 30; page += 1) await open(page % 2 === 0 ? 'ana' : 'ben');
    const before = asked();
    await jest.advanceTimersByTimeAsync(4_000);
    // Who listens is asked anew every 5 s: until then two people do.
    expect(asked() - before).toBe(8);
  });

  it('are refused with a code once one person has 64, or all have 256, until one of them closes', async () => {
    const { open } = listening();
    const gone: Array<() => void> = [];
    const statuses: number[] = [];
    for (let page = 0; page < 66; page += 1)
      statuses.push((await open('ana', (leaves) => void gone.push(leaves))).status);
    expect([statuses.indexOf(429), (await open('ben')).status]).toEqual([64, 200]);
    expect((await open('ana')).body).toMatchObject({ code: 'overloaded', retry_after_s: 30 });
    gone[0]?.();
    expect((await open('ana')).status).toBe(200);
    for (let page = 0; page < 300; page += 1) statuses.push((await open(`person ${page}`)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(255);
  });

  it('keep no more than a megabyte for a page that does not read', async () => {
    const { open } = listening();
    const { body } = (await open('ana')) as HostResponse & { body: PassThrough };
    const perSecond = JSON.stringify(aStatus()).length;
    await jest.advanceTimersByTimeAsync(1_000 * Math.ceil(1_200_000 / perSecond));
    expect([body.writableEnded, body.readableLength + body.writableLength < 1_200_000]).toEqual([true, true]);
  });
});

describe('a huge alert', () => {
  const source = callerWith('siem', 'intake');
  const headers = { authorization: 'Bearer good' };

  it('has a bound at every route that takes a body', async () => {
    const { routes } = await routeHost();
    const bounds = routes.filter(({ method }) => method !== 'get').map(({ maxBytes }) => maxBytes);
    expect(bounds.length).toBeGreaterThan(30);
    expect(Math.max(...bounds)).toBeLessThanOrEqual(64 * 1_048_576);
    expect(Math.min(...bounds)).toBeGreaterThan(0);
  });

  it('is in quarantine with its reason, cut, and the events beside it are taken', async () => {
    const host = await routeHost();
    const { raw: _raw, ...small } = anEvent({ event_id: 'small' });
    const huge = { ...small, event_id: 'huge', raw: { text: 'x'.repeat(3_900_000) } };
    const answer = await host.call(postEvents, {
      as: source,
      headers,
      body: Buffer.from(JSON.stringify([huge, small])),
    });
    const { results } = answer.body as { results: ReadonlyArray<{ status: string }> };
    expect(results.map(({ status }) => status)).toEqual(['quarantined', 'accepted']);
    const entries = [...(host.world.evidence.records.get('quarantine')?.values() ?? [])];
    const kept = entries[0]?.body as { fields: ReadonlyArray<{ path: string }>; original: string } | undefined;
    expect(kept?.fields.map(({ path }) => path)).toEqual(['raw']);
    expect(kept?.original.length).toBeLessThanOrEqual(60_000);
  });

  it('is refused where it is nested without end, and is kept as far as there is room', async () => {
    const host = await routeHost();
    const deep = `{"raw":${'['.repeat(1_000_000)}`;
    const answer = await host.call(postEvents, { as: source, headers, body: Buffer.from(deep) });
    expect(answer.status).toBe(400);
    const kept = [...(host.world.evidence.records.get('quarantine')?.values() ?? [])];
    expect(kept.map(({ body }) => body.reason)).toEqual(['unreadable']);
    expect(JSON.stringify(kept).length).toBeLessThan(70_000);
  });

  it('is refused whole where it holds too many events, with a code', async () => {
    const host = await routeHost();
    const events = Array.from({ length: 501 }, (_, n) => anEvent({ event_id: `e${n}` }));
    const answer = await host.call(postEvents, { as: source, headers, body: Buffer.from(JSON.stringify(events)) });
    expect([answer.status, answer.body]).toEqual([413, expect.objectContaining({ code: 'too_large' })]);
  });
});
