import { aDecisionOf, aRequest, theAct } from '../../../test/builders/executing';
import { bareIdentities } from '../../engine/entity/identity';
import { escalationDigest } from '../executing/handed_over';
import type { CaseContent } from '../keeping/kinds/case';
import { approve } from './escalations';

/* Who is asked whether Reflex acts on somebody who is logged in. */

const act = theAct('a0', { target: { type: 'ip', value: '203.0.113.7' }, result: 'escalate' });
const { received } = aRequest([act]);
const content: CaseContent = {
  received,
  state: 'waiting',
  decision: aDecisionOf([act]),
  acts: [{ act_id: 'a0', status: 'waiting' }],
  claims: 0,
};
const approveAs = async (by: string, fourEyes = true) => {
  const shift = {
    parts: {
      store: {
        get: async (id: string) => (id === received.case_id ? { id, kind: 'case', content } : undefined),
        search: async () => [],
      },
      people: { list: () => [{ account: 'ann', address: '203.0.113.7' }] },
      inventory: bareIdentities,
      clock: { utc: () => 0 },
      commits: { forget: () => undefined },
      // No agent acts, so an approval that is taken is told to be of no use here.
      session: { has: () => false, livePeers: [] },
    },
  } as unknown as Parameters<typeof approve>[0];
  const seen = escalationDigest(content, 'a0') ?? '';
  const answer = await approve(shift, { caseId: received.case_id, actId: 'a0', by, reason: 'r', fourEyes, seen });
  return answer.ok ? 'taken' : `${answer.error.code}: ${answer.error.message}`;
};

describe('an act on somebody who is logged in', () => {
  it('is approved by somebody else', async () => {
    expect(await approveAs('bob')).toMatch(/^not_here/);
    expect(await approveAs('CORP\\Ann')).toBe(
      'not_four_eyes: nobody approves an act on themselves: it touches `ann`, who may be `CORP\\Ann`',
    );
  });

  it('is approved by whom it touches where there is nobody else', async () => {
    expect(await approveAs('ann', false)).toMatch(/^not_here/);
  });
});
