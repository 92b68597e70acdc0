import { iso } from '../../common/iso';
import { escalationDigest, HANDED_FOR_MS } from '../../server/runner/executing/handed_over';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { approve, deny, type Word } from '../../server/runner/operations/escalations';
import { listEscalations } from '../../server/runner/operations/containments';
import { releaseSwitch } from '../../server/runner/session/kill_switch';
import { received } from '../builders/events';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/* Fleets whose agents differ: a host that serves people does not act, and others do. */

const FOR_PEOPLE = ['ui', 'intake', 'decide', 'undo'];
const ADDRESS = '198.51.100.9';

describe('an approval on a host that does not act', () => {
  let world: World;
  let desk: SimAgent;
  let actor: SimAgent;
  let another: SimAgent;

  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const settled = async <Value>(work: Promise<Value>): Promise<Value> => {
    let over = false;
    const done = work.finally(() => (over = true));
    done.catch(() => undefined);
    for (let turn = 0; turn < 200 && !over; turn += 1) await pass(50);
    return done;
  };
  const waiting = (): { readonly id: string; readonly content: CaseContent } => {
    for (const [id, { body }] of world.store.documents) {
      const content = body.kind === 'case' ? contentOf('case', body) : undefined;
      if (content) return { id, content };
    }
    throw new Error('there is no case');
  };
  /** Somebody changed the case meanwhile. */
  const rewrite = (change: (content: CaseContent) => CaseContent): void => {
    const { id, content } = waiting();
    const stored = world.store.get(id);
    if (!stored) throw new Error('no case');
    const { id: _id, version, ...body } = stored;
    world.store.write({ id, expect: version, body: { ...body, write_id: 'changed', content: change(content) } });
    world.store.flush();
  };
  const act = () => waiting().content.acts[0];
  const word = (change: Partial<Word> = {}): Word => {
    const { id, content } = waiting();
    const actId = content.acts[0]?.act_id ?? '';
    const seen = escalationDigest(content, actId) ?? '';
    return { caseId: id, actId, by: 'ben', reason: 'seen', fourEyes: true, seen, ...change };
  };
  const shiftOf = ({ agent, name }: SimAgent) => {
    if (!agent?.shift) throw new Error(`${name} has not joined`);
    return agent.shift;
  };
  const hostStopOf = ({ agent, name }: SimAgent) => {
    if (!agent) throw new Error(`${name} does not run`);
    return agent.hostStop;
  };
  const codes = ({ agent }: SimAgent): readonly string[] => (agent?.troubles ?? []).map(({ code }) => code);
  const start = async (roles: readonly string[] = FOR_PEOPLE): Promise<void> => {
    desk.roles = FOR_PEOPLE;
    actor.roles = roles.includes('act') ? undefined : roles;
    for (const machine of [desk, actor]) world.boot(machine);
    await pass(4_000);
    void desk.agent?.admit(
      received({ event_id: 'e1', timestamp: iso(EPOCH + world.now), tags: ['ask'], source: { ip: ADDRESS } }),
    );
    await pass(3_000);
    expect(act()?.status).toBe('waiting');
  };

  beforeEach(() => {
    world = new World({
      ...{ seed: 5, agents: 3, bundle: simBundle(), inventory: simInventory, idempotency: 'set' },
      actions: ['block_ip', 'isolate_host'],
    });
    [desk, actor, another] = world.agents as [SimAgent, SimAgent, SimAgent];
  });

  it('is executed once, by an agent that acts, and the page says who will', async () => {
    await start(['act']);
    const said = await settled(approve(shiftOf(desk), word()));
    expect(said.ok && said.value.acts[0]).toMatchObject({
      status: 'waiting',
      text: expect.stringContaining('ben approved it; an agent that acts executes it within 60 s') as string,
    });
    // Lists are searches, which lag behind.
    world.store.refresh();
    const { escalations } = await settled(listEscalations({ parts: shiftOf(desk).parts }));
    expect(escalations[0]?.text).toContain('ben approved it');
    expect(escalations[0]?.stop_reason).toBeUndefined();
    await pass(4_000);
    expect(world.sendings.map(({ agent }) => agent)).toEqual(['agent-1']);
    expect(act()).toMatchObject({ status: 'present', resolution: { verb: 'approved', by: 'ben', four_eyes: true } });
    await pass(20_000);
    expect(world.sendings).toHaveLength(1);
  });

  // Of two agents that act either may be the first, by the ids of their sessions.
  it.each([
    ['agent-1', 'agent-2'],
    ['agent-2', 'agent-1'],
  ])('is executed by the one that can do it: %s lacks the connector, %s has it', async (lacking, able) => {
    for (const machine of world.agents) if (machine.name === lacking) machine.lacks = 'edge';
    await start(['act']);
    world.boot(another);
    await pass(3_000);
    await settled(approve(shiftOf(desk), word()));
    await pass(9_000);
    expect(world.sendings.map(({ agent }) => agent)).toEqual([able]);
  });

  it('lapses if nobody takes it in time: a person is asked again, and told why', async () => {
    await start(['act']);
    world.crash(actor);
    await settled(approve(shiftOf(desk), word()));
    await pass(HANDED_FOR_MS + 4_000);
    expect(act()).toMatchObject({
      status: 'waiting',
      text: 'ben approved it, but no agent that acts took it in time; approve it again',
    });
    world.boot(actor);
    await pass(20_000);
    expect([world.sendings, act()?.handed]).toEqual([[], undefined]);
    await settled(approve(shiftOf(desk), word()));
    await pass(5_000);
    expect(world.sendings).toHaveLength(1);
  });

  it('does not count once somebody denied the act', async () => {
    await start(['act']);
    world.crash(actor);
    await settled(approve(shiftOf(desk), word()));
    await settled(deny(shiftOf(desk), word({ by: 'cleo' })));
    world.boot(actor);
    await pass(20_000);
    expect([world.sendings, act()?.status]).toEqual([[], 'refused']);
  });

  it('does not count for anything else than what was seen', async () => {
    await start(['act']);
    world.crash(actor);
    await settled(approve(shiftOf(desk), word()));
    rewrite(({ decision, ...content }) =>
      decision
        ? { ...content, decision: { ...decision, acts: decision.acts.map((each) => ({ ...each, ttl_ms: 1 })) } }
        : content,
    );
    world.boot(actor);
    await pass(20_000);
    expect(world.sendings).toEqual([]);
    expect(act()?.text).toBe('ben approved it, but what was approved has changed since; look again');
  });

  it('is not executed while everything is stopped, nor afterwards', async () => {
    await start(['act']);
    hostStopOf(desk).take({ scope: 'all', who: 'ann', why: 'too much' });
    await pass(2_000);
    await settled(approve(shiftOf(desk), word()));
    await pass(10_000);
    expect(act()).toMatchObject({ status: 'waiting', text: 'the kill switch is thrown' });
    const { session } = shiftOf(desk);
    await settled(releaseSwitch({ session, hostStop: hostStopOf(desk) }, session.stops));
    await pass(20_000);
    expect([world.sendings, act()?.status]).toEqual([[], 'waiting']);
  });

  it.each<[note: string, change: Partial<Word>, code: string]>([
    ['of something else than what was seen', { seen: 'another digest' }, 'changed'],
    ['of what somebody asked for themselves', { by: 'sim' }, 'not_four_eyes'],
  ])('is refused as anywhere: %s', async (_note, change, code) => {
    await start(['act']);
    rewrite((content) => ({
      ...content,
      received: { ...content.received, intake: { ...content.received.intake, type: 'analyst', id: 'sim' } },
    }));
    const said = await settled(approve(shiftOf(desk), word(change)));
    expect(said.ok ? 'taken' : said.error.code).toBe(code);
    await pass(5_000);
    expect(world.sendings).toEqual([]);
  });

  it('is refused where no agent acts, which every page says', async () => {
    await start(FOR_PEOPLE);
    const said = await settled(approve(shiftOf(desk), word()));
    expect(said.ok ? 'taken' : said.error.code).toBe('not_here');
    expect([codes(desk), codes(actor)]).toEqual([['nobody_acts'], ['nobody_acts']]);
  });
});
