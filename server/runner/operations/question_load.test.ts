import { iso } from '../../../common/iso';
import { FakeEvidence } from '../../../test/fakes/fake_evidence';
import { answerPace, questionLoad, TAKEN } from './question_load';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const DAY = 86_400_000;

interface Said {
  readonly by?: string;
  /** s before now. */
  readonly ago: number;
  /** s */
  readonly waited?: number;
  readonly outcome?: string;
  readonly verb?: string;
  readonly type?: string;
}

const agentWith = (said: readonly Said[]) => {
  const evidence = new FakeEvidence();
  said.forEach(({ by = 'ann', ago, waited, outcome = TAKEN.done, verb = 'approve', type = 'escalation' }, n) => {
    const at = iso(NOW - ago * 1_000);
    const body = { verb, by, object: { type, id: 'c' }, outcome, at };
    const entry = { ...body, ...(waited === undefined ? {} : { waited_ms: waited * 1_000 }) };
    evidence.append([{ family: 'audit', id: `${n}`, at, body: entry }]);
  });
  return {
    parts: {
      clock: { utc: () => NOW },
      evidence: { find: async (query: Parameters<FakeEvidence['page']>[0]) => evidence.page(query) },
      bundles: {
        brakeRules: () => ({
          budgets: [
            { name: 'few', most: 60, withinMs: 3_600_000, beyond: 'group' },
            { name: 'each', most: 20, withinMs: 3_600_000, beyond: 'hold', perApprover: true },
          ],
        }),
      },
      asked: { within: (ms: number) => ms / 100_000 },
      people: { approvers: () => 3 },
      store: { search: async () => [] },
    },
  } as unknown as Parameters<typeof questionLoad>[0];
};
const paceOf = (...said: readonly Said[]) => answerPace(agentWith(said));

describe('how fast people answer', () => {
  it('is told of words that were taken within a day, on what waits for a person', async () => {
    expect(
      await paceOf(
        { ago: 10, waited: 30 },
        { ago: 100, waited: 60, verb: 'deny', by: 'bob' },
        { ago: 200, waited: 90, outcome: TAKEN.left, by: 'eve' },
        { ago: 300, waited: 90, outcome: TAKEN.waits, by: 'dan' },
        { ago: 1, waited: 1, outcome: 'asked' },
        { ago: 1, waited: 1, outcome: 'changed' },
        { ago: 1, waited: 1, verb: 'lift' },
        { ago: 1, waited: 1, type: 'candidate' },
        { ago: DAY / 1_000 + 1, waited: 1 },
      ),
    ).toEqual({ answers: 4, people: 4, most_by_one: 1, timed: 4, hasty: 0, median_ms: 60_000 });
  });

  it('goes by the time since it waited: under 5 s nobody read it', async () => {
    expect(await paceOf({ ago: 0, waited: 4.999 })).toMatchObject({ hasty: 1, median_ms: 4_999 });
    expect(await paceOf({ ago: 0, waited: 5 })).toMatchObject({ hasty: 0, median_ms: 5_000 });
  });

  it('goes by the answer before of the same person: one word for many is not read', async () => {
    const many = Array.from({ length: 5 }, (_, n) => ({ ago: 100 - n, waited: 3_600 }));
    expect(await paceOf(...many, { by: 'bob', ago: 98.5, waited: 3_600 })).toEqual({
      answers: 6,
      people: 2,
      most_by_one: 5,
      timed: 6,
      hasty: 4,
      median_ms: 1_000,
    });
  });

  it('says nothing of what earlier versions filed without its time', async () => {
    expect(await paceOf({ ago: 10 })).toEqual({ answers: 1, people: 1, most_by_one: 1, timed: 0, hasty: 0 });
    expect(await paceOf()).toEqual({ answers: 0, people: 0, timed: 0, hasty: 0 });
  });
});

describe('the load on people', () => {
  it('has what was asked of each budget', async () => {
    expect((await questionLoad(agentWith([]))).budgets).toEqual([
      { policy: 'few', asked: 36, most: 60, within_ms: 3_600_000, beyond: 'group' },
      { policy: 'each', asked: 36, most: 60, within_ms: 3_600_000, beyond: 'hold', per_approver: true },
    ]);
    expect((await questionLoad(agentWith([]))).approvers).toBe(3);
  });
});
