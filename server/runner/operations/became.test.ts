import { BECAME, becameOf, type Became } from '../../../common/api/became';
import { OUTCOMES, type Outcome } from '../../../common/api/progress';
import type { StopReason } from '../../../common/flow/clearance';
import { aDecisionBrief } from '../../../test/builders/views';
import { eventsOf } from './became';

const HASH = aDecisionBrief();
const brief = (caseId: string, id: string, outcome: Outcome, more: object = {}) => ({
  ...HASH,
  case_id: caseId,
  decision_id: id,
  outcome,
  acts: [],
  ...more,
});
const told = (...decisions: ReadonlyArray<ReturnType<typeof brief>>) =>
  eventsOf(decisions).map(({ became, brief: { case_id, decision_id } }) => [case_id, decision_id, became]);

describe('what became of events', () => {
  it.each<[Outcome, StopReason | undefined, Became]>([
    ['denied', undefined, 'policy'],
    ['denied', 'protected_target', 'protected'],
    ['denied', 'blast_radius', 'limits'],
    ['stopped', 'kill_switch', 'brakes'],
    ['denied', 'persons_word', 'person'],
    ['waiting', 'blast_radius', 'waits'],
    ['gone', undefined, 'ended'],
    ['applying', undefined, 'in_effect'],
  ])('%s because of %s is %s', (outcome, stop_reason, became) => {
    const progress = [
      { status: 'shadow' as const },
      { status: outcome as 'denied', ...(stop_reason && { stop_reason }) },
    ];
    expect(becameOf(outcome, progress)).toBe(became);
  });

  it('is one of the groups for every outcome', () => {
    expect(OUTCOMES.filter((outcome) => !BECAME.includes(becameOf(outcome, [])))).toEqual([]);
  });

  it('counts an event once, by the decision that tells most of it', () => {
    const again = { predecessor: 'd1' };
    expect(told(brief('a', 'd2', 'nothing', again), brief('a', 'd1', 'ended'))).toEqual([['a', 'd1', 'ended']]);
    expect(told(brief('a', 'd2', 'waiting', again), brief('a', 'd1', 'superseded'))).toEqual([['a', 'd2', 'waits']]);
    expect(told(brief('a', 'd1', 'superseded'))).toEqual([['a', 'd1', 'waits']]);
  });

  it('counts neither what was only asked nor what was first decided earlier', () => {
    expect(
      told(brief('a', 'd1', 'nothing', { effectless: true }), brief('b', 'd3', 'nothing', { predecessor: 'd0' })),
    ).toEqual([]);
  });
});
