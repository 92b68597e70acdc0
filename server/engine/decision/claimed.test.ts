import type { Decided } from './decide';
import { claimed, received } from '../../../test/builders/events';
import { aHistory, lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import { saidOnWire, voiceOf } from '../intake/voice';
import { compileDraft } from '../policy/compile_bundle';
import { decide } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const NOW = Date.parse('2026-11-22T10:00:01.000Z');

const action = (when: string, more = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: act, title: Block it, owner: soc }
spec:
  layer: action
  mode: enforce
  when: ${JSON.stringify(when)}
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
${more}`;

const judge = (id: string, rest: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Judge ${id}, owner: soc }
spec:
  layer: domain
  mode: enforce
  on: { actions: [block_ip] }
${rest}`;

const decided = (of: ReceivedEvent, policies: readonly string[], history = {}, now = NOW): Decided =>
  decide({
    received: of,
    lookups: lookupsOf({}, history),
    bundle: compileDraft(policies.map(aPolicy)),
    model: modelOf(INITIAL_WEIGHTS),
    now,
  });

const codes = ({ acts }: Decided): readonly string[] => acts.flatMap(({ reasons }) => reasons.map(({ code }) => code));
const texts = ({ acts }: Decided): string => acts.flatMap(({ reasons }) => reasons.map(({ text }) => text)).join('; ');

const SURE: Partial<DetectionEvent> = {
  confidence: 0.97,
  severity: 'critical',
  tags: ['attack.t1071', 'maintenance'],
  rule: { id: 'r1', name: 'a rule', origin: 'known_ioc', status: 'stable' },
};

/** Conditions that hold for the sure event, each by one field of authority. */
const CONDITIONS = [
  'event.confidence > 0.85',
  'event.severity == "critical"',
  'event.severity_rank > 3.0',
  '"attack.t1071" in event.tags',
  'event.rule.id == "r1"',
  'event.rule.name == "a rule"',
  'event.rule.origin == "known_ioc"',
  'event.rule.status == "stable"',
  '!event.uncalibrated',
] as const;

describe('what a source only claims', () => {
  it.each(CONDITIONS)('permits where it is granted: %s', (when) =>
    expect(decided(received(SURE), [action(when)]).verdict).toBe('permit'),
  );

  it.each(CONDITIONS)('asks where it is not, and names who claims what: %s', (when) => {
    const found = decided(claimed(SURE), [action(when)]);
    expect([found.verdict, codes(found)]).toEqual(['escalate', expect.arrayContaining(['claimed_only'])]);
    expect(texts(found)).toContain('holds only by what `webhook:siem` claims and no grant covers');
  });

  it.each(CONDITIONS)('asks where the event is of a version that knew no voices: %s', (when) => {
    const { voice: _voice, ...old } = received(SURE);
    expect(decided(old, [action(when)]).verdict).toBe('escalate');
  });

  it.each(CONDITIONS)('does not permit by its absence either: !(%s)', (when) => {
    const found = decided(claimed(SURE), [action(`!(${when})`)]);
    expect([found.verdict, codes(found)]).toEqual(['escalate', expect.arrayContaining(['claimed_only'])]);
    expect(decided(received(SURE), [action(`!(${when})`)]).verdict).toBe('learn');
  });

  it('permits what rests on entities alone', () =>
    expect(decided(claimed(SURE), [action('event.source.ip == "203.0.113.7"')]).verdict).toBe('permit'));

  it('asks where the severity that a policy looks at is only claimed', () => {
    const policy = action('true', '  on: { severity: [critical] }\n');
    expect(decided(received(SURE), [policy]).verdict).toBe('permit');
    expect(decided(claimed(SURE), [policy]).verdict).toBe('escalate');
    expect(texts(decided(claimed(SURE), [policy]))).toContain('`severity`');
  });

  it('never lifts a figure up to its floor', () => {
    const low = claimed({ confidence: 0.2, severity: 'low' });
    expect(decided(low, [action('event.severity == "low"')]).verdict).toBe('permit');
    expect(decided(low, []).known.received.event).toMatchObject({ confidence: 0.2, severity: 'low' });
  });

  it('asks above the ceiling of a grant, and permits below', () => {
    const grant = { reason: 'up to 0.9', confidence: { most: 0.9 }, severity: {} };
    const of = (confidence: number): ReceivedEvent => {
      const whole = received({ confidence });
      return { ...whole, voice: voiceOf(whole.event, saidOnWire, { grant, version: 1, digest: 'd' }) };
    };
    expect(decided(of(0.97), [action('event.confidence > 0.95')]).verdict).toBe('escalate');
    expect(decided(of(0.97), [action('event.confidence > 0.85')]).verdict).toBe('permit');
  });

  it('scores by what counts, and says what it would be', () => {
    const { score } = decided(claimed(SURE), [action('true')]);
    const full = decided(received(SURE), [action('true')]).score;
    expect(full.claimed).toBeUndefined();
    expect(score.claimed).toBe(full.value);
    expect(score.value).toBeLessThan(full.value);
  });

  it('borrows no good name from a rule that it claims', () => {
    const history = { rule: { ...aHistory().rule, true_positives_30d: 50 } };
    const terms = (of: ReceivedEvent): readonly string[] =>
      decided(of, [action('true')], history).score.terms.map(({ name }) => name);
    expect(terms(received(SURE))).toContain('rule_precision');
    expect(terms(claimed(SURE))).not.toContain('rule_precision');
  });
});

describe('policies that judge', () => {
  const always = action('event.source.ip != ""');
  const denies = (when: string): string => judge('deny', `  effect: deny\n  when: ${JSON.stringify(when)}\n`);

  it('still deny by what is claimed: a missing grant lifts no denial', () =>
    expect(decided(claimed(SURE), [always, denies('"maintenance" in event.tags')]).verdict).toBe('deny'));

  it('ask where only a claim would lift their denial', () => {
    const found = decided(claimed(SURE), [always, denies('event.confidence < 0.6')]);
    expect([found.verdict, codes(found)]).toEqual(['escalate', expect.arrayContaining(['claimed_only'])]);
    expect(decided(received({ ...SURE, confidence: 0.5 }), [always, denies('event.confidence < 0.6')]).verdict).toBe(
      'deny',
    );
  });

  it('ask where only a claim meets their requirement', () => {
    const needs = judge('needs', '  require: event.confidence > 0.9\n');
    expect(decided(claimed(SURE), [always, needs]).verdict).toBe('escalate');
    expect(decided(received(SURE), [always, needs]).verdict).toBe('permit');
  });

  it('that look at a severity which is only claimed are asked all the same', () => {
    const onCritical = judge('asks', '  effect: deny\n  when: "true"\n').replace(
      'on: { actions: [block_ip] }',
      'on: { actions: [block_ip], severity: [critical] }',
    );
    expect(decided(claimed(SURE), [always, onCritical]).verdict).toBe('deny');
  });

  it('are on record for what they were asked about', () => {
    const request = {
      received: claimed(SURE),
      lookups: lookupsOf(),
      bundle: compileDraft([always, denies('"maintenance" in event.tags')].map(aPolicy)),
      model: modelOf(INITIAL_WEIGHTS),
      now: NOW,
    };
    const { trace } = sealDecision(decide(request), request, { decisionId: 'd', engineDigest: 'e' });
    const [counts, claims] = trace.filter(({ policy }) => policy.id === 'deny');
    expect(counts).toMatchObject({ matched: false, clauses: [{ values: { 'event.tags': [] } }] });
    expect(claims).toMatchObject({ claimed: true, matched: true, outcome: 'says deny' });
    expect(claims?.clauses[0]?.values).toEqual({ 'event.tags': SURE.tags });
  });
});

describe('an act that is only claimed', () => {
  const confirmed = action('event.rule.id == "r1"', '  confirm: { seen: 2, within: 5m }\n');

  it('waits for its confirmation before anybody is asked', () => {
    const found = decided(claimed(SURE), [confirmed]);
    expect([found.verdict, found.held.length]).toEqual(['hold', 1]);
  });

  it('is asked about once it is confirmed', () =>
    expect(decided(claimed(SURE), [confirmed], { sightings_ms: [1_000] }).verdict).toBe('escalate'));

  it('comes to nothing when the window is over', () =>
    expect(decided(claimed(SURE), [confirmed], {}, NOW + 10 * 60_000).verdict).toBe('learn'));
});

describe('events that start nothing by themselves', () => {
  const always = action('event.source.ip != ""');
  const handed = { by: 'ann', from: { type: 'webhook', id: 'siem' }, changed: ['source.ip'] } as const;

  it('are those that a person handed in, whatever is in them', () => {
    const whole = received(SURE);
    const found = decided(
      { ...whole, voice: { ...voiceOf(whole.event, saidOnWire, undefined), handed: { ...handed, changed: [] } } },
      [always],
    );
    expect([found.verdict, codes(found)]).toEqual(['escalate', expect.arrayContaining(['by_hand'])]);
  });

  it('are those that a person handed in before there were voices', () => {
    const { voice: _voice, ...old } = received({}, { intake: { type: 'analyst', id: 'ann' } });
    expect(codes(decided(old, [always]))).toContain('by_hand');
  });

  it('are those that nobody could check, also where no policy speaks of them', () => {
    const whole = received();
    const unverified = { ...whole, voice: voiceOf(whole.event, saidOnWire, undefined, { unverified: true }) };
    expect(codes(decided(unverified, [always]))).toContain('unverified');
    const silent = decided(unverified, [action('event.source.ip == "nobody"')]);
    expect([silent.verdict, silent.reasons.map(({ code }) => code)]).toEqual(['escalate', ['unverified']]);
  });
});
