import { beyondBudget, HELD_FOR_BUDGET_MS, type EscalationBudget } from './escalation_budget';

const HOUR = 3_600_000;
const budget = (beyond: EscalationBudget['beyond'], most = 2): EscalationBudget => ({
  name: `b-${beyond}`,
  most,
  withinMs: HOUR,
  beyond,
});
/** So many within the last hour, twice as many within a longer time. */
const asked = (count: number) => (withinMs: number) => (withinMs > HOUR ? 2 * count : count);
const meet = (budgets: readonly EscalationBudget[], count: number, waitedMs = 0) =>
  beyondBudget(budgets, { asked: asked(count), approvers: () => 1 }, waitedMs);

describe('a budget of questions', () => {
  it.each([
    ['group', 'escalate'],
    ['hold', 'hold'],
    ['deny', 'deny'],
  ] as const)('says %s of the first beyond it', (beyond, then) => {
    expect(meet([budget(beyond)], 1)).toBeUndefined();
    expect(meet([budget(beyond)], 2)).toMatchObject({ reason: 'escalation_budget', then, limit: `b-${beyond}` });
  });

  it('is none where no policy has one, and counts within its own time', () => {
    expect(meet([], 1_000)).toBeUndefined();
    expect(meet([{ ...budget('deny', 3), withinMs: 2 * HOUR }], 1)).toBeUndefined();
    expect(meet([{ ...budget('deny', 3), withinMs: 2 * HOUR }], 2)).toMatchObject({ then: 'deny' });
  });

  it('that is used up says the strictest of several, and one that is not says nothing', () => {
    expect(meet([budget('group'), budget('hold'), budget('deny', 3)], 2)).toMatchObject({ limit: 'b-hold' });
    expect(meet([budget('group'), budget('hold'), budget('deny', 3)], 3)).toMatchObject({ limit: 'b-deny' });
  });

  it('is for each approver who is here where it says so, and for one where nobody is', () => {
    const each: EscalationBudget = { ...budget('group'), perApprover: true };
    const beyond = (of: EscalationBudget, count: number, approvers: number) =>
      beyondBudget([of], { asked: asked(count), approvers: () => approvers }, 0);
    expect([beyond(each, 5, 3), beyond(each, 6, 3)?.text]).toEqual([
      undefined,
      expect.stringContaining('about 6 acts'),
    ]);
    expect([beyond(each, 1, 0), beyond(each, 2, 0)?.then]).toEqual([undefined, 'escalate']);
    expect(beyond(budget('group'), 2, 3)?.then).toBe('escalate');
  });

  it('holds for four hours, and denies then', () => {
    expect(meet([budget('hold')], 2, HELD_FOR_BUDGET_MS - 1)).toMatchObject({ then: 'hold' });
    expect(meet([budget('hold')], 2, HELD_FOR_BUDGET_MS)).toMatchObject({ then: 'deny' });
    expect(meet([budget('group')], 2, HELD_FOR_BUDGET_MS)).toMatchObject({ then: 'escalate' });
  });
});
