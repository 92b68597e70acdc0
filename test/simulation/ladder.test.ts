import { iso } from '../../common/iso';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { aBundle, aKeyPair } from '../builders/policies';
import { received } from '../builders/events';
import { simInventory } from './scenario';
import { EPOCH, World } from './world';

/* A ladder in a whole agent: what was really done and seen leads on, and the clock alone never does. */

const LADDER = `apiVersion: reflex/v1
kind: Policy
metadata: { id: beacon, title: A host calls its master, owner: sim }
spec:
  layer: action
  mode: enforce
  when: '"beacon" in event.tags'
  then: { action: block_ip, target: { ip: event.destination.ip }, ttl: 60s }
  rollback: { action: unblock_ip }
  ladder:
    - then: { action: isolate_host, target: { host: event.src_host }, ttl: 60s }
      rollback: { action: release_host }
`;

describe('a ladder in a whole agent', () => {
  let world: World;
  let count = 0;
  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  /** A beacon that happened so long ago. */
  const beacon = async (agoMs = 0): Promise<string> => {
    count += 1;
    const id = `b${count}`;
    const timestamp = iso(EPOCH + world.now - agoMs);
    const event = { timestamp, event_id: id, tags: ['beacon'], src_host: 'h7', destination: { ip: '203.0.113.7' } };
    void world.agents[0]?.agent?.admit(received({ ...event, source: {} }));
    await pass(4_000);
    const found = world.store
      .search({ kinds: ['case'], limit: 1_000 })
      .map(({ content }) => content as CaseContent)
      .find((each) => each.received.event.event_id === id);
    return found?.decision?.acts.map(({ action, result }) => `${result} ${action}`).join() ?? 'nothing';
  };
  const sent = (): readonly string[] => world.sendings.map(({ command }) => command.action);

  beforeEach(async () => {
    const keys = aKeyPair();
    const { files, trusted } = aBundle([LADDER], { keys });
    world = new World({
      ...{ seed: 3, agents: 1, inventory: simInventory, idempotency: 'set', actions: ['block_ip', 'isolate_host'] },
      bundle: { files, keys, statement: trusted.statement },
    });
    const [machine] = world.agents;
    if (machine) world.boot(machine);
    await pass(4_000);
  });

  it('goes on by a further event, once the milder act was seen at its target', async () => {
    expect(await beacon()).toBe('permit block_ip');
    expect(sent()).toEqual(['block_ip']);
    await pass(12_000);
    expect(await beacon()).toBe('permit isolate_host');
    expect(sent()).toEqual(['block_ip', 'isolate_host']);
  });

  it('does not go on by an event from before, however late it comes in', async () => {
    await beacon();
    expect(await beacon(60_000)).toBe('permit block_ip');
    expect(sent()).toEqual(['block_ip']);
  });

  it('never goes on by the clock: the case is looked at again before its time is over, and ends', async () => {
    await beacon();
    await pass(80_000);
    expect(sent()).toEqual(['block_ip']);
  });

  it('begins with the mildest act again once that is over', async () => {
    await beacon();
    await pass(80_000);
    expect(await beacon()).toBe('permit block_ip');
    expect(sent()).toEqual(['block_ip', 'block_ip']);
  });
});
