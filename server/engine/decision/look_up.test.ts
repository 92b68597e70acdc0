import { decode } from '../../../common/codec/decode';
import { DecisionRecord, type Decision } from '../../../common/flow/decision';
import type { DetectionEvent } from '../../../common/flow/event';
import { MOST_LOOKUPS, type LookupQuery } from '../../../common/flow/lookup';
import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import { digestOf } from '../digest/digest';
import { compareDecision } from '../learning/backtest/compare_decision';
import { compileDraft } from '../policy/compile_bundle';
import { replay } from '../replay/replay';
import { decide, type DecideRequest } from './decide';
import type { LookupSaid } from './lookups';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const NOW = Date.parse('2026-11-22T10:00:01.000Z');
const model = modelOf(INITIAL_WEIGHTS);
const EVENT: Partial<DetectionEvent> = { src_host: 'WS-1', dst_host: 'db-1', confidence: 0.95 };

const anAction = (
  when: string,
  { id = 'isolate', lookups = 'lateral_chain: { within: 2h }' } = {},
): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Isolate it, owner: soc }
spec:
  layer: action
  mode: enforce
  lookups: { ${lookups} }
  when: '${when}'
  then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }
  rollback: { action: release_host }
`;
const ALWAYS = anAction('true', { id: 'always' }).replace(/ {2}lookups: .*\n/, '');
const aJudge = (when: string, lookups: string, key = 'when'): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: a-judge, title: Judges it, owner: soc }
spec:
  layer: contextual
  mode: enforce
  on: { actions: [isolate_host] }
  lookups: { ${lookups} }
  ${key}: '${when}'
  effect: deny
`;

const CHAIN: LookupSaid = {
  answer: { hops: 3, hosts: ['ws-1', 'a', 'b', 'db-1'] },
  asked_at: '2026-11-22T10:00:00.900Z',
  took_ms: 12,
};

/** Decides, and keeps what was asked. */
const decided = (
  policies: readonly string[],
  { says = (): LookupSaid => CHAIN, event = EVENT }: { says?: (query: LookupQuery) => LookupSaid; event?: object } = {},
) => {
  const asked: LookupQuery[] = [];
  const lookUp = (query: LookupQuery): LookupSaid => {
    asked.push(query);
    return says(query);
  };
  const bundle = {
    ...compileDraft(policies.map(aPolicy)),
    origin: { version: 1, digest: 'digest', key_id: 'key' },
  };
  const request: DecideRequest = {
    received: received(event),
    lookups: { ...lookupsOf(), lookUp },
    bundle,
    model,
    now: NOW,
  };
  const decision = sealDecision(decide(request), request, { decisionId: 'd1', engineDigest: 'e1' });
  const record = JSON.parse(JSON.stringify({ event: request.received, decision })) as DecisionRecord;
  return { asked, decision, record, bundle };
};
const wordOf = ({ acts: [act] }: Decision): unknown => act && [act.result, act.reasons.map(({ code }) => code)];

describe('a declared look-up', () => {
  it('is a value for conditions once it has an answer', () => {
    const { asked, decision } = decided([
      anAction('lookups.lateral_chain.hops >= 2 && "a" in lookups.lateral_chain.hosts'),
    ]);
    expect(wordOf(decision)).toEqual(['permit', ['policy_matched']]);
    expect(asked).toEqual([{ lookup: 'lateral_chain', from: 'host:ws-1', to: 'host:db-1', within_ms: 7_200_000 }]);
    expect(wordOf(decided([anAction('lookups.lateral_chain.hops >= 4')]).decision)).toBeUndefined();
  });

  it('is on record with question, answer, both digests, when and how long, and shown in the clause that read it', () => {
    const { asked, decision } = decided([anAction('lookups.lateral_chain.hops >= 2')]);
    expect(decision.inputs.lookups).toEqual([
      { query: asked[0], query_digest: digestOf(asked[0]), ...CHAIN, answer_digest: digestOf(CHAIN.answer) },
    ]);
    expect(decision.trace[0]?.clauses[0]?.values).toEqual({ 'lookups.lateral_chain.hops': 3 });
  });

  it('is asked only where everything before it holds', () => {
    const { asked, decision } = decided([anAction('event.confidence > 0.99 && lookups.lateral_chain.hops >= 2')]);
    expect([asked, decision.verdict, decision.inputs.lookups]).toEqual([[], 'learn', undefined]);
  });

  it('is asked once for all policies that ask the same, and apart where the window differs', () => {
    const other = anAction('lookups.lateral_chain.hops >= 1', { id: 'other' });
    const wide = anAction('lookups.lateral_chain.hops >= 1', { id: 'wide', lookups: 'lateral_chain: {}' });
    const { asked } = decided([anAction('lookups.lateral_chain.hops >= 2'), other, wide]);
    expect(asked.map((each) => 'within_ms' in each && each.within_ms)).toEqual([7_200_000, 86_400_000]);
  });
});

describe('without an answer', () => {
  const says = (): LookupSaid => ({ missing: 'OpenSearch is away', took_ms: 500 });
  const why = 'look-up `lateral_chain` has no answer: OpenSearch is away';

  it.each(['lookups.lateral_chain.hops >= 2', 'lookups.lateral_chain.hops < 2', '!(lookups.lateral_chain.hops == 0)'])(
    'nobody can judge `%s`: a person is asked',
    (when) => {
      const { decision } = decided([anAction(when)], { says });
      expect(wordOf(decision)).toEqual(['escalate', ['missing_context']]);
      expect(decision.acts[0]?.reasons[0]?.text).toBe(`the condition cannot be evaluated: ${why}`);
      expect(decision.trace[0]?.clauses[0]).toEqual({
        text: expect.any(String),
        result: 'error',
        error: why,
        values: {},
      });
      expect(decision.inputs.lookups?.[0]).toMatchObject({ missing: 'OpenSearch is away', took_ms: 500 });
    },
  );

  it('what is false without it stays false, and what is true without it stays true', () => {
    const event = { ...EVENT, tags: ['t'] };
    const withTag = (when: string) => decided([anAction(when)], { says, event }).decision.verdict;
    expect(withTag('lookups.lateral_chain.hops >= 2 && "other" in event.tags')).toBe('learn');
    expect(withTag('lookups.lateral_chain.hops >= 2 || "t" in event.tags')).toBe('permit');
    expect(withTag('lookups.lateral_chain.hops >= 2 || "other" in event.tags')).toBe('escalate');
    expect(withTag('has(lookups.lateral_chain.hops)')).toBe('escalate');
  });

  it('another error beside it is the error', () => {
    const { decision } = decided([anAction('lookups.lateral_chain.hops >= 2 && event.tags[0] == "t"')], { says });
    expect(wordOf(decision)).toEqual(['escalate', ['policy_error']]);
  });

  it.each(['when', 'require'])('a judge cannot judge its `%s` either: the act escalates', (key) => {
    const judge = aJudge('lookups.lateral_chain.hops >= 2', 'lateral_chain: {}', key);
    const { decision } = decided([ALWAYS, judge], { says });
    expect(wordOf(decision)).toEqual(['escalate', ['policy_matched', 'missing_context']]);
  });

  it.each([
    [{ src_host: 'ws-1' }, 'the event names no destination'],
    [{ src_host: '-', dst_host: 'db-1', source: undefined }, 'the event names no source'],
    [{ src_host: 'db-1', dst_host: 'DB-1' }, 'source and destination of the event are the same'],
  ])('nothing is asked where there is nothing to ask: %j', (event, text) => {
    const { asked, decision } = decided([anAction('lookups.lateral_chain.hops >= 2')], { event });
    const why = `the condition cannot be evaluated: look-up \`lateral_chain\` has no answer: ${text}`;
    expect(asked).toEqual([]);
    expect(decision.acts[0]?.reasons).toContainEqual({ code: 'missing_context', text: why, policy: 'isolate' });
  });
});

describe('a policy in shadow', () => {
  it('asks as if it were in force, and starts nothing', () => {
    const shadow = anAction('lookups.lateral_chain.hops >= 2').replace('mode: enforce', 'mode: shadow');
    const judge = aJudge('lookups.lateral_chain.hops >= 2', 'lateral_chain: {}').replace(
      'mode: enforce',
      'mode: shadow',
    );
    const { asked, decision } = decided([ALWAYS, judge, shadow]);
    expect([asked.length, decision.inputs.lookups?.length]).toEqual([2, 2]);
    expect(decision.acts.map(({ result, shadow: isShadow }) => [result, isShadow])).toEqual([
      ['permit', false],
      ['permit', true],
    ]);
    expect(decision.trace.map(({ outcome }) => outcome)).toContain('would say deny (shadow)');
  });
});

describe('the integrity of a host', () => {
  const says = ({ lookup }: LookupQuery): LookupSaid =>
    lookup === 'host_integrity' ? { answer: { state: 'altered' } } : { missing: 'x' };
  it.each([
    ['of: source', 'ws-1'],
    ['of: destination', 'db-1'],
    ['of: target', 'ws-1'],
  ])('is asked by `%s` about %s', (of, host) => {
    const judge = aJudge('lookups.host_integrity.state == "altered"', `host_integrity: { connector: edr, ${of} }`);
    const { asked, decision } = decided([ALWAYS, judge], { says });
    expect(asked).toEqual([{ lookup: 'host_integrity', connector: 'edr', host }]);
    expect(wordOf(decision)).toEqual(['deny', ['policy_matched', 'policy_denies']]);
  });
});

describe('a search', () => {
  const search = (match: string, more = 'answer: count') =>
    `search: { failed: { indices: [auth-*], within: 1h, match: { ${match} }, ${more} } }`;
  const OF_IP = 'source.ip: { ip: event.source.ip }, event.outcome: { is: failure }';
  const says = (): LookupSaid => ({ answer: { count: 21 }, took_ms: 3 });
  const event = { ...EVENT, source: { ip: '203.0.113.7' }, user: { name: 'CORP\\Ana' } };
  const when = 'lookups.search.failed.count >= 20';

  it('asks about the thing that the event names, and is a value once it has an answer', () => {
    const { asked, decision } = decided([anAction(when, { lookups: search(OF_IP) })], { says, event });
    expect(wordOf(decision)).toEqual(['permit', ['policy_matched']]);
    expect(asked).toEqual([
      {
        lookup: 'search',
        name: 'failed',
        indices: ['auth-*'],
        time: '@timestamp',
        within_ms: 3_600_000,
        match: [
          { field: 'source.ip', as: 'ip', thing: 'ip:203.0.113.7' },
          { field: 'event.outcome', is: ['failure'] },
        ],
        answer: 'count',
      },
    ]);
    expect(decision.trace[0]?.clauses[0]?.values).toEqual({ 'lookups.search.failed.count': 21 });
    expect(decision.inputs.lookups?.[0]).toMatchObject({ answer_digest: digestOf({ count: 21 }) });
  });

  it('asks the same of every spelling of a thing', () => {
    const lookups = search('user.name: { user: event.user.name }');
    const askedOf = (name: string) =>
      decided([anAction(when, { lookups })], { says, event: { ...event, user: { name } } }).asked;
    expect(askedOf('CORP\\Ana')).toEqual(askedOf('ana@corp'));
  });

  it.each([
    [{ ...event, source: undefined }, OF_IP, 'the event names no `source.ip`'],
    [{ ...event, user: { name: '-' } }, 'user.name: { user: event.user.name }', 'the event names no `user.name`'],
  ])('is not asked where the event does not name it: %#', (about, match, why) => {
    const { asked, decision } = decided([anAction(when, { lookups: search(match) })], { says, event: about });
    expect(asked).toEqual([]);
    expect(decision.acts[0]?.reasons[0]).toMatchObject({
      code: 'missing_context',
      text: `the condition cannot be evaluated: look-up \`failed\` has no answer: ${why}`,
    });
  });

  it.each([
    ['host: target', 'host.name', { field: 'host.name', as: 'host', thing: 'host:ws-1' }],
    ['ip: target', 'host.ip', { field: 'host.ip', as: 'ip', thing: 'host:ws-1' }],
  ])('of a judge asks about `%s`', (of, field, match) => {
    const judge = aJudge(when, search(`${field}: { ${of} }`));
    const { asked, decision } = decided([ALWAYS, judge], { says, event });
    expect(asked).toMatchObject([{ match: [match] }]);
    expect(wordOf(decision)).toEqual(['deny', ['policy_matched', 'policy_denies']]);
  });

  it('cannot be about a target of another kind', () => {
    const judge = aJudge(when, search('user.name: { user: target }'));
    const { asked, decision } = decided([ALWAYS, judge], { says, event });
    expect([asked, wordOf(decision)]).toEqual([[], ['escalate', ['policy_matched', 'missing_context']]]);
  });

  it('is replayed with the same hash, from the record alone', () => {
    const judge = aJudge('lookups.search.failed.exists', search('host.name: { host: target }', 'answer: exists'));
    const answers: readonly LookupSaid[] = [
      { answer: { exists: true } },
      { answer: { exists: false } },
      { missing: 'x' },
    ];
    for (const answer of answers) {
      const { record, bundle } = decided([ALWAYS, judge], { says: () => answer, event });
      expect(replay({ record, bundle, model, engineDigest: 'e1' }).status).toBe('same');
      expect(decode(DecisionRecord, record)).toMatchObject({ ok: true });
    }
  });
});

describe('a record with look-ups', () => {
  const either = anAction('event.confidence > 0.9 || lookups.lateral_chain.hops >= 2', { id: 'either' });
  const POLICIES = [
    anAction('lookups.lateral_chain.hops >= 2'),
    either,
    ALWAYS,
    aJudge('lookups.host_integrity.state == "altered"', 'host_integrity: { connector: edr, of: target }'),
  ];
  const says = ({ lookup }: LookupQuery): LookupSaid =>
    lookup === 'host_integrity' ? { missing: 'no answer within 500 ms', took_ms: 500 } : CHAIN;

  it('is replayed with the same hash, from the record alone', () => {
    for (const policies of [POLICIES, [either], [anAction('lookups.lateral_chain.hops == 0')]]) {
      const { record, bundle } = decided(policies, { says });
      expect(replay({ record, bundle, model, engineDigest: 'e1' }).status).toBe('same');
      expect(decode(DecisionRecord, record)).toMatchObject({ ok: true });
    }
  });

  it('has no more look-ups than it can be read with, and is replayed all the same', () => {
    const many = Array.from({ length: MOST_LOOKUPS + 2 }, (_, n) =>
      anAction('lookups.lateral_chain.hops == 3', {
        id: `chain-${n}`,
        lookups: `lateral_chain: { within: ${n + 1}m }`,
      }),
    );
    const { asked, decision, record, bundle } = decided(many);
    expect(asked).toHaveLength(MOST_LOOKUPS);
    expect(decision.acts.map(({ result }) => result).slice(-3)).toEqual(['permit', 'escalate', 'escalate']);
    expect(record.decision.inputs.lookups).toHaveLength(MOST_LOOKUPS);
    expect(replay({ record, bundle, model, engineDigest: 'e1' }).status).toBe('same');
  });

  it('is noticed where somebody changed an answer', () => {
    const { record, bundle } = decided(POLICIES, { says });
    const [first] = record.decision.inputs.lookups ?? [];
    Object.assign(first ?? {}, { answer: { hops: 0, hosts: [] } });
    expect(replay({ record, bundle, model, engineDigest: 'e1' }).status).toBe('differs');
  });

  it('shows of an alternative that nobody needed no answer', () => {
    const { decision } = decided([either], { says });
    expect(decision.trace[0]?.clauses[0]?.values).toEqual({ 'event.confidence': 0.95 });
  });

  it('cannot tell what another policy would have asked', () => {
    const { record } = decided(POLICIES, { says });
    const now = (policy: string) => compareDecision(record, { bundle: compileDraft([aPolicy(policy)]), model });
    expect(now(anAction('lookups.lateral_chain.hops >= 1'))).toMatchObject({ undecidable: false, after: 'permit' });
    const wider = anAction('lookups.lateral_chain.hops >= 1', { lookups: 'lateral_chain: {}' });
    expect(now(wider)).toMatchObject({ undecidable: true, after: 'escalate' });
  });
});
