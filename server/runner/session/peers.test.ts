import { sessionOptions } from '../../../test/builders/sessions';
import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import { bodyOf, contentOf } from '../keeping/state_docs';
import { declareDead, Peers, type PeerPorts } from './peers';
import { SessionDocument } from './session_document';
import { DEAD_AFTER_MS } from './session_times';

/* Who of the others lives: told by their counters and this agent's own clock alone. */

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let lines: string[];
let ports: PeerPorts;
let peers: Peers;
let agents: number;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  lines = [];
  ports = { store: port.store, clock: clockOf(scheduler), chance: chanceOf(99), log: quietLog(lines) };
  peers = new Peers(ports);
  agents = 0;
});

const run = <Value>(promise: Promise<Value>): Promise<Value> => drive(scheduler, promise);
const wait = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);
const watch = (...ids: string[]): Promise<boolean> => run(peers.watch(ids));
/** Another agent starts. */
const start = async (id: string): Promise<SessionDocument> => {
  const document = new SessionDocument(id, sessionOptions(port, scheduler, { agent: (agents += 1) }));
  await run(document.create());
  return document;
};
const contentNow = (id: string): SessionContent | undefined => contentOf('session', fake.get(sessionId(id)));
const remove = (id: string): void => {
  const doc = fake.get(sessionId(id));
  if (doc) fake.remove(doc.id, doc.version);
};
/** Looks once a second for so long. */
const watchFor = async (ms: number, ...ids: string[]): Promise<void> => {
  for (const end = scheduler.now + ms; scheduler.now < end;) {
    await watch(...ids);
    await wait(1_000);
  }
};

describe('another session', () => {
  it('is known by what it last said of itself', async () => {
    const one = await start('s1');
    expect([peers.lastSeen('s1'), peers.seenOf(['s1'])]).toEqual([undefined, []]);
    expect(await watch('s1')).toBe(true);
    expect(peers.lastSeen('s1')).toMatchObject({ id: 's1', agent: 'agent-1', n: 0 });
    await run(one.beat());
    await watch('s1');
    expect(peers.seenOf(['s1', 'unknown'])).toEqual([{ content: contentNow('s1'), isAlive: true }]);
  });

  it('has stood still for as long as its counter was not seen to move', async () => {
    const one = await start('s1');
    expect(peers.stillForMs('s1')).toBeUndefined();
    await watch('s1');
    await wait(2_000);
    await watch('s1');
    await wait(500);
    expect(peers.stillForMs('s1')).toBeGreaterThanOrEqual(2_500);
    await run(one.beat());
    await watch('s1');
    await wait(100);
    expect(peers.stillForMs('s1')).toBeLessThan(300);
  });

  it('lives for as long as it counts, whatever time passes between its heartbeats', async () => {
    const one = await start('s1');
    for (let n = 0; n < 5; n += 1) {
      await watch('s1');
      await wait(DEAD_AFTER_MS - 100);
      await run(one.beat());
    }
    await watch('s1');
    expect([peers.dead, peers.among(['s1']), peers.deadForMs('s1')]).toEqual([[], ['s1'], undefined]);
    expect(contentNow('s1')?.dead).toBe(false);
  });

  it('that stands still is dead after 5 s, not before, and is told so', async () => {
    const one = await start('s1');
    await watch('s1');
    const first = scheduler.now;
    await scheduler.runUntil(first + DEAD_AFTER_MS - 100);
    await watch('s1');
    expect([peers.dead, contentNow('s1')?.dead]).toEqual([[], false]);
    await scheduler.runUntil(first + DEAD_AFTER_MS);
    await watch('s1');
    expect([peers.dead, peers.among(['s1', 's2'])]).toEqual([['s1'], ['s2']]);
    expect(contentNow('s1')).toMatchObject({ dead: true, agent: 'agent-1' });
    expect(fake.get(sessionId('s1'))?.facets.state).toBe('dead');
    expect(await run(one.beat())).toMatchObject({ kind: 'lost' });
  });

  it('is dead once it has stood still for just so long', async () => {
    await start('s1');
    await watch('s1');
    const { clock } = ports;
    const looked = scheduler.now;
    // Between the two looks at its document lie 5,000 ms to the millisecond.
    jest.spyOn(clock, 'monotonic').mockImplementation(() => looked + DEAD_AFTER_MS);
    const first = new Peers({ ...ports, clock: { ...clock, monotonic: () => looked } });
    await run(first.watch(['s1']));
    Object.assign(first, { ports: { ...ports, clock } });
    await run(first.watch(['s1']));
    expect(first.dead).toEqual(['s1']);
  });

  it('is not dead for an outage that nobody could count in: whoever is back first would find all others dead', async () => {
    const one = await start('s1');
    await watch('s1');
    port.away = true;
    await watchFor(60_000, 's1');
    port.away = false;
    await watch('s1');
    await wait(2_500);
    expect([await watch('s1'), peers.dead]).toEqual([true, []]);
    await run(one.beat());
    await watchFor(2_000, 's1');
    expect(peers.dead).toEqual([]);
  });

  it('is dead where it stands still after an outage too, and where every other look is not answered', async () => {
    await start('s1');
    await watch('s1');
    port.away = true;
    await watchFor(60_000, 's1');
    port.away = false;
    await watchFor(DEAD_AFTER_MS, 's1');
    expect(peers.dead).toEqual(['s1']);
    await start('s2');
    for (let look = 0; look < 10; look += 1) {
      port.away = look % 2 === 1;
      await watchFor(1_000, 's1', 's2');
    }
    expect(peers.dead).toEqual(['s1', 's2']);
  });

  it('has been dead since it was found dead, by this clock', async () => {
    await start('s1');
    await watchFor(DEAD_AFTER_MS + 1_000, 's1');
    const before = peers.deadForMs('s1') ?? NaN;
    expect(before).toBeLessThan(1_100);
    await wait(3_000);
    expect(peers.deadForMs('s1')).toBe(before + 3_000);
    await watch('s1');
    expect(peers.deadForMs('s1')).toBeGreaterThanOrEqual(before + 3_000);
  });

  it('that died is still known by what it said last', async () => {
    await start('s1');
    await watchFor(DEAD_AFTER_MS + 1_000, 's1');
    expect(peers.seenOf(['s1'])).toEqual([{ content: expect.objectContaining({ id: 's1' }), isAlive: false }]);
  });

  it.each<[how: string, dies: (one: SessionDocument) => Promise<void> | void]>([
    ['left in order', (one) => run(one.close())],
    ['has no document any more', () => remove('s1')],
  ])('that %s is dead at the next look', async (_how, dies) => {
    const one = await start('s1');
    await watch('s1');
    await dies(one);
    await wait(500);
    await watch('s1');
    expect(peers.dead).toEqual(['s1']);
    expect(peers.deadForMs('s1')).toBeLessThan(100);
    expect(lines).toEqual([]);
  });

  it('that never had a document is dead, and nobody knows a word of it', async () => {
    await watch('s9');
    expect([peers.dead, peers.seenOf(['s9'])]).toEqual([['s9'], []]);
  });
});

describe('watching the others', () => {
  it('asks for nothing where there is nobody else', async () => {
    const asked = jest.spyOn(port.store, 'getMany');
    expect(await watch()).toBe(true);
    expect(asked).not.toHaveBeenCalled();
  });

  it('asks for the dead no more', async () => {
    await watch('s9');
    const asked = jest.spyOn(port.store, 'getMany');
    await watch('s9');
    expect(asked).not.toHaveBeenCalled();
  });

  it('says whether OpenSearch answered, and learns nothing where it did not', async () => {
    await start('s1');
    port.away = true;
    expect(await watch('s1')).toBe(false);
    expect([peers.dead, peers.lastSeen('s1')]).toEqual([[], undefined]);
    port.away = false;
    expect(await watch('s1')).toBe(true);
  });

  it('fails where the fault is not that OpenSearch is away', async () => {
    Object.assign(port.store, { getMany: () => Promise.reject(new Error('a bug')) });
    await expect(watch('s1')).rejects.toThrow('a bug');
  });

  it('ends once every one was looked at', async () => {
    await Promise.all(['s1', 's2', 's3'].map(start));
    await watchFor(DEAD_AFTER_MS, 's1', 's2', 's3');
    await watch('s1', 's2', 's3');
    expect(peers.dead).toEqual(['s1', 's2', 's3']);
  });

  it('forgets the dead that left the gate, and those alone', async () => {
    await watch('s8', 's9');
    await start('s1');
    await watch('s1', 's9');
    expect([peers.dead, peers.deadForMs('s8')]).toEqual([['s9'], undefined]);
    expect(peers.lastSeen('s1')).toBeDefined();
  });

  it('keeps what it knows of the living, whether or not the gate names them at this moment', async () => {
    await start('s1');
    await watch('s1');
    await watch();
    expect(peers.lastSeen('s1')).toBeDefined();
  });
});

describe('a session that is forgotten', () => {
  it('is not known any more', async () => {
    await start('s1');
    await watchFor(DEAD_AFTER_MS + 1_000, 's1');
    peers.forget('s1');
    expect([peers.dead, peers.lastSeen('s1'), peers.seenOf(['s1'])]).toEqual([[], undefined, []]);
  });

  it('is watched anew where it comes back: the time before does not count', async () => {
    await start('s1');
    await watch('s1');
    peers.forget('s1');
    await wait(DEAD_AFTER_MS);
    await watch('s1');
    expect(peers.dead).toEqual([]);
  });
});

describe('a death notice', () => {
  const docOf = (id: string) => {
    const doc = fake.get(sessionId(id));
    if (!doc) throw new Error('there is no document');
    return doc;
  };

  it('is logged with the name of the agent', async () => {
    await start('s1');
    expect(await run(declareDead(ports, docOf('s1')))).toBe(true);
    expect(lines).toEqual(['a session is silent and was declared dead']);
  });

  it('loses against a heartbeat that came meanwhile, and then nobody is dead', async () => {
    const one = await start('s1');
    const old = docOf('s1');
    await run(one.beat());
    expect(await run(declareDead(ports, old))).toBe(false);
    expect([contentNow('s1')?.dead, lines]).toEqual([false, []]);
  });

  it('that lost leaves the session among the living', async () => {
    const one = await start('s1');
    await watch('s1');
    await wait(DEAD_AFTER_MS);
    const { bulk } = port.store;
    const late: typeof bulk = async (writes) => {
      Object.assign(port.store, { bulk });
      await one.beat();
      return bulk(writes);
    };
    Object.assign(port.store, { bulk: late });
    await watch('s1');
    expect([peers.dead, contentNow('s1')?.dead]).toEqual([[], false]);
  });

  it('without an answer says nothing: the session is looked at again', async () => {
    await start('s1');
    await watch('s1');
    await wait(DEAD_AFTER_MS);
    port.bulkFates.push('refused');
    expect(await watch('s1')).toBe(false);
    expect(peers.dead).toEqual([]);
    await watch('s1');
    expect(peers.dead).toEqual(['s1']);
  });

  it('has a write id of its own, and changes nothing else', async () => {
    await start('s1');
    const before = docOf('s1');
    await run(declareDead(ports, before));
    const after = docOf('s1');
    expect(after.write_id).not.toBe(before.write_id);
    expect(bodyOf(after)).toEqual({
      ...bodyOf(before),
      write_id: after.write_id,
      facets: { ...before.facets, state: 'dead' },
      content: { ...contentNow('s1'), dead: true },
    });
  });
});
