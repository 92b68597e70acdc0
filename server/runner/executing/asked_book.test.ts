import type { AssetFacts } from '../../../common/flow/decision';
import { MOST_BUDGET } from '../../../common/policy/policy_schema';
import { aCase, aDecisionOf, theAct } from '../../../test/builders/executing';
import type { CaseAct } from '../keeping/kinds/case';
import { AskedBook, newQuestions } from './asked_book';

describe('what people were asked', () => {
  it('counts within a time, and no longer', () => {
    let now = 0;
    const book = new AskedBook({ monotonic: () => now });
    book.note(2);
    now = 100;
    book.note(1);
    book.note(0);
    expect([book.within(101), book.within(100), book.within(1)]).toEqual([3, 1, 1]);
    now = 101;
    expect(book.within(1)).toBe(0);
  });

  it('is remembered up to the most that a budget may allow', () => {
    const book = new AskedBook({ monotonic: () => 0 });
    book.note(MOST_BUDGET + 7);
    expect(book.within(1)).toBe(MOST_BUDGET);
  });
});

describe('a new question', () => {
  const waits: CaseAct = { act_id: 'a0', status: 'waiting' };
  const because = (reason: 'kill_switch' | 'rate_limit' | 'not_permitted', limit?: string): CaseAct => ({
    ...waits,
    stopped: { kind: 'stopped', reason, then: 'escalate', text: '', ...(limit === undefined ? {} : { limit }) },
  });

  it.each<[what: string, act: CaseAct, count: number]>([
    ['is what waits', waits, 1],
    ['is what the policies leave to a person', because('not_permitted'), 1],
    ['is not what one limit refuses with others', because('rate_limit', 'few'), 0],
    ['is not what the kill switch holds with others', because('kill_switch'), 0],
    ['is not what a person denied', { ...waits, status: 'refused' }, 0],
  ])('%s', (_what, act, count) => {
    expect(newQuestions(aCase([act]), undefined)).toBe(count);
  });

  it('is not what waited before', () => {
    const both = aCase([waits, { ...waits, act_id: 'a1' }]);
    expect(newQuestions(both, aCase([waits]))).toBe(1);
    expect(newQuestions(aCase([waits]), both)).toBe(0);
  });

  it('is not what is answered by itself: it is asked whatever the budget says', () => {
    const { inputs } = aDecisionOf([]);
    const act = theAct('a0');
    const asset: AssetFacts = { ...act.target, known: true, criticality: 'critical' };
    const decision = aDecisionOf([act], { inputs: { ...inputs, assets: [asset] } });
    expect(newQuestions(aCase([waits], { decision }), undefined)).toBe(0);
  });
});
