import type { ReminderNotice } from '../../common/api/notices';
import { iso } from '../../common/iso';
import type { Breakers } from '../../server/runner/agent/breakers/breakers';
import { REMIND_EVERY_MS } from '../../server/runner/agent/reminders';
import type { CaseAct, CaseContent } from '../../server/runner/keeping/kinds/case';
import { received } from '../builders/events';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World } from './world';

/* Three agents, and things that wait for people: each mark is told once, by one of them, whoever dies. */

/** So long everything waits here, ms. */
const SPAN_MS = 20 * REMIND_EVERY_MS;

describe('what nobody answers', () => {
  let world: World;
  let notices: Array<{ readonly at: number; readonly notice: ReminderNotice }>;
  let made = 0;

  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const raise = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      made += 1;
      const agent = world.agents[n % world.agents.length]?.agent;
      const source = { ip: `198.51.${100 + Math.floor(made / 250)}.${made % 250}` };
      void agent?.admit(
        received({ event_id: `e${made}`, timestamp: iso(EPOCH + world.now), tags: ['ask'], source, confidence: 0.9 }),
      );
    }
    await pass(4_000);
  };
  const waiting = (): readonly CaseAct[] =>
    [...world.store.documents.values()]
      .flatMap(({ body }) => (body.kind === 'case' ? (body.content as CaseContent).acts : []))
      .filter(({ status }) => status === 'waiting');

  /** As if everything that waits had so much of its time behind it, of one. */
  const age = (part: number): void => {
    const now = EPOCH + world.now;
    for (const [id, stored] of world.store.documents) {
      const { body } = stored;
      const content = body.content as CaseContent;
      if (body.kind !== 'case' || content.state !== 'waiting' || content.decision === undefined) continue;
      const due = iso(Math.floor(now + SPAN_MS * (1 - part)));
      const decision = { ...content.decision, decided_at: iso(Math.floor(now - SPAN_MS * part)) };
      const facets = { ...body.facets, due };
      world.store.documents.set(id, { ...stored, body: { ...body, facets, content: { ...content, due, decision } } });
    }
  };
  const counts = (): readonly number[] => notices.map(({ notice }) => notice.count);

  beforeEach(async () => {
    notices = [];
    const breakers: Breakers = {
      rules: {
        connector: { error_percent: 100, at_least: 50, window_ms: 600_000, wait_ms: 30_000 },
        policy: { overridden_percent: 100, acts: 10_000 },
      },
      tell: () => undefined,
      remind: (notice) => void notices.push({ at: world.now, notice }),
      trips: new Map(),
    };
    world = new World({
      ...{ seed: 7, agents: 3, bundle: simBundle(), inventory: simInventory, idempotency: 'set', breakers },
      actions: ['block_ip', 'isolate_host'],
    });
    for (const machine of world.agents) world.boot(machine);
    await pass(4_000);
  });

  it('is told once at half of its time and once near its end, by one agent of three, with its count', async () => {
    await raise(9);
    expect(waiting()).toHaveLength(9);
    await pass(2 * REMIND_EVERY_MS);
    expect(counts()).toEqual([]);
    age(0.6);
    await pass(3 * REMIND_EVERY_MS);
    expect(counts()).toEqual([9]);
    expect(notices[0]?.notice).toMatchObject({ event: 'waiting', last: 0, first: { action: 'block_ip' } });
    expect(waiting().map(({ reminded }) => reminded?.mark)).toEqual(Array(9).fill('half'));
    await pass(0.2 * SPAN_MS);
    expect(counts()).toEqual([9, 9]);
    expect(notices[1]?.notice.last).toBe(9);
    const near = world.agents.map(({ agent }) => agent?.parts.reminders.nearEnd?.count);
    expect(near).toEqual([9, 9, 9]);
    expect(world.agents.flatMap(({ agent }) => agent?.troubles ?? []).map(({ code }) => code)).toContain('answers_due');
  });

  it('is told by another agent once the one that tells is dead, and nothing twice', async () => {
    await raise(4);
    age(0.6);
    await pass(2 * REMIND_EVERY_MS);
    expect(counts()).toEqual([4]);
    const [first] = [...world.agents].sort((one, other) =>
      (one.agent?.shift?.session.id ?? '') < (other.agent?.shift?.session.id ?? '') ? -1 : 1,
    );
    if (first !== undefined) world.crash(first);
    await raise(3);
    age(0.6);
    await pass(3 * REMIND_EVERY_MS);
    // Their time begins anew here, and with it their marks.
    expect(notices.slice(1).reduce((sum, { notice }) => sum + notice.count, 0)).toBe(waiting().length);
    expect(waiting().every(({ reminded }) => reminded?.mark === 'half')).toBe(true);
  });

  it('is one notice a minute, however much it is', async () => {
    // Each agent looks at moments of its own.
    for (const machine of world.agents.slice(1)) {
      world.crash(machine);
      await pass(REMIND_EVERY_MS / 3);
      world.boot(machine);
    }
    await raise(40);
    for (let turn = 0; turn < 12; turn += 1) {
      await raise(3);
      age(0.6);
      await pass(REMIND_EVERY_MS / 4);
    }
    await pass(REMIND_EVERY_MS);
    expect(notices.length).toBeGreaterThan(2);
    const gaps = notices.slice(1).map(({ at }, index) => at - (notices[index]?.at ?? 0));
    expect(gaps.every((gap) => gap >= REMIND_EVERY_MS * 0.9)).toBe(true);
    expect(waiting().every(({ reminded }) => reminded?.mark === 'half')).toBe(true);
  });
});
