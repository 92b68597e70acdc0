import type { OutcomeDocument } from '../../../../common/api/outcome_document';
import { iso } from '../../../../common/iso';
import { received } from '../../../../test/builders/events';
import { fakeFeed, FakeReceiver } from '../../../../test/fakes/fake_outcomes';
import { simBundle, simInventory } from '../../../../test/simulation/scenario';
import { World, type SimAgent } from '../../../../test/simulation/world';
import type { Told } from '../../ports';
import { tellOutcomes } from './tell_outcomes';
import { TellingWatch } from './telling_watch';

const RECEIVER = { name: 'siem', source: { type: 'webhook', id: 'siem' }, tell: ['verified', 'ended'] } as const;

/** Two agents of one state that both may tell one receiver. */
const sceneOf = async () => {
  const world = new World({
    seed: 5,
    agents: 2,
    bundle: simBundle(),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
  });
  const receiver = new FakeReceiver();
  const attempts: Array<{ readonly by: string; readonly document: OutcomeDocument }> = [];
  const life = new AbortController();
  const join = async (machine: SimAgent) => {
    const agent = world.boot(machine);
    const channel = {
      ...receiver,
      tell: (document: OutcomeDocument): Promise<Told> => {
        attempts.push({ by: machine.name, document });
        return receiver.tell(document);
      },
    };
    const watch = new TellingWatch({ ...RECEIVER, channel: 'webhook', place: 'https://siem.example' });
    const telling = { ...RECEIVER, channel, giveUpMs: 3_600_000 };
    void tellOutcomes({ agent, feed: fakeFeed(world.evidence), telling, watch }, life.signal);
    await world.scheduler.runUntil(world.now + 3_000);
    return agent;
  };
  const [one, other] = world.agents;
  if (!one || !other) throw new Error('a world without agents');
  const agents = [await join(one), await join(other)] as const;
  return {
    world,
    receiver,
    attempts,
    life,
    machines: [one, other] as const,
    agents,
    pass: (ms: number) => world.scheduler.runUntil(world.now + ms),
    report: async (id: string, ip: string) => {
      const timestamp = iso(agents[0].parts.clock.utc());
      const event = { event_id: id, timestamp, source: { ip }, rule: { origin: 'known_ioc' } };
      void agents[1].admit(received(event, { received_at: timestamp }));
      await world.scheduler.runUntil(world.now + 1_000);
    },
  };
};

describe('several agents', () => {
  it('tell a receiver by one of them: each outcome once', async () => {
    const { receiver, attempts, pass, report, life } = await sceneOf();
    await report('e1', '203.0.113.7');
    await pass(50_000);
    life.abort();
    expect(receiver.got.map(({ transition }) => transition)).toEqual(['verified', 'ended']);
    expect(new Set(attempts.map(({ by }) => by)).size).toBe(1);
  });

  it('lose nothing when the one that tells dies between the verified containment and the telling', async () => {
    const { world, receiver, attempts, pass, report, life, machines } = await sceneOf();
    receiver.answer = () => new Promise<Told>(() => undefined);
    await report('e1', '203.0.113.7');
    await pass(8_000);
    expect(attempts).toHaveLength(1);
    const [first] = attempts;
    receiver.answer = () => ({ kind: 'told' });
    const teller = machines.find(({ name }) => name === first?.by);
    if (teller) world.crash(teller);
    await pass(90_000);
    life.abort();
    const [again] = receiver.got;
    expect(again).toMatchObject({
      transition: 'verified',
      key: first?.document.key,
      sequence: first?.document.sequence,
    });
    // Whoever took the containment over verified it once more: that is another outcome, with another key.
    expect(new Set(receiver.got.map(({ key }) => key)).size).toBe(receiver.got.length);
    expect(receiver.got.at(-1)?.transition).toBe('ended');
    expect(new Set(attempts.slice(1).map(({ by }) => by))).not.toContain(first?.by);
  });
});
