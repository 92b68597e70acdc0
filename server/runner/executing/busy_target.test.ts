import {
  aCase,
  aDecisionOf,
  aRequest,
  aView,
  aWorld,
  anEffect,
  caseDoc,
  effectDoc,
  NOW,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import { planClaim, type ClaimAnswer } from './claim';
import { withActs } from './change_document';
import { busyPause } from './earlier_acts';

/* A case that waits for its target: pauses that grow, and no record of a decision that says nothing new. */

const act = theAct('a0');
const busy = effectDoc(anEffect('undoing', { session: 's2' }));
const HELD: CaseAct = {
  act_id: 'a0',
  status: 'held',
  stopped: { kind: 'stopped', reason: 'target_busy', then: 'hold', text: 'busy' },
};
const before = (change: Partial<CaseContent> = {}): CaseContent =>
  aCase([HELD], { decision: aDecisionOf([act], { decision_id: 'd1' }), ...change });

/** The case is decided once more, as `d2`. */
const again = (previous: CaseContent | undefined, { decided = aDecisionOf([act]), docs = [busy] } = {}) => {
  const decision = { ...decided, decision_id: 'd2' };
  const request = aRequest([act], { decision, ...(previous && { previous }) });
  const plan = planClaim(() => aWorld(), request, true);
  const built = plan.build(aView([...docs, ...(previous ? [caseDoc(previous)] : [])]));
  if (built === 'read_again') throw new Error('read again');
  const answer = built.answer as ClaimAnswer & { kind: 'planned' };
  const records = built.docs.flatMap((doc) => doc.records ?? []).filter(({ family }) => family === 'decisions');
  return { content: answer.content, records: records.map(({ id }) => id) };
};

describe('a case whose target is busy', () => {
  it('is looked at again after pauses that grow from 2 s to 5 min', () => {
    expect([0, 1, 2, 3, 6, 7, 8, 60, 5_000].map((tries) => busyPause(tries) / 1_000)).toEqual([
      2, 4, 8, 16, 128, 256, 300, 300, 300,
    ]);
    expect(busyPause()).toBe(2_000);
  });

  it('counts how often in a row it was held, and waits longer each time', () => {
    const first = again(undefined).content;
    expect([first.tries, first.due]).toEqual([1, utcIn(2_000)]);
    const tenth = again(before({ tries: 9 })).content;
    expect([tenth.tries, tenth.due]).toEqual([10, utcIn(300_000)]);
  });

  it('begins anew once nothing of it is held', () => {
    const free = again(before({ tries: 9 }), { docs: [] }).content;
    expect([free.acts[0]?.status, free.tries]).toEqual(['applying', undefined]);
  });

  it('waits longer also where its command came to nothing', () => {
    const after = withActs(before({ tries: 3 }), { acts: [HELD] }, NOW);
    expect([after.tries, after.due]).toEqual([4, utcIn(16_000)]);
    expect(withActs(before({ tries: 3 }), { acts: [{ ...HELD, status: 'done' }] }, NOW)).not.toHaveProperty('tries');
  });
});

describe('a decision that is made again while the target is busy', () => {
  it('is not filed and not kept where it says nothing new', () => {
    const { content, records } = again(before());
    expect([content.decision?.decision_id, records]).toEqual(['d1', []]);
  });

  it.each<[note: string, previous: CaseContent | undefined, around: Parameters<typeof again>[1]]>([
    ['is the first one', undefined, {}],
    ['follows one that did not wait', before({ acts: [{ act_id: 'a0', status: 'denied' }] }), {}],
    ['says otherwise', before(), { decided: aDecisionOf([act], { verdict: 'escalate' }) }],
    [
      'is made under another bundle',
      before({ decision: aDecisionOf([act], { bundle: { version: 9, digest: 'other' } as never }) }),
      {},
    ],
    [
      'is held for another reason',
      before({ acts: [{ ...HELD, stopped: { kind: 'stopped', reason: 'permit_stale', then: 'hold', text: '' } }] }),
      {},
    ],
    ['is acted upon', before(), { docs: [] }],
  ])('is filed where it %s', (_note, previous, around) => {
    const { content, records } = again(previous, around);
    expect([content.decision?.decision_id, records]).toEqual(['d2', ['d2']]);
  });
});
