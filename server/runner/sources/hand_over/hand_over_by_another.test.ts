import type { HandOverDocument } from '../../../../common/api/hand_over_document';
import { iso } from '../../../../common/iso';
import { received } from '../../../../test/builders/events';
import { FakeDesk } from '../../../../test/fakes/fake_hand_over';
import { simBundle, simInventory } from '../../../../test/simulation/scenario';
import { World, type SimAgent } from '../../../../test/simulation/world';
import type { HandedOver } from '../../ports';
import { handOverEscalations } from './hand_over_keeper';
import { HandOverWatch } from './hand_over_watch';

const STEPS = ['opened', 'reminded', 'closed'] as const;

/** Two agents of one state that both may hand over to one channel. */
const sceneOf = async () => {
  const world = new World({
    seed: 5,
    agents: 2,
    bundle: simBundle(),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
  });
  const desk = new FakeDesk();
  const attempts: Array<{ readonly by: string; readonly key: string }> = [];
  const life = new AbortController();
  const join = async (machine: SimAgent) => {
    const agent = world.boot(machine);
    const channel = {
      tell: (document: HandOverDocument): Promise<HandedOver> => {
        attempts.push({ by: machine.name, key: document.key });
        return desk.tell(document);
      },
    };
    const watch = new HandOverWatch({ name: 'tickets', kind: 'webhook', place: 'x', verdictsBy: undefined });
    const handing = { name: 'tickets', channel, page: undefined, tell: STEPS, mostAnHour: 60, giveUpMs: 3_600_000 };
    void handOverEscalations({ agent, handing, watch }, life.signal);
    await world.scheduler.runUntil(world.now + 3_000);
    return agent;
  };
  const [one, other] = world.agents;
  if (!one || !other) throw new Error('a world without agents');
  const agents = [await join(one), await join(other)] as const;
  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  return {
    ...{ world, desk, attempts, life, pass, agents },
    machines: [one, other] as const,
    ask: async (id: string) => {
      const timestamp = iso(agents[0].parts.clock.utc());
      const event = { event_id: id, timestamp, source: { ip: '203.0.113.9' }, tags: ['ask'] };
      void agents[1].admit(received(event, { received_at: timestamp }));
      await pass(1_000);
    },
  };
};

describe('several agents', () => {
  it('hand an act over by one of them, once', async () => {
    const { desk, attempts, pass, ask, life } = await sceneOf();
    await ask('e1');
    await pass(30_000);
    life.abort();
    expect(desk.got.map(({ event, event_id }) => [event, event_id])).toEqual([['opened', 'e1']]);
    expect(attempts).toHaveLength(1);
  });

  it('open one ticket where the one that hands over dies before it knows the answer: the same key comes again', async () => {
    const { world, desk, attempts, pass, ask, life, machines } = await sceneOf();
    desk.answer = () => new Promise<HandedOver>(() => undefined);
    await ask('e1');
    await pass(8_000);
    expect(attempts).toHaveLength(1);
    desk.answer = () => ({ kind: 'told', ticket: { id: 'INC-1' } });
    const teller = machines.find(({ name }) => name === attempts[0]?.by);
    if (teller) world.crash(teller);
    await pass(60_000);
    life.abort();
    expect(attempts).toHaveLength(2);
    expect(attempts[1]?.by).not.toBe(attempts[0]?.by);
    expect(attempts[1]?.key).toBe(attempts[0]?.key);
    expect(desk.got).toHaveLength(1);
    expect(world.store.search({ kinds: ['hand_over'], fresh: true })).toMatchObject([
      { content: { ticket: { id: 'INC-1' }, round: 1 } },
    ]);
  });

  it('leave a message to an agent that lives and claimed it, for as long as a try can take', async () => {
    const { world, attempts, desk, pass, ask, life, agents } = await sceneOf();
    desk.answer = () => ({ kind: 'failed', why: 'HTTP 503', retryAfterMs: 10_000 });
    await ask('e1');
    await pass(4_000);
    const tries = attempts.length;
    const [doc] = world.store.search({ kinds: ['hand_over'], fresh: true });
    if (!doc) throw new Error('nothing was claimed');
    const sessions = agents.map((agent) => agent.shift?.parts.session.id ?? '');
    // The one of them that does not lead, as it was before it lost the lead.
    const session = [...sessions].sort()[1];
    const { id, version, ...body } = doc;
    const content = { ...(body.content as object), sending: { step: 'opened', session, at: iso(world.now) } };
    world.store.write({ id, expect: version, body: { ...body, write_id: 'claimed', content } });
    desk.answer = () => ({ kind: 'told' });
    await pass(60_000);
    expect(attempts).toHaveLength(tries);
    await pass(60_000);
    life.abort();
    expect(attempts).toHaveLength(tries + 1);
    expect(desk.got).toHaveLength(1);
  });
});
