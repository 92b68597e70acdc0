import { iso } from '../../common/iso';
import { received } from '../builders/events';
import { docOf, bodyOf } from '../../server/runner/keeping/state_docs';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/*
 * Two agents on two hosts. What the one stands on, the other does not act on, whatever its policies say: while the one
 * lives, while it is dead for a while, and from the first moment after a start.
 */

const HOST = '198.51.100.20';
const OTHER = '198.51.100.21';

let world: World;
let first: SimAgent;
let second: SimAgent;

const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
const blocked = (): readonly string[] => [...world.target.entries.keys()];

let events = 0;
const report = async (machine: SimAgent, ip: string): Promise<void> => {
  const event = received({
    event_id: `e${(events += 1)}`,
    timestamp: iso(EPOCH + world.now),
    confidence: 0.95,
    severity: 'critical',
    source: { ip },
    rule: { id: 'r', origin: 'known_ioc' },
  });
  let done = false;
  void machine.agent?.admit(event).finally(() => (done = true));
  while (!done) await pass(50);
  await pass(3_000);
};

beforeEach(async () => {
  world = new World({
    ...{ seed: 7, agents: 2, bundle: simBundle(), inventory: simInventory },
    ...{ actions: ['block_ip', 'isolate_host'], idempotency: 'set' },
  });
  [first, second] = world.agents as [SimAgent, SimAgent];
  second.own = [{ text: HOST, from: 'this machine, `eth0`' }];
  world.boot(first);
  world.boot(second);
  await pass(4_000);
});

describe('the host of another agent', () => {
  it('is not acted on, and others are', async () => {
    await report(first, HOST);
    await report(first, OTHER);
    expect(blocked()).toEqual([`block_ip ip:${OTHER}`]);
    expect(first.agent?.parts.own.list.things).toContainEqual({
      text: HOST,
      from: 'agent `agent-1`: this machine, `eth0`',
    });
  });

  it('is not acted on after that agent died', async () => {
    world.crash(second);
    await pass(20_000);
    await report(first, HOST);
    expect(blocked()).toEqual([]);
  });

  it('is not acted on by an agent that has just started', async () => {
    world.crash(first);
    await pass(1_000);
    world.boot(first);
    let isDone = false;
    while (!first.agent?.shift) await pass(5);
    void report(first, HOST).then(() => (isDone = true));
    while (!isDone) await pass(50);
    expect(blocked()).toEqual([]);
  });

  it('tells who is logged in to it, and it asks a person about them, also after it died', async () => {
    second.agent?.parts.people.note('ann', OTHER);
    await pass(2_000);
    await report(first, OTHER);
    expect(blocked()).toEqual([]);
    world.crash(second);
    world.crash(first);
    await pass(1_000);
    world.boot(first);
    await pass(20_000);
    await report(first, OTHER);
    expect(blocked()).toEqual([]);
  });

  it('is not known where its session is of an older version, which is told', async () => {
    const session = docOf('session', world.store.get(`session:${second.agent?.shift?.session.id}`));
    if (!session) throw new Error('the second has no session');
    const { stands_on: _unknown, ...content } = session.content;
    world.crash(second);
    first.agent?.parts.own.noteOthers([]);
    world.store.write({ id: session.id, expect: session.version, body: { ...bodyOf(session), content } });
    await pass(1_500);
    expect(first.agent?.parts.own.list.missing).toEqual([
      'agent `agent-1` does not say what it stands on: it may be of an older version',
    ]);
  });
});
