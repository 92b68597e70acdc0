import { iso } from '../../common/iso';
import type { ReceivedEvent } from '../../common/flow/event';
import { statementDigest } from '../../server/engine/policy/verify_bundle';
import { escalationDigest } from '../../server/runner/executing/handed_over';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { approve } from '../../server/runner/operations/escalations';
import { decideHeldAgain } from '../../server/runner/operations/held_by_stop';
import { releaseSwitch, throwSwitch } from '../../server/runner/session/kill_switch';
import { received } from '../builders/events';
import { aBundle, aKeyPair } from '../builders/policies';
import { simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/*
 * Whatever way an act takes to its target, the brakes of the bundle in force judge it: a release that comes in between
 * counts for all of them (`docs/decisions/065-whole-again.md`).
 */

const ADDRESS = '198.51.100.9';

const block = (id: string, mode: string, when: string, confirm = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id.replace(/-/g, ' ')}, owner: sim }
spec:
  layer: action
  mode: ${mode}
  when: '${when}'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 10m }
  rollback: { action: unblock_ip }
${confirm}`;

const BEFORE = [
  block('block-at-once', 'enforce', '"now" in event.tags'),
  block('block-when-asked', 'escalate', '"ask" in event.tags'),
  block('block-when-seen-twice', 'enforce', '"twice" in event.tags', '  confirm: { seen: 2, within: 5m }\n'),
];

const global = (id: string, says: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id.replace(/-/g, ' ')}, owner: sim }
spec:
  layer: global
  mode: enforce
${says}`;

const PROTECTS = global('protect-partners', `  protect: { ips: ['198.51.100.0/24'] }\n`);
const DENIES = global('block-nothing', `  on: { actions: [block_ip] }\n  require: 'false'\n`);

const TWO_PEOPLE = global(
  'two-people',
  `  on: { actions: [block_ip] }\n  when: 'true'\n  effect: escalate\n  approve: { by: 2 }\n`,
);

const keys = aKeyPair();
const first = aBundle(BEFORE, { keys });
const nextWith = (policy: string) => {
  const prev = statementDigest(first.trusted.statement);
  const { files, trusted } = aBundle([...BEFORE, policy], { keys, version: 2, prev });
  return { files, keys, statement: trusted.statement };
};

describe('an act on its way while a release says otherwise', () => {
  let world: World;
  let machine: SimAgent;

  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const settled = async <Value>(work: Promise<Value>): Promise<Value> => {
    let over = false;
    const done = work.finally(() => (over = true));
    done.catch(() => undefined);
    for (let turn = 0; turn < 200 && !over; turn += 1) await pass(50);
    return done;
  };
  const shiftNow = () => {
    const shift = machine.agent?.shift;
    if (!machine.agent || !shift) throw new Error('the agent has not joined');
    return { agent: machine.agent, shift, session: shift.session, hostStop: machine.agent.hostStop };
  };
  const release = async (policy: string): Promise<void> => {
    world.file(nextWith(policy));
    await settled(shiftNow().session.changeGate((gate) => ({ ...gate, bundle_floor: 2 })));
  };
  const report = (tag: string, id: string, ip = ADDRESS): ReceivedEvent => {
    const at = iso(EPOCH + world.now);
    const event = received({ event_id: id, timestamp: at, source: { ip }, tags: [tag], rule: { id: 'r1' } });
    void machine.agent?.admit(event);
    return event;
  };
  const caseOf = ({ case_id }: ReceivedEvent): CaseContent => {
    const content = contentOf('case', world.store.get(case_id));
    if (!content) throw new Error('there is no case');
    return content;
  };
  const statusOf = (event: ReceivedEvent) => caseOf(event).acts[0]?.status;

  beforeEach(async () => {
    world = new World({
      ...{ seed: 5, agents: 1, inventory: simInventory, actions: ['block_ip'], idempotency: 'set' },
      bundle: { files: first.files, keys, statement: first.trusted.statement },
    });
    [machine] = world.agents as [SimAgent];
    world.boot(machine);
    await pass(4_000);
  });
  const sentTo = (): readonly string[] => world.sendings.map(({ command }) => command.target.value);

  it('is sent where the release says nothing of it', async () => {
    report('now', 'e1');
    await pass(3_000);
    expect(sentTo()).toEqual([ADDRESS]);
  });

  it.each([
    ['protects the target', PROTECTS],
    ['denies such acts', DENIES],
    ['asks for two people', TWO_PEOPLE],
  ])('is refused where a person approves it right after a release that %s', async (_note, policy) => {
    const event = report('ask', 'e1');
    await pass(2_000);
    const content = caseOf(event);
    const actId = content.acts[0]?.act_id ?? '';
    const seen = escalationDigest(content, actId) ?? '';
    const word = { caseId: event.case_id, actId, by: 'ben', reason: 'seen', fourEyes: true, seen };
    await release(policy);
    const said = await settled(approve(shiftNow().shift, word));
    await pass(5_000);
    expect([said.ok, sentTo()]).toEqual([false, []]);
    expect(statusOf(event)).not.toBe('applying');
  });

  it.each([
    ['protects the target', PROTECTS],
    ['denies such acts', DENIES],
  ])('is not sent where a second sighting confirms it after a release that %s', async (_note, policy) => {
    report('twice', 'e1');
    await pass(2_000);
    await release(policy);
    report('twice', 'e2');
    await pass(5_000);
    expect(sentTo()).toEqual([]);
  });

  it.each([
    ['protects the target', PROTECTS],
    ['denies such acts', DENIES],
  ])('is not sent where a stop held it and is over after a release that %s', async (_note, policy) => {
    const { session, hostStop, shift, agent } = shiftNow();
    const ports = { ...shift.parts, session, hostStop };
    await settled(throwSwitch(ports, { scope: 'all', who: 'ann', why: 'too much' }));
    const event = report('now', 'e1');
    await pass(2_000);
    expect(statusOf(event)).toBe('waiting');
    await release(policy);
    await settled(releaseSwitch(ports, session.stops));
    await settled(decideHeldAgain(agent, { scope: 'all', by: 'ann', reason: 'over' }));
    await pass(8_000);
    expect(sentTo()).toEqual([]);
  });

  it.each([
    ['protects the target', PROTECTS],
    ['denies such acts', DENIES],
  ])('is not sent where its connection was being opened, and is decided again: it %s', async (_note, policy) => {
    let opening: number | undefined;
    let releasedAt = Infinity;
    world.whenConnecting((_machine, ms) => {
      if (opening !== undefined || ms < 900) return;
      opening = world.now + ms;
      void release(policy).then(() => (releasedAt = world.now));
    });
    const events: ReceivedEvent[] = [];
    for (let n = 1; n <= 60 && opening === undefined; n += 1) {
      events.push(report('now', `e${n}`, `198.51.100.${n}`));
      await pass(200);
    }
    await pass(10_000);
    expect(opening).toBeGreaterThan(releasedAt + 300);
    // The next heartbeat tells the agent of the release.
    expect(world.sendings.filter(({ at }) => at > releasedAt + 400)).toEqual([]);
    expect(events.map(statusOf)).toContain('denied');
  });
});
