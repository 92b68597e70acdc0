import { BLOCK_KNOWN_IOC, compiled } from '../../../test/builders/policies';
import { received } from '../../../test/builders/events';
import type { ReceivedEvent } from '../../../common/flow/event';
import { decide, type DecideRequest } from './decide';
import type { Lookups } from './lookups';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const nothing = {
  events_1h: 0,
  events_24h: 0,
  events_30d: 0,
  acts_1h: 0,
  acts_24h: 0,
  acts_30d: 0,
  true_positives_30d: 0,
  false_positives_30d: 0,
};
const lookups: Lookups = {
  asset: (type, value) => ({ type, value, known: true, external: true }),
  history: () => ({
    src: nothing,
    host: nothing,
    user: nothing,
    rule: nothing,
    domains: ['network'],
    sightings_ms: [],
  }),
};
const request = (overrides: Partial<DecideRequest>): DecideRequest => ({
  received: received(),
  lookups,
  bundle: compiled([BLOCK_KNOWN_IOC]),
  model: modelOf(INITIAL_WEIGHTS),
  now: Date.parse('2026-11-22T10:00:01.000Z'),
  ...overrides,
});

const PRIVATE = `apiVersion: reflex/v1
kind: Policy
metadata: { id: never-private, title: Never block a private address, owner: soc-network }
spec:
  layer: domain
  mode: enforce
  on: { actions: [block_ip] }
  require: "!target.is_private"
`;

describe('an act whose target nobody knows', () => {
  const bundle = compiled([BLOCK_KNOWN_IOC, PRIVATE]);
  const asked = (source: object, kept: Partial<ReceivedEvent> = {}) =>
    decide(request({ bundle, received: received({ confidence: 0.95, rule: { origin: 'known_ioc' }, source }, kept) }));

  it.each([
    ['missing', {}, 'target_unknown'],
    ['unreadable', { ip: '203.0.113.7, 10.0.0.1' }, 'target_invalid'],
  ])('goes to a person where it is %s, and no judge speaks of it', (_, source, code) => {
    const { verdict, acts } = asked(source);
    expect(verdict).toBe('escalate');
    expect(acts.map(({ result, judgements }) => [result, judgements])).toEqual([['escalate', []]]);
    expect(acts[0]?.reasons.map((reason) => reason.code)).toContain(code);
  });

  it('says which field held a placeholder, and of no other', () => {
    const as_said = [
      { field: 'source.ip' as const, text: '-' },
      { field: 'user.name' as const, text: 'N/A' },
    ];
    const texts = asked({}, { as_said }).acts[0]?.reasons.map(({ text }) => text);
    expect(texts).toContain('the event does not say which ip to act on; `source.ip` holds `-`, which names nothing');
  });

  it('is judged as ever where it is known', () => {
    expect(asked({ ip: '10.0.0.1' }).verdict).toBe('deny');
    expect(asked({ ip: '203.0.113.7' }).verdict).toBe('permit');
  });
});

describe('decide', () => {
  it('permits what an enforced policy proposes and nothing objects to', () => {
    const asked = request({ received: received({ confidence: 0.95, rule: { origin: 'known_ioc' } }) });
    const decision = sealDecision(decide(asked), asked, { decisionId: 'd1', engineDigest: 'test' });
    expect(decision.verdict).toBe('permit');
    expect(decision.acts[0]).toMatchObject({
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      result: 'permit',
      ttl_ms: 14_400_000,
    });
    expect(decision.trace[0]?.clauses.map((clause) => clause.result)).toEqual(['true', 'true', 'true']);
  });

  it('learns when nothing matches', () => {
    const decision = decide(request({}));
    expect(decision.verdict).toBe('learn');
  });
});
