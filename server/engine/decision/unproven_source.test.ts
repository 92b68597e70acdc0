import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import { compileDraft } from '../policy/compile_bundle';
import { decide, type Decided } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { ENOUGH_LABELS } from './propose';

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

const decided = (labels: number | undefined): Decided =>
  decide({
    received: received({}, { uncalibrated: true }),
    lookups: lookupsOf({}, labels === undefined ? {} : { source_labels_30d: labels }),
    bundle,
    model: modelOf(INITIAL_WEIGHTS),
    now: Date.parse('2026-11-22T10:00:01.000Z'),
  });

describe('a source that nobody vouches for', () => {
  it.each([undefined, 0, ENOUGH_LABELS - 1])('is not permitted by score alone with %p labels', (labels) => {
    const { verdict, acts } = decided(labels);
    expect([verdict, acts[0]?.reasons.map(({ code }) => code)]).toEqual([
      'escalate',
      expect.arrayContaining(['uncalibrated_source']),
    ]);
    expect(acts[0]?.reasons.map(({ text }) => text).join()).toContain(`(${labels ?? 0} so far)`);
  });

  it.each([ENOUGH_LABELS, 400])('counts like any other with %p labels', (labels) =>
    expect(decided(labels).verdict).toBe('permit'),
  );
});
