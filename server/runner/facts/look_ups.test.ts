import type { Decision } from '../../../common/flow/decision';
import type { LookupQuery } from '../../../common/flow/lookup';
import { digestOf } from '../../engine/digest/digest';
import type { Lookups } from '../../engine/decision/lookups';
import { bareIdentities } from '../../engine/entity/identity';
import { aDecision } from '../../../test/builders/views';
import { clockOf } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import { StoreUnavailable, type Connector, type EvidenceGlanced } from '../ports';
import { LookupDesk, MOST_AT_ONCE, withLookUps } from './look_ups';

const chainTo = (to: string): LookupQuery => ({ lookup: 'lateral_chain', from: 'host:s', to, within_ms: 1_000 });
const CHAIN = chainTo('host:d');
const SEARCH: LookupQuery = {
  lookup: 'search',
  name: 'failed',
  indices: ['auth-*'],
  time: '@timestamp',
  within_ms: 1_000,
  match: [{ field: 'source.ip', as: 'ip', thing: 'ip:203.0.113.7' }],
  answer: 'count',
};
const HOST: LookupQuery = { lookup: 'host_integrity', connector: 'edr', host: 'ws-1' };

interface Around {
  /** How long the store takes, ms; undefined: for ever. */
  readonly storeMs?: number;
  readonly store?: () => EvidenceGlanced;
  readonly hostStatus?: Connector['hostStatus'];
  readonly searches?: ConstructorParameters<typeof LookupDesk>[0]['searches'];
}

const sceneOf = ({ storeMs, store = () => ({ found: [], isWhole: true }), hostStatus, searches }: Around = {}) => {
  const scheduler = new Scheduler();
  const glances: unknown[] = [];
  const clock = clockOf(scheduler);
  const desk = new LookupDesk({
    clock,
    inventory: bareIdentities,
    ...(searches ? { searches } : {}),
    connectors: new Map([['edr', { ...(hostStatus ? { hostStatus } : {}) }]]),
    evidence: {
      find: () => Promise.reject(new Error('no step is asked about')),
      glance: async (query) => {
        glances.push(query);
        if (storeMs === undefined) return new Promise(() => undefined);
        await clock.sleep(storeMs);
        return store();
      },
    },
  });
  const run = async <Value>(made: Promise<Value>, ms = 10_000): Promise<Value> => {
    const done = made.then((value) => ({ value }));
    // What needs no time is over before time goes on.
    scheduler.after(0, () => undefined);
    await scheduler.runUntil(scheduler.now + ms);
    return (await done).value;
  };
  return { desk, run, searches: glances, scheduler };
};

describe('the desk of look-ups', () => {
  it('tells what came, when it was asked and how long it took', async () => {
    const { desk, run } = sceneOf({ storeMs: 40 });
    const said = await run(desk.ask(CHAIN, 500));
    expect(said).toEqual({ answer: { hops: 0, hosts: [] }, asked_at: expect.stringMatching(/Z$/), took_ms: 40 });
    expect(desk.counts.get('lateral_chain')).toEqual({ asked: 1, answered: 1, missing: 0, shared: 0, took_ms: 40 });
  });

  it('waits for a slow store no longer than it may, and hands the limit on', async () => {
    const { desk, run, searches } = sceneOf();
    expect(await run(desk.ask(CHAIN, 500))).toMatchObject({ missing: 'no answer within 500 ms', took_ms: 500 });
    expect(searches).toEqual([expect.objectContaining({ timeoutMs: 500 })]);
    expect(desk.counts.get('lateral_chain')).toMatchObject({ missing: 1, answered: 0 });
  });

  it('says why a store that is away has no answer', async () => {
    const { desk, run } = sceneOf({
      storeMs: 1,
      store: () => {
        throw new StoreUnavailable('OpenSearch is away');
      },
    });
    expect(await run(desk.ask(CHAIN, 500))).toMatchObject({ missing: 'OpenSearch is away' });
  });

  it('asks once what several events ask at a time, and again later', async () => {
    const { desk, run, searches } = sceneOf({ storeMs: 10 });
    const [one, other] = await run(Promise.all([desk.ask(CHAIN, 500), desk.ask(CHAIN, 500)]));
    expect([one, searches.length]).toEqual([other, 1]);
    await run(desk.ask(CHAIN, 500));
    expect([searches.length, desk.counts.get('lateral_chain')?.shared]).toEqual([2, 1]);
  });

  it('does not turn a flood of events into a flood of searches', async () => {
    const { desk, run, searches } = sceneOf({ storeMs: 10 });
    const flood = Array.from({ length: 10_000 }, (_, index) => desk.ask(chainTo(`host:d${index}`), 500));
    const said = await run(Promise.all(flood));
    expect(searches.length).toBe(MOST_AT_ONCE);
    expect(said[MOST_AT_ONCE]).toEqual({ missing: `${MOST_AT_ONCE} look-ups are under way already` });
    expect(desk.counts.get('lateral_chain')).toMatchObject({ asked: 10_000, answered: MOST_AT_ONCE });
    expect(await run(desk.ask(CHAIN, 500))).toMatchObject({ answer: { hops: 0 } });
  });

  it('asks elsewhere while one connector is slow', async () => {
    const { desk, run } = sceneOf({ storeMs: 10, hostStatus: () => new Promise(() => undefined) });
    for (let n = 0; n < MOST_AT_ONCE; n += 1) void desk.ask({ ...HOST, host: `ws-${n}` }, 500);
    expect(await desk.ask({ ...HOST, host: 'one-more' }, 500)).toHaveProperty('missing');
    expect(await run(desk.ask(CHAIN, 500))).toMatchObject({ answer: { hops: 0 } });
  });

  it('asks a connector about a host, and gives it up in time', async () => {
    const asked: unknown[] = [];
    const altered = sceneOf({
      hostStatus: async (host) => {
        asked.push(host);
        return { state: 'altered', said: 'boot image differs' };
      },
    });
    expect(await altered.run(altered.desk.ask(HOST, 500))).toMatchObject({
      answer: { state: 'altered', said: 'boot image differs' },
    });
    expect(asked).toEqual(['ws-1']);
    let signal: AbortSignal | undefined;
    const silent = sceneOf({
      hostStatus: (_, context) => {
        signal = context.signal;
        return new Promise(() => undefined);
      },
    });
    expect(await silent.run(silent.desk.ask(HOST, 500))).toMatchObject({ missing: 'no answer within 500 ms' });
    expect(signal?.aborted).toBe(true);
  });

  it('searches in allowed indices, and asks elsewhere while searches are slow', async () => {
    const asked: unknown[] = [];
    const { desk, run } = sceneOf({
      storeMs: 10,
      searches: {
        allowed: ['auth-*'],
        log: {
          search: async (query) => {
            asked.push(query);
            return asked.length === 1 ? { documents: 4 } : new Promise(() => undefined);
          },
        },
      },
    });
    expect(await run(desk.ask(SEARCH, 500))).toMatchObject({ answer: { count: 4 } });
    expect(asked).toEqual([expect.objectContaining({ timeoutMs: 500 })]);
    expect(desk.counts.get('search')).toMatchObject({ asked: 1, answered: 1 });
    for (let n = 0; n < MOST_AT_ONCE; n += 1) void desk.ask({ ...SEARCH, name: `s${n}` }, 500);
    expect(await desk.ask({ ...SEARCH, name: 'more' }, 500)).toHaveProperty('missing');
    expect(await run(desk.ask(CHAIN, 500))).toMatchObject({ answer: { hops: 0 } });
    expect(asked).toHaveLength(1 + MOST_AT_ONCE);
  });

  it.each([
    [{}, SEARCH, '`lookups.indices` of the settings does not allow `auth-*`'],
    [{}, HOST, 'connector `edr` says nothing of hosts'],
    [{}, { ...HOST, connector: 'other' }, 'there is no connector `other` here'],
    [{ hostStatus: async () => ({ why: 'answered 500' }) }, HOST, 'answered 500'],
    [{ hostStatus: () => Promise.reject(new Error('broken')) }, HOST, 'broken'],
    [{ hostStatus: async () => ({ why: 'x'.repeat(9_000) }) }, HOST, 'x'.repeat(1_024)],
  ])('has no answer where no connector has one: %#', async (around: Around, query, missing) => {
    const { desk, run } = sceneOf(around);
    expect(await run(desk.ask(query as LookupQuery, 500))).toMatchObject({ missing });
  });
});

/** Decides by reading these look-ups in turn, each only where the one before has an answer. */
const reading =
  (queries: readonly LookupQuery[], tries: Array<readonly unknown[]>) =>
  (lookUp?: NonNullable<Lookups['lookUp']>): Decision => {
    const read = [];
    for (const query of queries) {
      const said = lookUp?.(query) ?? { missing: 'nobody asks' };
      read.push({ query, query_digest: digestOf(query), ...said });
      if (said.answer === undefined) break;
    }
    tries.push(read.map(({ missing }) => missing));
    const decision = aDecision();
    return { ...decision, inputs: { ...decision.inputs, lookups: read } };
  };

describe('deciding with look-ups', () => {
  it('is done at once where none is read', () => {
    const { desk, searches } = sceneOf();
    const tries: Array<readonly unknown[]> = [];
    expect(withLookUps(desk, reading([], tries))).not.toBeInstanceOf(Promise);
    expect([tries.length, searches.length]).toEqual([1, 0]);
  });

  it('asks what is read, then what is read because of that', async () => {
    const { desk, run } = sceneOf({ storeMs: 10 });
    const tries: Array<readonly unknown[]> = [];
    const made = withLookUps(desk, reading([CHAIN, chainTo('host:e')], tries));
    const { inputs } = await run(Promise.resolve(made));
    expect(inputs.lookups?.map(({ answer }) => answer)).toEqual([
      { hops: 0, hosts: [] },
      { hops: 0, hosts: [] },
    ]);
    expect(tries).toHaveLength(3);
  });

  it('decides after half a second with what there is by then', async () => {
    const { desk, run, scheduler } = sceneOf({ storeMs: 300 });
    const tries: Array<readonly unknown[]> = [];
    let decidedAt = 0;
    const made = Promise.resolve(withLookUps(desk, reading([CHAIN, chainTo('host:e'), chainTo('host:f')], tries)));
    const noted = made.then((decision) => {
      decidedAt = scheduler.now;
      return decision;
    });
    const { inputs } = await run(noted);
    expect(decidedAt).toBe(500);
    expect(inputs.lookups?.map(({ missing }) => missing)).toEqual([undefined, 'no answer within 200 ms']);
  });
});
