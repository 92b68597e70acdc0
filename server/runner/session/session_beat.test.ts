import { sessionOptions } from '../../../test/builders/sessions';
import {
  chanceOf,
  clockOf,
  drive,
  quietLog,
  slowFor,
  storePort,
  type StorePort,
} from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { RELEASED, sessionId, type SessionContent } from '../keeping/kinds/session';
import { bodyOf, contentOf } from '../keeping/state_docs';
import { StoreUnavailable } from '../ports';
import { Session } from './session';
import { HEARTBEAT_MS, PERMIT_MS } from './session_times';

/* What one heartbeat does and in which order, and who is told of what it finds. */

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let session: Session;
let over: boolean;
let lines: string[];
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  lines = [];
  const basics = { clock: clockOf(scheduler), chance: chanceOf(1), log: quietLog(lines) };
  session = new Session(sessionOptions(port, scheduler, { basics }));
  over = false;
});

const wait = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);
const join = (): Promise<void> => drive(scheduler, session.join());
const live = async (): Promise<void> => {
  await join();
  void session.keepAlive(() => over);
  await wait(50);
};
const another = async (agent = 2): Promise<Session> => {
  const other = new Session(sessionOptions(port, scheduler, { agent, generation: session.gate?.generation }));
  await drive(scheduler, other.join());
  return other;
};
const may = (): string => session.standstill('block_ip', 'edge', 'p') ?? 'may start';
const gateNow = (): Gate | undefined => contentOf('gate', fake.get(GATE_ID));
const sessionNow = (id = session.id): SessionContent | undefined => contentOf('session', fake.get(sessionId(id)));
const rewrite = (id: string, change: object): void => {
  const doc = fake.get(id);
  if (!doc) throw new Error(`there is no ${id}`);
  const content = { ...(doc.content as object), ...change };
  fake.write({ id, expect: doc.version, body: { ...bodyOf(doc), write_id: 'another', content } });
};
const order = (epoch: number): Partial<Gate> => ({
  epoch,
  stops: [{ scope: 'all', who: 'ann', why: 'too much', at: '2026-11-22T10:00:00.000Z', epoch }],
});
/** Waits until the next heartbeat was written. */
const nextBeat = async (): Promise<void> => {
  for (const n = sessionNow()?.n; sessionNow()?.n === n;) await wait(1);
};
/** Calls of the store: how many are under way, and how many were at most. */
const crowdOf = (call: 'get' | 'getMany' | 'bulk' | 'bulkThenGet', ms: number) => {
  const crowd = { now: 0, most: 0, calls: 0 };
  const was = port.store[call] as (arg: unknown) => Promise<unknown>;
  const slow = async (arg: unknown): Promise<unknown> => {
    crowd.calls += 1;
    crowd.most = Math.max(crowd.most, (crowd.now += 1));
    await new Promise<void>((resolve) => scheduler.after(ms, resolve));
    return was(arg).finally(() => (crowd.now -= 1));
  };
  Object.assign(port.store, { [call]: slow });
  return crowd;
};

describe('joining', () => {
  it('puts the session into the gate only once its document is there: it would be dead for all others', async () => {
    port.bulkTakes = slowFor(sessionId(session.id), 300);
    const found: boolean[] = [];
    fake.watch((id) => {
      if (id === GATE_ID && gateNow()?.sessions[session.id]) found.push(sessionNow() !== undefined);
    });
    await join();
    expect(found).toEqual([true]);
  });

  it('makes pauses while the store refuses the gate', async () => {
    await join();
    const { bulk } = port.store;
    let refused = 0;
    const refusing: typeof bulk = async (writes) => {
      if (!writes.some(({ id }) => id === GATE_ID)) return bulk(writes);
      refused += 1;
      return [{ kind: 'failed', message: 'no' }];
    };
    Object.assign(port.store, { bulk: refusing });
    const other = new Session(sessionOptions(port, scheduler, { agent: 2, generation: session.gate?.generation }));
    void other.join();
    await wait(3_000);
    expect(refused).toBeGreaterThan(3);
    expect(refused).toBeLessThan(20);
    Object.assign(port.store, { bulk });
    await wait(1_500);
    expect(other.isJoined).toBe(true);
  });

  it('is a sign of life, and its gate is in force before the first heartbeat', async () => {
    await join();
    expect(session.silentForMs).toBeLessThan(10);
    expect(session.gate).toEqual(gateNow());
    expect([may(), session.isStopped('block_ip', 'edge', 'p')]).toEqual(['permit_lapsed', false]);
  });
});

describe('the heartbeat', () => {
  it('comes every 300 ms, one at a time however long the store takes', async () => {
    await live();
    await wait(3_000);
    expect(Math.abs((sessionNow()?.n ?? 0) - 3_000 / HEARTBEAT_MS)).toBeLessThanOrEqual(1);
    const crowd = crowdOf('bulk', 700);
    await wait(5_000);
    expect([crowd.most, crowd.calls > 4]).toEqual([1, true]);
  });

  it('that took too long is followed by the next after 10 ms', async () => {
    await live();
    await another();
    let answered = NaN;
    const pauses: number[] = [];
    const { bulkThenGet } = port.store;
    const slow: typeof bulkThenGet = async (writes, id) => {
      pauses.push(scheduler.now - answered);
      await new Promise<void>((resolve) => scheduler.after(400, resolve));
      const both = await bulkThenGet(writes, id);
      answered = scheduler.now;
      return both;
    };
    Object.assign(port.store, { bulkThenGet: slow });
    await wait(3_000);
    expect(new Set(pauses.slice(1))).toEqual(new Set([10]));
  });

  it('reads the gate before it gives a permit, and after its own write', async () => {
    await live();
    await wait(1_000);
    const { bulkThenGet } = port.store;
    const found: boolean[] = [];
    const unread: typeof bulkThenGet = async (writes, id) => {
      const { outcomes, doc } = await bulkThenGet(writes, id);
      const { n } = contentOf('session', fake.get(sessionId(session.id))) ?? {};
      found.push(doc?.id === GATE_ID && (writes[0]?.body.content as SessionContent).n === n);
      throw new StoreUnavailable(`${outcomes.length} written, and the gate was not read`);
    };
    Object.assign(port.store, { bulkThenGet: unread });
    await wait(PERMIT_MS + 400);
    expect([may(), found[0]]).toEqual(['permit_lapsed', true]);
  });

  it('that finds no gate ends the session', async () => {
    await live();
    fake.documents.delete(GATE_ID);
    await wait(HEARTBEAT_MS + 20);
    expect([session.isLost, may()]).toEqual([true, 'lost']);
  });

  it('asks for nothing but one bulk', async () => {
    await live();
    await nextBeat();
    const asked = { bulks: port.bulks.length, reads: jest.spyOn(port.store, 'get') };
    await wait(10 * HEARTBEAT_MS);
    expect(Math.abs(port.bulks.length - asked.bulks - 10)).toBeLessThanOrEqual(1);
    expect(asked.reads).not.toHaveBeenCalled();
  });

  it('reads the gate once at a time, also after an order in its document', async () => {
    await live();
    const crowd = crowdOf('get', 900);
    for (const epoch of [1, 2, 3, 4, 5, 6]) {
      rewrite(sessionId(session.id), { order_epoch: epoch });
      await wait(900);
    }
    expect([crowd.most, crowd.calls > 4]).toEqual([1, true]);
  });

  it('that meets an order reads the gate at once, not with the next heartbeat', async () => {
    await live();
    await nextBeat();
    await wait(20);
    rewrite(GATE_ID, order(7));
    rewrite(sessionId(session.id), { order_epoch: 7 });
    await wait(HEARTBEAT_MS + 20);
    expect(may()).toBe('stopped');
  });

  it('without an answer reads no gate', async () => {
    await live();
    await nextBeat();
    await wait(20);
    const asked = jest.spyOn(port.store, 'get');
    Object.assign(port.store, { bulk: async () => [{ kind: 'failed', message: 'too busy' }] });
    await wait(HEARTBEAT_MS);
    expect(asked).not.toHaveBeenCalled();
  });

  it('writes no gate where this host has no order of its own and the time in it is fresh', async () => {
    await live();
    const { version } = fake.get(GATE_ID) ?? {};
    const asked = jest.spyOn(port.store, 'get');
    await nextBeat();
    await nextBeat();
    await wait(20);
    expect(fake.get(GATE_ID)?.version).toEqual(version);
    expect(asked).not.toHaveBeenCalled();
  });

  it('goes on although the time in the gate cannot be written', async () => {
    await live();
    const { bulk } = port.store;
    let tried = 0;
    const failing: typeof bulk = (writes) => {
      if (!writes.some(({ id }) => id === GATE_ID)) return bulk(writes);
      tried += 1;
      return Promise.reject(new StoreUnavailable('away'));
    };
    Object.assign(port.store, { bulk: failing });
    await wait(65_000);
    expect([tried > 0, session.isLost, may()]).toEqual([true, false, 'may start']);
  });

  it.each<[note: string, call: 'bulk' | 'bulkThenGet']>([
    ['a write', 'bulk'],
    ['a look at the gate', 'bulkThenGet'],
  ])('goes on after %s that failed as nobody expected, and says so', async (_note, call) => {
    await live();
    await another();
    const was = port.store[call] as (arg: unknown) => Promise<unknown>;
    Object.assign(port.store, { [call]: () => Promise.reject(new Error('OpenSearch answered 404')) });
    await wait(1_500);
    expect(may()).not.toBe('may start');
    Object.assign(port.store, { [call]: was });
    await wait(1_000);
    expect([session.isLost, may()]).toEqual([false, 'may start']);
    expect(lines).toEqual(['the heartbeat failed']);
  });

  it('and the looks at the others go on after one that failed as nobody expected', async () => {
    await live();
    const other = await another();
    const { getMany } = port.store;
    Object.assign(port.store, { getMany: () => Promise.reject(new Error('OpenSearch answered 404')) });
    await wait(1_500);
    expect([may(), lines.includes('looking at the other sessions failed')]).toEqual(['may start', true]);
    Object.assign(port.store, { getMany });
    await wait(7_000);
    expect(session.deadSessions).toEqual([other.id]);
  });

  it('waits for no look at the others: many may die at once, and each takes a request', async () => {
    await live();
    await another();
    const slow = crowdOf('getMany', 4_000);
    await wait(3_500);
    expect([slow.calls, may()]).toEqual([1, 'may start']);
  });

  it('stops where the session is told to', async () => {
    await live();
    over = true;
    await wait(HEARTBEAT_MS);
    const n = sessionNow()?.n;
    await wait(2_000);
    expect(sessionNow()?.n).toBe(n);
  });
});

describe('those who want to know', () => {
  it('are told of the gate with each heartbeat', async () => {
    const epochs: number[] = [];
    session.whenGateChanges(({ epoch }) => epochs.push(epoch));
    await live();
    const first = session.gate?.epoch;
    rewrite(GATE_ID, order(9));
    await wait(HEARTBEAT_MS + 20);
    expect([...new Set(epochs)]).toEqual([first, 9]);
  });

  it('are told once why the session is lost', async () => {
    const told: string[] = [];
    session.whenLost((why) => told.push(why));
    await live();
    rewrite(sessionId(session.id), { dead: true });
    await wait(1_000);
    expect(told).toEqual(['another agent found it silent and declared it dead']);
    session.readsOwn()(undefined);
    expect(told).toHaveLength(1);
  });

  it('are told of the others once a second, the living and the dead', async () => {
    const told: Array<ReadonlyArray<readonly [string, boolean]>> = [];
    session.whenPeersSeen((peers) => told.push(peers.map(({ content, isAlive }) => [content.id, isAlive] as const)));
    await live();
    const other = await another();
    await wait(1_200);
    told.length = 0;
    await wait(10_000);
    expect([told.length >= 8, told.length <= 10]).toEqual([true, true]);
    expect(told[0]).toEqual([[other.id, true]]);
    expect(told[told.length - 1]).toEqual([[other.id, false]]);
  });

  it('are told nothing of the others any more once the session is over', async () => {
    let told = 0;
    await live();
    await another();
    session.whenPeersSeen(() => (told += 1));
    const slow = crowdOf('getMany', 2_000);
    await wait(1_500);
    over = true;
    await drive(scheduler, session.leave());
    await wait(4_000);
    expect([slow.calls, told]).toEqual([1, 0]);
  });

  it('are told nothing of the others where OpenSearch did not answer', async () => {
    let told = 0;
    await live();
    await another();
    session.whenPeersSeen(() => (told += 1));
    Object.assign(port.store, { getMany: () => Promise.reject(new StoreUnavailable('away')) });
    await wait(3_000);
    expect([told, session.isLost]).toEqual([0, false]);
  });
});

describe('what is known of sessions', () => {
  it('is what each says of itself, this one as well', async () => {
    await live();
    const other = await another();
    expect(session.saysOfItself(other.id)).toBeUndefined();
    await wait(1_500);
    expect(session.saysOfItself(session.id)).toMatchObject({ id: session.id, agent: 'agent-1' });
    expect(session.saysOfItself(other.id)).toMatchObject({ id: other.id, agent: 'agent-2' });
  });

  it('is that what was released has been nobody’s for ever, and nothing is dead that nobody looked at', async () => {
    await live();
    expect([session.deadForMs(RELEASED), session.deadForMs('unknown')]).toEqual([Infinity, undefined]);
  });
});

describe('leaving', () => {
  it('ends the permit at once, and is over when others can read it', async () => {
    await live();
    over = true;
    await wait(HEARTBEAT_MS);
    port.bulkTakes = slowFor(sessionId(session.id), 500);
    let isDead: boolean | undefined;
    void session.leave().then(() => {
      isDead = sessionNow()?.dead;
    });
    expect(may()).toBe('not_joined');
    await wait(2_000);
    expect(isDead).toBe(true);
  });
});
