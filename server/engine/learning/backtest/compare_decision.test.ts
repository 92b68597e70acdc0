import type { DecisionRecord } from '../../../../common/flow/decision';
import { received } from '../../../../test/builders/events';
import { lookupsOf } from '../../../../test/builders/lookups';
import { aPolicy, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { decide, type DecideRequest } from '../../decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../decision/model';
import { sealDecision } from '../../decision/seal';
import { compileDraft } from '../../policy/compile_bundle';
import { compareDecision, isChanged, permitsOf } from './compare_decision';

const model = modelOf(INITIAL_WEIGHTS);
const setOf = (...sources: string[]) => compileDraft(sources.map(aPolicy));
const inForce = setOf(BLOCK_KNOWN_IOC);
const IOC = { confidence: 0.95, rule: { origin: 'known_ioc' } };
const recordOf = (overrides: Partial<DecideRequest> = {}): DecisionRecord => {
  const request: DecideRequest = {
    received: received(IOC),
    lookups: lookupsOf({ '203.0.113.7': { subnets: ['net-1'] } }),
    bundle: inForce,
    model,
    now: Date.parse('2026-11-22T10:00:01.000Z'),
    ...overrides,
  };
  return {
    event: request.received,
    decision: sealDecision(decide(request), request, { decisionId: 'd', engineDigest: 'e' }),
  };
};

describe('a stored decision beside a candidate', () => {
  it('is not changed by the same policies', () => {
    for (const event of [IOC, { severity: 'low' as const }, { source: {} }]) {
      const comparison = compareDecision(recordOf({ received: received(event) }), { bundle: inForce, model });
      expect([isChanged(comparison), comparison.undecidable, comparison.other_model]).toEqual([false, false, false]);
    }
  });

  it('is not changed where only one act was asked about', () => {
    const asked = recordOf({ wanted: { action: 'isolate_host' } });
    expect(asked.decision.verdict).toBe('learn');
    expect(isChanged(compareDecision(asked, { bundle: inForce, model }))).toBe(false);
  });

  it('shows that a candidate permits less', () => {
    const stricter = compareDecision(recordOf(), { bundle: setOf(BLOCK_KNOWN_IOC.replace('0.85', '0.99')), model });
    expect(stricter).toMatchObject({ before: 'permit', after: 'learn', acts_after: [] });
    expect(permitsOf(stricter)).toMatchObject({ newly: [], gone: [{ target: '203.0.113.7' }] });
  });

  it('shows that a candidate permits more, and where it would count', () => {
    const looser = compareDecision(recordOf({ received: received({ confidence: 0.95 }) }), {
      bundle: setOf(BLOCK_KNOWN_IOC.replace(/event.rule.origin == "known_ioc" && /, '')),
      model,
    });
    expect(looser).toMatchObject({ before: 'learn', after: 'permit' });
    expect(permitsOf(looser).newly).toMatchObject([{ target: '203.0.113.7', scopes: { subnets: ['net-1'] } }]);
  });

  it('is the same act however its target was written then', () => {
    const disable = BLOCK_KNOWN_IOC.replace(
      'block_ip, target: { ip: event.source.ip }',
      'disable_user, target: { user: event.user.name }',
    ).replace('unblock_ip', 'enable_user');
    const named = (name: string) =>
      recordOf({ received: received({ ...IOC, user: { name } }), bundle: setOf(disable) });
    const [first, second] = [named('CORP\\Ana'), named('ana@corp')];
    const asSaidFirst = { ...second, decision: { ...second.decision, acts: first.decision.acts } };
    const comparison = compareDecision(asSaidFirst, { bundle: setOf(disable), model });
    expect(comparison.acts_before[0]?.target).not.toBe(comparison.acts_after[0]?.target);
    expect([isChanged(comparison), permitsOf(comparison).newly]).toEqual([false, []]);
    const other = { ...second, decision: { ...second.decision, acts: named('other\\ana').decision.acts } };
    expect(isChanged(compareDecision(other, { bundle: setOf(disable), model }))).toBe(true);
  });

  it('says so where the candidate asks for facts that were not looked up then', () => {
    const record = recordOf({ received: received({ ...IOC, destination: { ip: '10.0.0.9' } }) });
    const other = BLOCK_KNOWN_IOC.replace('event.source.ip }', `'"198.51.100.1"' }`);
    expect(compareDecision(record, { bundle: setOf(other), model }).undecidable).toBe(true);
    expect(compareDecision(record, { bundle: setOf(BLOCK_KNOWN_IOC), model }).undecidable).toBe(false);
  });

  it('says so where another model made the score then', () => {
    const other = modelOf({ ...INITIAL_WEIGHTS, version: 2 });
    expect(compareDecision(recordOf(), { bundle: inForce, model: other }).other_model).toBe(true);
  });

  it('leaves acts in shadow out on both sides', () => {
    const shadow = setOf(BLOCK_KNOWN_IOC.replace('enforce', 'shadow'));
    expect(compareDecision(recordOf(), { bundle: shadow, model }).acts_after).toEqual([]);
    expect(compareDecision(recordOf({ bundle: shadow }), { bundle: inForce, model }).acts_before).toEqual([]);
  });

  it('is the same act whichever policy proposes it', () => {
    const renamed = setOf(BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-ioc-2'));
    expect(isChanged(compareDecision(recordOf(), { bundle: renamed, model }))).toBe(false);
  });
});

describe('a candidate with a Rego guard', () => {
  const guards = { digest: 'w1', sources: new Map([['never_dns', '']]), wasm: new Uint8Array() };
  const GUARDED = `apiVersion: reflex/v1
kind: Policy
metadata: { id: guarded, title: Guarded, owner: soc }
spec: { layer: domain, mode: enforce, on: { actions: [block_ip] }, guard: never_dns }
`;
  const guarded = compileDraft([BLOCK_KNOWN_IOC, GUARDED].map(aPolicy), guards);

  it('is asked now what nobody asked it then', () => {
    expect(compareDecision(recordOf(), { bundle: guarded, model, guard: () => ({ allowed: true }) })).toMatchObject({
      after: 'permit',
      undecidable: false,
    });
    expect(compareDecision(recordOf(), { bundle: guarded, model, guard: () => ({ allowed: false }) }).after).toBe(
      'deny',
    );
  });

  it('says what it said then, whatever it says now', () => {
    const record = recordOf({ bundle: guarded, lookups: { ...lookupsOf(), guard: () => ({ error: 'too slow' }) } });
    const comparison = compareDecision(record, { bundle: guarded, model, guard: () => ({ allowed: true }) });
    expect([isChanged(comparison), comparison.undecidable]).toEqual([false, false]);
  });

  it('is not certain where it cannot be asked', () => {
    expect(compareDecision(recordOf(), { bundle: guarded, model })).toMatchObject({
      after: 'escalate',
      undecidable: true,
    });
  });
});
