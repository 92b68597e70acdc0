import {
  aDecisionOf,
  aRequest,
  approvalOf,
  aView,
  aWorld,
  caseDoc,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import { planClaim } from './claim';

/* Who claims a case may not know yet that people were told again of what waits in it. */

const waits = theAct('a0', { result: 'escalate' });
const other = theAct('a1', { result: 'escalate', target: { type: 'ip', value: '203.0.113.8' } });
const due = utcIn(3_600_000);
const act = (act_id: string, more: Partial<CaseAct> = {}): CaseAct => ({ act_id, status: 'waiting', ...more });
const caseWith = (...acts: readonly CaseAct[]): CaseContent => ({
  received: aRequest([waits]).received,
  state: 'waiting',
  decision: aDecisionOf([waits, other]),
  acts,
  claims: 0,
  due,
});
const reminded = { mark: 'half', at: utcIn(0), due } as const;

describe('a claim of one act of a case', () => {
  it('keeps the mark of the other one, which it did not know of', () => {
    const previous = caseWith(act('a0'), act('a1'));
    const request = aRequest([waits, other], {
      previous,
      approval: approvalOf('a1'),
      decision: aDecisionOf([waits, other]),
    });
    const stored = caseDoc(caseWith(act('a0', { reminded }), act('a1', { reminded })));
    const built = planClaim(() => aWorld(), request, true).build(aView([stored]));
    if (built === 'read_again' || built.answer.kind !== 'planned') throw new Error('it was not planned');
    expect(built.answer.content.acts).toMatchObject([
      { act_id: 'a0', status: 'waiting', reminded },
      { act_id: 'a1', status: 'applying' },
    ]);
    expect(built.answer.content.acts[1]).not.toHaveProperty('reminded');
  });
});
