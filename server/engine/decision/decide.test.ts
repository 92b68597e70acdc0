import { BLOCK_KNOWN_IOC, compiled } from '../../../test/builders/policies';
import { received } from '../../../test/builders/events';
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
