import { nearestMisses, NearestMiss } from '../../../common/flow/nearest_miss';
import { decode } from '../../../common/codec/decode';
import { received } from '../../../test/builders/events';
import { compiled } from '../../../test/builders/policies';
import type { DetectionEvent } from '../../../common/flow/event';
import type { AssetFacts } from '../../../common/flow/decision';
import { decide } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const counts = {
  events_1h: 0,
  events_24h: 0,
  events_30d: 0,
  acts_1h: 0,
  acts_24h: 0,
  acts_30d: 0,
  true_positives_30d: 0,
  false_positives_30d: 0,
};

const blockWhen = (id: string, when: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: The ${id} policy, owner: soc }
spec:
  layer: action
  mode: enforce
  when: '${when}'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;

const decided = (policies: readonly string[], event: Partial<DetectionEvent>) => {
  const request = {
    received: received(event),
    lookups: {
      asset: (type: AssetFacts['type'], value: string) => ({ type, value, known: true, external: true }),
      history: () => ({ src: counts, host: counts, user: counts, rule: counts, domains: [], sightings_ms: [] }),
    },
    bundle: compiled([...policies]),
    model: modelOf(INITIAL_WEIGHTS),
    now: Date.parse('2026-11-22T10:00:01.000Z'),
  };
  return sealDecision(decide(request), request, { decisionId: 'd1', engineDigest: 'test' });
};

const missesOf = (policies: readonly string[], event: Partial<DetectionEvent>) =>
  nearestMisses(decided(policies, event));

const NEAR = blockWhen('near', '"attack.t1021" in event.tags && event.confidence >= 0.9');
const FAR = blockWhen('far', 'event.confidence >= 0.99');
const OTHER = blockWhen('other', 'event.confidence > 0.95 && size(event.tags) > 3 && size(event.tags) > 4');

describe('the nearest miss', () => {
  it('says which value was seen and which was needed', () => {
    const [miss] = missesOf([NEAR], { confidence: 0.85, tags: ['attack.t1021'] });
    expect(miss).toMatchObject({
      policy: { id: 'near' },
      open: 0,
      unmet: [{ path: 'event.confidence', operator: '>=', seen: 0.85, needed: 0.9, result: 'false' }],
    });
    expect(miss?.unmet[0]?.distance).toBeCloseTo(0.0556, 3);
    expect(decode(NearestMiss, JSON.parse(JSON.stringify(miss))).ok).toBe(true);
  });

  it('comes first by the fewest clauses that do not hold, then by the smallest distance', () => {
    const misses = missesOf([OTHER, FAR, NEAR], { confidence: 0.85, severity: 'high', tags: ['attack.t1021'] });
    expect(misses.map(({ policy, unmet, open }) => [policy.id, unmet.length, open])).toEqual([
      ['near', 1, 0],
      ['far', 1, 0],
      // Its second clause was not looked at.
      ['other', 1, 2],
    ]);
  });

  const policy = { id: 'old', hash: 'h', layer: 'action' as const, mode: 'enforce' };
  const old = { policy, role: 'proposes' as const, matched: false };

  it('tells of a clause that was not looked at by what another policy saw of the event', () => {
    const values = { 'event.severity': 'high', 'event.tags': ['a'] };
    const [miss] = nearestMisses({
      acts: [],
      trace: [
        {
          ...old,
          clauses: [
            { text: 'event.confidence > 0.95', result: 'false', values: { 'event.confidence': 0.85 } },
            { text: 'event.severity == "low"', result: 'skipped' },
            { text: 'event.severity != "low"', result: 'skipped' },
            { text: 'event.other == "low"', result: 'skipped' },
          ],
        },
        { ...old, clauses: Array(9).fill({ text: 'size(event.tags) > 3', result: 'false', values }) },
      ],
    });
    expect(miss).toMatchObject({
      open: 1,
      unmet: [
        { path: 'event.confidence', needed: 0.95, seen: 0.85 },
        { path: 'event.severity', needed: 'low', seen: 'high' },
      ],
    });
  });

  it.each([
    ['0.9 <= event.confidence', { path: 'event.confidence', operator: '>=', needed: 0.9, seen: 0.85 }],
    ['event.severity in ["low", "medium"]', { operator: 'in', needed: ['low', 'medium'], seen: 'high' }],
    ['"x" in event.tags', { operator: 'contains', needed: 'x', seen: ['a'] }],
    ['event.severity == "say \\"hi\\""', { operator: '==', needed: 'say "hi"' }],
    ['!event.severity', { operator: 'is', needed: false }],
    ['size(event.tags) > 3', { clause: 'size(event.tags) > 3', result: 'false' }],
    ['event.severity == "\\x41"', { clause: 'event.severity == "\\x41"' }],
  ])('is data for %s', (text, wanted) => {
    const values = { 'event.confidence': 0.85, 'event.severity': 'high', 'event.tags': ['a'] };
    const [miss] = nearestMisses({ acts: [], trace: [{ ...old, clauses: [{ text, result: 'false', values }] }] });
    expect(miss?.unmet).toEqual([expect.objectContaining(wanted)]);
  });

  it('is none where something was proposed', () => {
    expect(missesOf([FAR, blockWhen('always', 'event.confidence > 0.1')], { confidence: 0.85 })).toEqual([]);
  });

  it('is read out of the records of earlier versions, whatever they have', () => {
    const [first, second] = nearestMisses({
      acts: [],
      trace: [
        {
          ...old,
          clauses: [
            { text: 'event.confidence > 0.9', result: 'false' },
            { text: 'x.y', result: 'skipped' },
          ],
        },
        { ...old, clauses: [] },
        { ...old, role: 'judges', clauses: [] },
      ],
    });
    expect(first).toEqual({ policy, unmet: [], open: 0 });
    expect(second).toMatchObject({ open: 1, unmet: [{ path: 'event.confidence', needed: 0.9 }] });
    expect(second?.unmet[0]).not.toHaveProperty('seen');
  });
});
