import type { HistoryFacts } from '../../../common/flow/decision';
import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import { compileDraft } from '../policy/compile_bundle';
import { decide, type Decided } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { ENOUGH_CASES, RIGHT_ENOUGH } from './source_proof';

const POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: aa, title: Block by score, owner: soc }
spec:
  layer: action
  mode: enforce
  when: score.value > 0.1
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;
const bundle = compileDraft([aPolicy(POLICY)]);

const PROOF = { right: ENOUGH_CASES, wrong: 0, people: 2, days: 2, least_micro: RIGHT_ENOUGH };

const decided = (facts: Partial<HistoryFacts>): Decided =>
  decide({
    received: received({}, { uncalibrated: true }),
    lookups: lookupsOf({}, facts),
    bundle,
    model: modelOf(INITIAL_WEIGHTS),
    now: Date.parse('2026-11-22T10:00:01.000Z'),
  });

describe('a source that nobody vouches for', () => {
  it.each<[note: string, facts: Partial<HistoryFacts>]>([
    ['nobody judged it', {}],
    ['earlier versions counted many labels, whatever they said', { source_labels_30d: 400 }],
    ['it is wrong too often', { source_proof: { ...PROOF, least_micro: RIGHT_ENOUGH - 1 } }],
    ['one person judged it', { source_proof: { ...PROOF, people: 1 } }],
    ['it was judged within a day', { source_proof: { ...PROOF, days: 1 } }],
    ['a case is missing', { source_proof: { ...PROOF, right: ENOUGH_CASES - 1 } }],
  ])('is not permitted by score alone where %s', (_note, facts) => {
    const { verdict, acts } = decided(facts);
    expect([verdict, acts[0]?.reasons.map(({ code }) => code)]).toEqual([
      'escalate',
      expect.arrayContaining(['uncalibrated_source']),
    ]);
    const { right = 0, wrong = 0 } = facts.source_proof ?? {};
    expect(acts[0]?.reasons.map(({ text }) => text).join()).toContain(`(so far ${right} right and ${wrong} wrong`);
  });

  it('counts like any other once it is proven', () => expect(decided({ source_proof: PROOF }).verdict).toBe('permit'));
});
