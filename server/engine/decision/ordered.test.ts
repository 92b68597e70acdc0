import { claimed, received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Order } from '../../../common/flow/order';
import { orderedBy, orderedEvent } from '../intake/ordered_event';
import { saidOnWire, voiceOf } from '../intake/voice';
import { compileDraft } from '../policy/compile_bundle';
import { decide, type Decided } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const AT = '2026-11-22T10:00:00.000Z';
const NOW = Date.parse(AT) + 1_000;
const HOUR = 3_600_000;

const action = (id: string, rest: string, then = 'action: block_ip, target: { ip: event.source.ip }, ttl: 4h') =>
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id}, owner: soc }
spec:
  layer: action
${rest.includes('mode:') ? '' : '  mode: enforce\n'}${rest}  then: { ${then} }
  rollback: { action: ${then.includes('isolate') ? 'release_host' : 'unblock_ip'} }
`;
const BY_HAND = action('by-hand', `  on: { intake: [analyst] }\n  when: event.recommended_action == "block_ip"\n`);
const FOR_ANN = action('for-ann', `  on: { intake: ["analyst:ann"] }\n  when: "true"\n`);
const FOR_ALL = action('for-all', `  when: event.source.ip != ""\n`);
const BY_SCORE = action('by-score', `  when: event.confidence > 0.9\n`);
const ISOLATES = action('isolates', `  when: "true"\n`, 'action: isolate_host, target: { host: "\'ws-1\'" }, ttl: 4h');

const orderOf = (more: Partial<Order> = {}): Order => ({
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  reason: 'it is an attack',
  ...more,
});

/** An order as an agent keeps it. */
const ordered = (order = orderOf(), by = 'ann'): ReceivedEvent => {
  const intake = { type: 'analyst', id: by } as const;
  const event = orderedEvent(order, { id: 'order-1', at: AT });
  const voice = voiceOf(event, saidOnWire, undefined, { handed: orderedBy(intake) });
  return { ...received(event, { intake }), voice, order };
};

const requestFor = (of: ReceivedEvent, policies: readonly string[]) => ({
  received: of,
  lookups: lookupsOf(),
  bundle: compileDraft(policies.map(aPolicy)),
  model: modelOf(INITIAL_WEIGHTS),
  now: NOW,
});
const decided = (of: ReceivedEvent, ...policies: readonly string[]): Decided => decide(requestFor(of, policies));
const acts = ({ acts: all }: Decided) => all.map(({ proposed, result }) => [proposed.policy.ref.id, result]);
const codes = ({ acts: all }: Decided) => all.flatMap(({ reasons }) => reasons.map(({ code }) => code));

describe('an order of a person', () => {
  it('is permitted by a policy that names who may order', () => {
    expect([acts(decided(ordered(), BY_HAND)), decided(ordered(), BY_HAND).verdict]).toEqual([
      [['by-hand', 'permit']],
      'permit',
    ]);
    expect(acts(decided(ordered(), FOR_ANN))).toEqual([['for-ann', 'permit']]);
    // Names of people in policies go by their letters.
    expect(decided(ordered(orderOf(), 'Ann'), FOR_ANN)).toMatchObject({ verdict: 'deny', acts: [] });
  });

  it('is for somebody else where a policy that would do it names nobody', () => {
    const by = decided(ordered(), FOR_ALL);
    expect([acts(by), codes(by)]).toEqual([[['for-all', 'escalate']], ['policy_matched', 'by_hand']]);
    expect(by.acts[0]?.reasons[1]?.text).toBe(
      '`ann` ordered it, and the policy names nobody who may: somebody else has to agree',
    );
  });

  it('is for somebody else where a policy would do it only by what the person claims', () => {
    const by = decided(ordered(), BY_SCORE);
    expect([by.verdict, acts(by)]).toEqual(['escalate', [['by-score', 'escalate']]]);
    expect(codes(by)).toContain('claimed_only');
  });

  it('is refused where no policy in force allows it, whatever policies want otherwise', () => {
    const wanting = action('wanting', `  when: event.confidence > 2.0\n  otherwise: escalate\n`);
    for (const policies of [[], [ISOLATES], [wanting]]) {
      const by = decided(ordered(), ...policies);
      expect([by.verdict, acts(by), by.reasons]).toEqual([
        'deny',
        [],
        [{ code: 'nothing_matched', text: 'no policy in force allows what was ordered' }],
      ]);
    }
  });

  it('is refused by a policy in shadow, which is kept for comparing', () => {
    const shadow = BY_HAND.replace('mode: enforce', 'mode: shadow');
    const by = decided(ordered(), shadow);
    expect([by.verdict, by.acts.map(({ proposed }) => proposed.shadow)]).toEqual(['deny', [true]]);
  });

  it('comes to the act that is ordered and to no other, be it on the same thing or of the same policy', () => {
    const other = action('other', `  when: "true"\n`, 'action: block_ip, target: { ip: "\'203.0.113.8\'" }, ttl: 4h');
    expect(acts(decided(ordered(), BY_HAND, ISOLATES, other))).toEqual([['by-hand', 'permit']]);
  });

  it('is one act, of the policy that gives it most readily', () => {
    expect(acts(decided(ordered(), FOR_ALL, BY_HAND, FOR_ANN))).toEqual([['by-hand', 'permit']]);
    expect(acts(decided(ordered(orderOf({ ttl_ms: 5 * HOUR })), BY_HAND, FOR_ALL.replace('4h', '8h')))).toEqual([
      ['for-all', 'escalate'],
    ]);
  });

  it('means one thing by every spelling of it', () => {
    const mapped = ordered(orderOf({ target: { type: 'ip', value: '203.0.113.7' } }));
    const spelt = action(
      'spelt',
      `  on: { intake: [analyst] }\n  when: "true"\n`,
      'action: block_ip, target: { ip: "\'::ffff:203.0.113.7\'" }, ttl: 4h',
    );
    expect(acts(decided(mapped, spelt))).toEqual([['spelt', 'permit']]);
  });

  it.each([
    [undefined, 4 * HOUR, 'permit'],
    [60_000, 60_000, 'permit'],
    [4 * HOUR, 4 * HOUR, 'permit'],
    [4 * HOUR + 1, 4 * HOUR + 1, 'deny'],
  ])('lasts as long as it says, up to what the policy gives: %p', (ttl_ms, lasts, result) => {
    const request = requestFor(ordered(orderOf(ttl_ms === undefined ? {} : { ttl_ms })), [BY_HAND]);
    const by = decide(request);
    const { acts: sealed } = sealDecision(by, request, { decisionId: 'd', engineDigest: 'e' });
    expect([by.acts[0]?.result, sealed[0]?.ttl_ms, codes(by).includes('ordered_too_long')]).toEqual([
      result,
      lasts,
      result === 'deny',
    ]);
  });

  it('that is too long is no question either, not even where a claim would make it one', () => {
    const by = decided(ordered(orderOf({ ttl_ms: 5 * HOUR })), BY_SCORE);
    expect([by.verdict, acts(by)]).toEqual(['deny', [['by-score', 'deny']]]);
  });

  it('ends nothing early: a policy that gives less by now still permits what is looked at again', () => {
    const request = { ...requestFor(ordered(orderOf({ ttl_ms: 5 * HOUR })), [BY_HAND]), review: true };
    expect(acts(decide(request))).toEqual([['by-hand', 'permit']]);
  });

  it('does not go back on what policies say of everybody', () => {
    const judge = `apiVersion: reflex/v1
kind: Policy
metadata: { id: no-blocks, title: No blocks, owner: soc }
spec: { layer: domain, mode: enforce, on: { actions: [block_ip] }, when: "act.ttl_s > 3600.0", effect: deny }
`;
    const long = decided(ordered(orderOf({ ttl_ms: 2 * HOUR })), BY_HAND, judge);
    const short = decided(ordered(orderOf({ ttl_ms: HOUR })), BY_HAND, judge);
    // A policy that judges sees how long it was ordered for.
    expect([long.verdict, short.verdict]).toEqual(['deny', 'permit']);
  });

  it('of a containment is for the connector that the person saw', () => {
    const there = (connector: string) =>
      orderOf({ extends: { effect_id: 'effect:1', connector, gen: 1, until: '2026-11-22T12:00:00.000Z' } });
    const at = action(
      'at-edge',
      `  on: { intake: [analyst] }\n  when: "true"\n`,
      'action: block_ip, target: { ip: event.source.ip }, connector: edge, ttl: 4h',
    );
    expect(decided(ordered(there('edge')), at).verdict).toBe('permit');
    expect(decided(ordered(there('ward')), at).verdict).toBe('deny');
    expect(decided(ordered(there('ward')), BY_HAND).verdict).toBe('permit');
  });

  it('is told from what a person handed in, which acts by no policy', () => {
    const { order: _order, ...handedIn } = ordered();
    expect(decided(handedIn, BY_HAND)).toMatchObject({ verdict: 'escalate' });
    expect(codes(decided(handedIn, BY_HAND))).toContain('by_hand');
  });

  it('is no order if a source of another kind names one', () => {
    const forged = { ...claimed({ recommended_action: 'block_ip' }), order: orderOf() };
    expect(decided(forged, BY_HAND).verdict).toBe('deny');
  });
});
