import { clockOf } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import { KEPT_MS, MOST_OF_ONE, OtherMachines, toPublish, type PeerMachine } from './other_machines';

const scene = () => {
  const scheduler = new Scheduler();
  const others = new OtherMachines(clockOf(scheduler));
  return {
    others,
    wait: (ms: number) => scheduler.runUntil(scheduler.now + ms),
    texts: () => others.things.map(({ text }) => text),
  };
};
const peer = (session: string, change: Partial<PeerMachine> = {}): PeerMachine => ({
  session,
  agent: `agent-${session}`,
  isAlive: true,
  things: [{ text: `192.0.2.${session}`, from: 'this machine, `eth0`' }],
  ...change,
});

describe('what other agents stand on', () => {
  it('is guarded with whose it is and where they found it', () => {
    const { others } = scene();
    others.note([peer('1')]);
    expect(others.things).toEqual([{ text: '192.0.2.1', from: 'agent `agent-1`: this machine, `eth0`' }]);
  });

  it('is not settled from the beginning of a session until all were looked at', () => {
    const { others } = scene();
    expect(others.settled).toBe(true);
    others.expect();
    expect(others.settled).toBe(false);
    others.note([]);
    expect(others.settled).toBe(true);
  });

  it('follows what they say', () => {
    const { others, texts } = scene();
    others.note([peer('1')]);
    others.note([peer('1', { things: [{ text: '192.0.2.77', from: 'x' }] })]);
    expect(texts()).toEqual(['192.0.2.77']);
  });

  it.each<[note: string, later: readonly PeerMachine[]]>([
    ['is dead', [peer('1', { isAlive: false })]],
    ['left the gate', []],
  ])('is guarded for an hour more once an agent %s', async (_note, later) => {
    const { others, texts, wait } = scene();
    others.note([peer('1')]);
    await wait(KEPT_MS - 1);
    others.note([peer('1')]);
    await wait(KEPT_MS);
    others.note(later);
    expect(texts()).toEqual(['192.0.2.1']);
    await wait(1);
    others.note(later);
    expect(texts()).toEqual([]);
  });

  it('is guarded for an hour too where the agent was found dead at the first look', async () => {
    const { others, texts, wait } = scene();
    others.note([peer('1', { isAlive: false })]);
    await wait(KEPT_MS);
    others.note([peer('1', { isAlive: false })]);
    expect(texts()).toEqual(['192.0.2.1']);
  });

  it('is not known of agents of older versions, which is told while they live', () => {
    const { others } = scene();
    others.note([peer('1', { things: undefined }), peer('2', { things: undefined, isAlive: false })]);
    expect([others.things, others.missing]).toEqual([
      [],
      ['agent `agent-1` does not say what it stands on: it may be of an older version'],
    ]);
  });

  it('is bounded, whatever they say: so many of one, so many agents, those that live first', () => {
    const { others } = scene();
    const many = Array.from({ length: MOST_OF_ONE + 1 }, (_, n) => ({ text: `n${n}`, from: 'x'.repeat(9_000) }));
    others.note([peer('1', { things: [{ text: 'x'.repeat(256), from: 'too long' }, ...many] })]);
    expect(others.things).toHaveLength(MOST_OF_ONE);
    expect(others.things[0]?.from.length).toBeLessThan(300);
    const dead = Array.from({ length: 64 }, (_, n) => peer(`${100 + n}`, { isAlive: false }));
    others.note([...dead, peer('2')]);
    expect(others.things[0]?.text).toBe('192.0.2.2');
    expect(others.missing).toEqual([
      '2 agents more have run lately, and what they stand on is not guarded: they are too many',
    ]);
  });
});

it('publishes its own things in the order in which they were found, so many as there is room for', () => {
  const things = Array.from({ length: 300 }, (_, n) => ({ text: `n${n}`, from: 'name of this machine' }));
  expect(toPublish(things)).toEqual(things.slice(0, MOST_OF_ONE));
});
