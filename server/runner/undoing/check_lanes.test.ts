import type { Verification } from '../ports';
import { undoRoom } from '../../../test/builders/undo_room';
import { aReason, anEffect } from '../../../test/builders/undoing';
import { ownEffect, type KeptEffect } from './kept_effect';
import { LiveChecks } from './live_checks';

/* Many effects at two connectors: how many questions are under way, and how fast they come. */

const EVERY_MS = 10_000;
const MANY = 60;

const lanesScene = () => {
  const room = undoRoom({ request_timeout_ms: 2_000 });
  const kept = new Map<string, KeptEffect>();
  const open = new Map<string, number>();
  const most = new Map<string, number>();
  const asked = new Map<string, number>();
  /** How each connector answers, and after how long, ms. */
  const answers: Record<string, { state: Verification['state']; afterMs: number }> = {
    edge: { state: 'present', afterMs: 100 },
    edr: { state: 'present', afterMs: 100 },
  };
  const connectorOf = (name: string) => ({
    ...room.target.connector,
    name,
    verify: async (): Promise<Verification> => {
      const now = (open.get(name) ?? 0) + 1;
      open.set(name, now);
      most.set(name, Math.max(most.get(name) ?? 0, now));
      asked.set(name, (asked.get(name) ?? 0) + 1);
      await room.basics.clock.sleep(answers[name]?.afterMs ?? 0);
      open.set(name, (open.get(name) ?? 1) - 1);
      return { state: answers[name]?.state ?? 'unknown' };
    },
  });
  const connectors = { edge: connectorOf('edge'), edr: connectorOf('edr') };
  const checks = new LiveChecks({
    session: room.session.port,
    basics: room.basics,
    clockTrusted: () => true,
    connectors: new Map(Object.entries(connectors)),
    suspensions: { holds: () => false },
    verifyEveryMs: () => EVERY_MS,
    kept,
    found: async () => undefined,
  });
  for (const name of ['edge', 'edr'] as const)
    for (let n = 0; n < MANY; n += 1)
      kept.set(`${name} ${n}`, {
        ...ownEffect(anEffect({ connector: name, reasons: [aReason('c1', { ttl_ms: null })] }), -60_000, 0),
        verified: true,
      });
  /** Each effect is looked at every second, as its keeper does. */
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 1_000) {
      for (const [id, each] of kept) checks.look(id, each, connectors[id.startsWith('edge') ? 'edge' : 'edr']);
      await room.wait(1_000);
    }
  };
  return { most, asked, answers, checks, pass };
};

describe('the questions to a connector', () => {
  it('are few at once, and reach every effect all the same', async () => {
    const { most, asked, pass } = lanesScene();
    await pass(EVERY_MS * 1.1 + 4_000);
    expect([...most.values()]).toEqual([4, 4]);
    expect(asked.get('edge')).toBeGreaterThanOrEqual(MANY);
    expect(asked.get('edge')).toBeLessThanOrEqual(MANY * 1.5);
  });

  it('wait for each other where there are too many, and hold up no other connector', async () => {
    const { most, asked, answers, pass } = lanesScene();
    answers.edge = { state: 'present', afterMs: 1_900 };
    await pass(40_000);
    expect(most.get('edge')).toBe(4);
    expect(asked.get('edge')).toBeLessThanOrEqual(4 * 17);
    expect(asked.get('edr')).toBeGreaterThanOrEqual(3 * MANY);
  });

  it('come one by one and ever more rarely where none is answered, and as before once one is', async () => {
    const { asked, answers, checks, most, pass } = lanesScene();
    answers.edge = { state: 'unknown', afterMs: 50 };
    await pass(60_000);
    most.clear();
    answers.edge = { state: 'unknown', afterMs: 1_900 };
    await pass(60_000);
    expect(most.get('edge') ?? 1).toBe(1);
    answers.edge = { state: 'unknown', afterMs: 50 };
    expect(asked.get('edge')).toBeLessThanOrEqual(20);
    expect(checks.report.edge?.unsure).toBeGreaterThan(0);
    expect(checks.report.edr).toMatchObject({ unsure: 0 });
    answers.edge = { state: 'present', afterMs: 50 };
    await pass(80_000);
    expect(asked.get('edge')).toBeGreaterThanOrEqual(MANY);
    expect(checks.report.edge).toMatchObject({ unsure: 0 });
  });
});
