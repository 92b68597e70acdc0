import type { DecisionRecord } from '../../../common/flow/decision';
import { aDecision, anAct } from '../../../test/builders/views';
import { received } from '../../../test/builders/events';
import { wordOfLabel } from './peoples_words';
import { ShadowComparison } from './shadow_comparison';

const outside = { code: 'outside_rollout' as const, text: '' };
const recordOf = (
  caseId: string,
  act: Parameters<typeof anAct>[0],
  overrides: Parameters<typeof aDecision>[0] = {},
): DecisionRecord => ({
  event: received({ event_id: caseId }),
  decision: aDecision({
    case_id: caseId,
    decision_id: `d-${caseId}`,
    acts: [anAct({ shadow: true, ...act })],
    ...overrides,
  }),
});
const words = new Map([
  ['attack', 'right' as const],
  ['noise', 'wrong' as const],
]);
const compare = (...records: DecisionRecord[]) => {
  const comparison = new ShadowComparison((_, arm) => arm !== 'in_force');
  for (const record of records) comparison.add(record);
  return comparison.report((caseId) => words.get(caseId));
};

describe('a policy in shadow beside what people did', () => {
  it('says the same where it permits what people did or denies what they did not', () => {
    expect(compare(recordOf('attack', { result: 'permit' }), recordOf('noise', { result: 'deny' }))).toMatchObject([
      { arm: 'shadow', cases: 2, permit: 1, deny: 1, judged: 2, same: 2, differ: [] },
    ]);
  });

  it('differs where it is the other way round, and names the decisions', () => {
    const [tally] = compare(recordOf('attack', { result: 'deny' }), recordOf('noise', { result: 'permit' }));
    expect(tally).toMatchObject({ judged: 2, same: 0 });
    expect(tally?.differ).toMatchObject([
      { decision_id: 'd-attack', would: 'deny', people: 'right' },
      { decision_id: 'd-noise', would: 'permit', people: 'wrong' },
    ]);
  });

  it('is not judged by what it leaves to a person, nor by what nobody has said anything of', () => {
    expect(compare(recordOf('attack', { result: 'escalate' }), recordOf('open', { result: 'permit' }))).toMatchObject([
      { cases: 2, permit: 1, escalate: 1, judged: 0, same: 0 },
    ]);
  });

  it('counts a case once, as it was decided last', () => {
    const first = recordOf('noise', { result: 'permit' });
    expect(compare(first, recordOf('noise', { result: 'deny' }))).toMatchObject([{ cases: 1, deny: 1, same: 1 }]);
  });

  it('leaves out reviews of what is in effect already', () => {
    const { inputs } = aDecision();
    const review = recordOf('attack', { result: 'escalate' }, { inputs: { ...inputs, review: true } });
    expect(compare(recordOf('attack', { result: 'permit' }), review)).toMatchObject([{ cases: 1, permit: 1, same: 1 }]);
  });

  it('tells what is outside a rollout from what is in shadow, and leaves out answers to askers', () => {
    const tallies = compare(
      recordOf('attack', { result: 'permit', reasons: [outside] }),
      recordOf('noise', { result: 'permit' }),
      recordOf('asked', { result: 'permit' }, { effectless: true }),
      recordOf('forced', { result: 'permit', shadow: false }),
    );
    expect(tallies.map(({ arm, cases }) => [arm, cases]).sort()).toEqual([
      ['outside_rollout', 1],
      ['shadow', 1],
    ]);
  });
});

it('a label says whether acting was right, if it says what the event was', () => {
  expect(wordOfLabel('true_positive')).toBe('right');
  expect((['false_positive', 'benign', 'test'] as const).map(wordOfLabel)).toEqual(['wrong', 'wrong', 'wrong']);
  expect((['duplicate', 'insufficient_data'] as const).map(wordOfLabel)).toEqual([undefined, undefined]);
});
