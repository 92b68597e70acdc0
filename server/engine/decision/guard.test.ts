import { decode } from '../../../common/codec/decode';
import { DecisionRecord } from '../../../common/flow/decision';
import { received } from '../../../test/builders/events';
import { A_GUARDED_POLICY, someGuards } from '../../../test/builders/guards';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import type { Guards } from '../../../common/policy/bundle';
import { replay } from '../replay/replay';
import { compileDraft } from '../policy/compile_bundle';
import { decide, type Decided, type DecideRequest } from './decide';
import type { LookupQuery } from '../../../common/flow/lookup';
import type { GuardAnswer, GuardQuestion, LookupSaid } from './lookups';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const NOW = Date.parse('2026-11-22T10:00:01.000Z');
const guards = someGuards('change_freeze');
const BLOCK = BLOCK_KNOWN_IOC.replace(/when: .*/, "when: 'true'");

const requestWith = (
  answer: ((question: GuardQuestion) => GuardAnswer) | undefined,
  { policy = A_GUARDED_POLICY, carried = guards }: { policy?: string; carried?: Guards | null } = {},
): DecideRequest => ({
  received: received({ confidence: 0.95, severity: 'high', source: { ip: '203.0.113.7' } }),
  lookups: { ...lookupsOf(), ...(answer ? { guard: answer } : {}) },
  bundle: compileDraft([BLOCK, policy].map(aPolicy), carried ?? undefined),
  model: modelOf(INITIAL_WEIGHTS),
  now: NOW,
});
const says = (answer: GuardAnswer) => (): GuardAnswer => answer;
const wordOf = ({ acts: [act] }: Decided): unknown => [act?.result, act?.reasons.map(({ code }) => code)];

describe('a policy with a Rego guard', () => {
  it('lets pass what its guard allows', () => {
    expect(wordOf(decide(requestWith(says({ allowed: true }))))).toEqual(['permit', ['policy_matched']]);
  });

  it.each([
    ['denies what its guard does not allow', A_GUARDED_POLICY, { allowed: false }, 'deny', 'requirement_not_met'],
    [
      'escalates it where it says so',
      `${A_GUARDED_POLICY}  effect: escalate\n`,
      { allowed: false },
      'escalate',
      'requirement_not_met',
    ],
    [
      'escalates it in the mode `escalate`',
      A_GUARDED_POLICY.replace('enforce', 'escalate'),
      { allowed: false },
      'escalate',
      'requirement_not_met',
    ],
    [
      'escalates what its guard cannot say',
      A_GUARDED_POLICY,
      { error: 'opa_malloc: failed' },
      'escalate',
      'policy_error',
    ],
  ] as const)('%s', (...[, policy, answer, result, code]) => {
    const decided = decide(requestWith(says(answer), { policy }));
    expect(wordOf(decided)).toEqual([result, ['policy_matched', code]]);
  });

  it('has no voice in shadow, and is recorded', () => {
    const decided = decide(
      requestWith(says({ allowed: false }), { policy: A_GUARDED_POLICY.replace('enforce', 'shadow') }),
    );
    expect(wordOf(decided)).toEqual(['permit', ['policy_matched']]);
    expect(decided.guards).toMatchObject([{ guard: 'change_freeze', allowed: false }]);
  });

  it('leaves everything to a person where the bundle has no such guard, or nobody can ask it', () => {
    for (const request of [
      requestWith(says({ allowed: true }), { carried: null }),
      requestWith(undefined),
      requestWith(says({ allowed: true }), { carried: someGuards('another') }),
    ])
      expect(wordOf(decide(request))).toEqual(['escalate', ['policy_matched', 'policy_error']]);
  });

  it('is asked with everything that a condition may read, and nothing else', () => {
    let asked: GuardQuestion | undefined;
    decide(
      requestWith((question) => {
        asked = question;
        return { allowed: true };
      }),
    );
    expect(asked).toMatchObject({ guard: 'change_freeze', wasm: guards.digest });
    expect(asked?.input).toMatchObject({
      event: { confidence: 0.95, source: { ip: '203.0.113.7' } },
      target: { type: 'ip', value: '203.0.113.7', asset: { external: true } },
      act: { action: 'block_ip', policy: 'block-known-ioc', ttl_ms: 4 * 3_600_000 },
      now: '2026-11-22T10:00:01.000Z',
    });
  });

  it.each<readonly [string, GuardAnswer]>([
    ['allowed', { allowed: true }],
    ['denied', { allowed: false }],
    ['failed', { error: 'it took longer than 50 ms' }],
  ])('is replayed from the record alone where it %s (INV-7)', (_what, answer) => {
    const request = requestWith(says(answer));
    const decision = sealDecision(decide(request), request, { decisionId: 'd', engineDigest: 'e' });
    const stored: unknown = JSON.parse(JSON.stringify({ event: request.received, decision }));
    const record = decode(DecisionRecord, stored);
    if (!record.ok) throw new Error(JSON.stringify(record.error));
    const { bundle, model } = request;
    expect(decision.inputs.guards).toEqual([
      { guard: 'change_freeze', wasm: guards.digest, input: expect.stringMatching(/^[0-9a-f]{64}$/), ...answer },
    ]);
    expect(replay({ record: record.value, bundle, model, engineDigest: 'e' }).status).toBe('same');
    const lied = structuredClone(record.value);
    lied.decision.inputs.guards?.forEach((each) => Object.assign(each, { allowed: answer.allowed !== true }));
    expect(replay({ record: lied, bundle, model, engineDigest: 'e' }).status).toBe('differs');
  });
});

describe('a guard of a policy that declares look-ups', () => {
  const WITH = A_GUARDED_POLICY.replace(
    '  guard:',
    `  lookups:
    host_integrity: { connector: edr, of: target }
    search:
      seen: { indices: [edr-*], within: 1h, match: { host.name: { host: target } }, answer: count }
  guard:`,
  ).replace('block_ip', 'isolate_host');
  const ISOLATE = BLOCK.replace(
    /then: .*/,
    'then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }',
  ).replace('unblock_ip', 'release_host');
  const asking = (says: (query: LookupQuery) => LookupSaid, { policy = WITH, allowed = true } = {}) => {
    const questions: GuardQuestion[] = [];
    const looked: string[] = [];
    const request: DecideRequest = {
      received: received({ confidence: 0.95, severity: 'high', src_host: 'WS-1' }),
      lookups: {
        ...lookupsOf(),
        guard: (question) => {
          questions.push(question);
          return { allowed };
        },
        lookUp: (query) => {
          looked.push(query.lookup);
          return says(query);
        },
      },
      bundle: {
        ...compileDraft([ISOLATE, policy].map(aPolicy), guards),
        origin: { version: 1, digest: 'd', key_id: 'k' },
      },
      model: modelOf(INITIAL_WEIGHTS),
      now: NOW,
    };
    const decided = decide(request);
    const decision = sealDecision(decided, request, { decisionId: 'd1', engineDigest: 'e1' });
    const record = JSON.parse(JSON.stringify({ event: request.received, decision })) as DecisionRecord;
    const replayed = replay({ record, bundle: request.bundle, model: request.model, engineDigest: 'e1' });
    return { decided, decision, looked, questions, replayed };
  };
  const everything = ({ lookup }: LookupQuery): LookupSaid =>
    lookup === 'search' ? { answer: { count: 3 } } : { answer: { state: 'intact', said: 'boot image as it was' } };

  it('is told what all of them answered, and is replayed from the record', () => {
    const { decided, questions, replayed } = asking(everything);
    expect(wordOf(decided)).toEqual(['permit', ['policy_matched']]);
    expect(questions.map(({ input }) => input)).toMatchObject([
      { lookups: { host_integrity: { state: 'intact' }, search: { seen: { count: 3 } } } },
    ]);
    expect(JSON.stringify(questions)).not.toContain('boot image');
    expect(replayed.status).toBe('same');
  });

  it.each(['host_integrity', 'search'])('is not asked where %s has no answer: a person is', (without) => {
    const says = (query: LookupQuery): LookupSaid =>
      query.lookup === without ? { missing: 'no answer within 500 ms' } : everything(query);
    const { decided, decision, looked, questions, replayed } = asking(says);
    expect(wordOf(decided)).toEqual(['escalate', ['policy_matched', 'missing_context']]);
    expect([questions, looked.sort()]).toEqual([[], ['host_integrity', 'search']]);
    expect(decision.acts[0]?.reasons[1]?.text).toContain('has no answer: no answer within 500 ms');
    expect(replayed.status).toBe('same');
  });

  it('is told nothing of look-ups where its policy declares none', () => {
    const { looked, questions } = asking(everything, { policy: A_GUARDED_POLICY.replace('block_ip', 'isolate_host') });
    expect([looked, questions.length]).toEqual([[], 1]);
    expect(questions[0]?.input).not.toHaveProperty('lookups');
  });
});
