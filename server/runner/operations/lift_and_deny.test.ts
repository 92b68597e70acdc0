import { aDecisionOf, anEffect, aRequest, EFFECT_ID, theAct } from '../../../test/builders/executing';
import { bareIdentities } from '../../engine/entity/identity';
import { escalationDigest } from '../executing/handed_over';
import type { CaseContent } from '../keeping/kinds/case';
import { StoreUnavailable } from '../ports';
import { WordBook } from '../facts/words';
import { liftContainment } from './containments';
import { deny } from './escalations';

/* The word is written before the lift or the denial: a crash in between leaves "asks first". */

const HOUR = 3_600_000;
const partsOf = (order: string[], { fails = false, content }: { fails?: boolean; content?: unknown } = {}) => ({
  store: { get: async () => ({ id: EFFECT_ID, kind: 'effect', content: anEffect('present'), ...(content ?? {}) }) },
  inventory: bareIdentities,
  words: new WordBook(),
  clock: { utc: () => 0 },
  chance: { uuid: () => 'u' },
  evidence: { append: async () => undefined },
  log: { warn: () => undefined },
  commits: {
    forget: () => undefined,
    settle: async (plan: { build: (view: unknown) => { docs: ReadonlyArray<{ kind: string }>; answer: unknown } }) => {
      if (fails) throw new StoreUnavailable('away');
      const { docs, answer } = plan.build({ get: () => undefined });
      for (const { kind } of docs) order.push(kind);
      return answer;
    },
  },
});

describe('a lift', () => {
  const lift = async (askForMs: number | undefined, fails = false) => {
    const order: string[] = [];
    const parts = partsOf(order, { fails });
    const effects = { lift: async () => (order.push('lift'), true) };
    const agent = { parts, shift: { effects, parts } } as unknown as Parameters<typeof liftContainment>[0];
    const wish = { by: 'ann', reason: 'r', force: false, askForMs };
    const done = liftContainment(agent, EFFECT_ID, wish).catch((cause: unknown) => cause);
    return { done: await done, order, until: parts.words.holding(-1)[0]?.until };
  };

  it('comes after the word, which holds for one ttl or as long as the person says', async () => {
    expect((await lift(undefined)).order).toEqual(['word', 'lift']);
    const ttl = Math.max(...anEffect('present').reasons.map(({ command }) => command.ttl_ms ?? 0));
    expect((await lift(undefined)).until).toBe(new Date(ttl).toISOString());
    expect((await lift(4 * HOUR)).until).toBe(new Date(4 * HOUR).toISOString());
  });

  it('does not come where the word cannot be written', async () => {
    const { done, order } = await lift(undefined, true);
    expect([done instanceof StoreUnavailable, order]).toEqual([true, []]);
  });
});

describe('a denial', () => {
  it('comes after the word', async () => {
    const act = theAct('a0', { result: 'escalate', ttl_ms: 2 * HOUR });
    const { received } = aRequest([act]);
    const content: CaseContent = {
      received,
      state: 'waiting',
      decision: aDecisionOf([act]),
      acts: [{ act_id: 'a0', status: 'waiting' }],
      claims: 0,
    };
    const order: string[] = [];
    const parts = partsOf(order, { content: { id: received.case_id, kind: 'case', content } });
    const seen = escalationDigest(content, 'a0') ?? '';
    const said = { caseId: received.case_id, actId: 'a0', by: 'ann', reason: 'r', fourEyes: true, seen };
    await deny({ parts } as unknown as Parameters<typeof deny>[0], said).catch(() => undefined);
    expect(order[0]).toBe('word');
    expect(parts.words.holding(-1)).toMatchObject([{ verb: 'deny', until: new Date(2 * HOUR).toISOString() }]);
  });
});
