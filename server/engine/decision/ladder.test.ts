import { decode } from '../../../common/codec/decode';
import { DecisionRecord, type Decision } from '../../../common/flow/decision';
import type { DetectionEvent } from '../../../common/flow/event';
import type { LookupQuery } from '../../../common/flow/lookup';
import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import { compileDraft } from '../policy/compile_bundle';
import { replay } from '../replay/replay';
import { decide, type DecideRequest } from './decide';
import type { LookupSaid } from './lookups';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const NOW = Date.parse('2026-11-22T10:00:01.000Z');
const EARLIER = '2026-11-22T09:59:00.000Z';
const model = modelOf(INITIAL_WEIGHTS);
const EVENT: Partial<DetectionEvent> = {
  timestamp: '2026-11-22T10:00:00.000Z',
  src_host: 'ws-1',
  user: { name: 'ana' },
  confidence: 0.95,
};

const LADDER = ({
  when = 'event.confidence >= 0.9',
  mode = 'enforce',
  more = '',
} = {}): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: hijack, title: Somebody uses the session, owner: soc }
spec:
  layer: action
  mode: ${mode}
  when: 'event.user.name != "" // anybody'
  then: { action: revoke_sessions, target: { user: event.user.name } }
  ladder:
    - then: { action: disable_user, target: { user: event.user.name }, ttl: 8h }
      rollback: { action: enable_user }
    - when: '${when}'
      then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }
      rollback: { action: release_host }
${more}`;

const decided = (
  policies: readonly string[],
  {
    inEffect = {},
    says,
    event = EVENT,
    ...more
  }: {
    inEffect?: Readonly<Record<string, string>>;
    says?: LookupSaid;
    event?: object;
    receivedAt?: string;
  } = {},
) => {
  const asked: LookupQuery[] = [];
  const lookUp = (query: LookupQuery): LookupSaid => {
    asked.push(query);
    if (query.lookup !== 'earlier_step') throw new Error('nobody asks that');
    return says ?? { answer: { in_effect_since: inEffect[query.action] ?? null } };
  };
  const bundle = { ...compileDraft(policies.map(aPolicy)), origin: { version: 1, digest: 'digest', key_id: 'key' } };
  const request: DecideRequest = {
    received: { ...received(event), ...(more.receivedAt === undefined ? {} : { received_at: more.receivedAt }) },
    lookups: { ...lookupsOf(), lookUp },
    bundle,
    model,
    now: NOW,
  };
  const decision = sealDecision(decide(request), request, { decisionId: 'd1', engineDigest: 'e1' });
  const record = JSON.parse(JSON.stringify({ event: request.received, decision })) as DecisionRecord;
  return { asked, decision, record, bundle };
};
const actsOf = ({ acts }: Decision) =>
  acts.map(({ action, result, rollback, ttl_ms }) => [action, result, rollback, ttl_ms]);
const outcomes = ({ trace }: Decision) => trace.flatMap(({ role, outcome }) => (role === 'proposes' ? [outcome] : []));

const REVOKE = ['revoke_sessions', 'permit', null, null];
const DISABLE = ['disable_user', 'permit', 'enable_user', 28_800_000];
const ISOLATE = ['isolate_host', 'permit', 'release_host', 3_600_000];

describe('a ladder', () => {
  it('goes for its mildest step, and says what the others wait for', () => {
    const { decision, asked } = decided([LADDER()]);
    expect(actsOf(decision)).toEqual([REVOKE]);
    expect(outcomes(decision)).toEqual([
      'step 1 of 3: proposes revoke_sessions',
      'step 2 of 3: disable_user comes after a milder one',
      'step 3 of 3: isolate_host comes after a milder one',
    ]);
    const besides = decision.case_id;
    expect(asked).toEqual([
      { lookup: 'earlier_step', action: 'revoke_sessions', target: { type: 'user', value: 'ana' }, besides },
      { lookup: 'earlier_step', action: 'disable_user', target: { type: 'user', value: 'ana' }, besides },
    ]);
  });

  it('goes on where something happened after the step before took effect, and says why', () => {
    const { decision } = decided([LADDER()], { inEffect: { revoke_sessions: EARLIER } });
    expect(actsOf(decision)).toEqual([DISABLE]);
    expect(decision.acts[0]?.reasons.map(({ code, text }) => [code, text])).toEqual([
      ['policy_matched', 'Somebody uses the session'],
      ['milder_in_effect', 'step 2 of 3: `revoke_sessions` was in effect, and it happened all the same'],
    ]);
    expect(outcomes(decision)[0]).toBe('step 1 of 3: revoke_sessions is in effect already');
  });

  it('goes on step by step: a harsher one that is in effect skips none', () => {
    expect(actsOf(decided([LADDER()], { inEffect: { disable_user: EARLIER } }).decision)).toEqual([REVOKE]);
    const both = decided([LADDER()], { inEffect: { revoke_sessions: EARLIER, disable_user: EARLIER } }).decision;
    expect(actsOf(both)).toEqual([ISOLATE]);
    expect(both.acts[0]?.reasons[1]?.text).toContain('`revoke_sessions` and `disable_user` were in effect');
  });

  it('stays with the harshest step once all are in effect', () => {
    const { decision } = decided([LADDER()], {
      inEffect: { revoke_sessions: EARLIER, disable_user: EARLIER, isolate_host: EARLIER },
    });
    expect(actsOf(decision)).toEqual([ISOLATE]);
  });

  it.each<[string, Parameters<typeof decided>[1]]>([
    ['the step took effect after it', { inEffect: { revoke_sessions: '2026-11-22T10:00:00.500Z' } }],
    ['it is not certain by two clocks which was first', { inEffect: { revoke_sessions: '2026-11-22T09:59:50.000Z' } }],
    [
      'its source says that it happened later than it came in',
      {
        inEffect: { revoke_sessions: EARLIER },
        event: { ...EVENT, timestamp: '2026-11-22T10:00:00.000Z' },
        receivedAt: '2026-11-22T09:58:00.000Z',
      },
    ],
    ['nobody can say whether it is', { says: { missing: 'the store is away' } }],
  ])('does not go on where %s', (_what, world) => {
    expect(actsOf(decided([LADDER()], world).decision)).toEqual([REVOKE]);
  });

  it('goes on where it is certain by any two clocks that the step was first', () => {
    const { decision } = decided([LADDER()], { inEffect: { revoke_sessions: '2026-11-22T09:59:49.999Z' } });
    expect(actsOf(decision)).toEqual([DISABLE]);
  });

  it('leaves out a step whose own condition does not hold', () => {
    const inEffect = { revoke_sessions: EARLIER, disable_user: EARLIER };
    const { decision } = decided([LADDER({ when: 'event.confidence >= 0.99' })], { inEffect });
    expect(actsOf(decision)).toEqual([DISABLE]);
    expect(outcomes(decision)).toEqual([
      'step 1 of 3: revoke_sessions is in effect already',
      'step 2 of 3: proposes disable_user',
      'step 3 of 3: does not apply',
    ]);
  });

  it('asks nothing where only one step fits, and nothing of a target that nobody knows', () => {
    const alone = LADDER().replace(/ {4}- then: .*\n.*\n/, '');
    expect(decided([alone.replace('0.9', '0.99')]).asked).toEqual([]);
    const { decision, asked } = decided([LADDER().replace(/user: event.user.name/g, 'user: event.dst_host')]);
    expect([asked, decision.acts.map(({ action, result }) => [action, result])]).toEqual([
      [],
      [['revoke_sessions', 'escalate']],
    ]);
  });

  it('is denied with its mildest step: what is forbidden leads to nothing harsher', () => {
    const judge = `apiVersion: reflex/v1
kind: Policy
metadata: { id: a-judge, title: Not these, owner: soc }
spec: { layer: domain, mode: enforce, on: { actions: [revoke_sessions] }, when: 'true', effect: deny }
`;
    expect(decided([LADDER(), judge]).decision.acts.map(({ action, result }) => [action, result])).toEqual([
      ['revoke_sessions', 'deny'],
    ]);
  });

  it('says once what it wants otherwise, and once that it has expired', () => {
    const nobody = { event: { ...EVENT, user: {} } };
    const otherwise = decided([LADDER({ more: '  otherwise: escalate\n' })], nobody).decision;
    expect(otherwise.reasons.map(({ code }) => code)).toEqual(['otherwise']);
    const expired = decided([LADDER({ more: '  expires: 2026-11-01\n' })]).decision;
    expect(expired.reasons.map(({ code }) => code)).toEqual(['nothing_matched', 'expired_policy']);
  });

  it('is replayed from its record alone', () => {
    const { record, bundle } = decided([LADDER()], { inEffect: { revoke_sessions: EARLIER } });
    const read = decode(DecisionRecord, record);
    expect(read.ok).toBe(true);
    expect(replay({ record, bundle, model, engineDigest: 'e1' }).status).toBe('same');
  });
});
