import { decode, sentence } from '../../../../common/codec/decode';
import { present } from '../../../../common/present';
import type { AssetFacts, Decision, HistoryFacts, TargetHistory, Verdict } from '../../../../common/flow/decision';
import { DetectionEvent, type ReceivedEvent } from '../../../../common/flow/event';
import type { LookupAnswer } from '../../../../common/flow/lookup';
import { actionNamed } from '../../../../common/policy/actions';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { millisecondsOf, type PolicyTest } from '../../../../common/policy/policy';
import type { TestResultView } from '../../../../common/api/policy_views';
import type { EntityKey } from '../../../../common/entity/entity';
import { keyOf } from '../../../../common/entity/read';
import { clear } from '../../../engine/brakes/clear';
import type { Member } from '../../../engine/brakes/limit_places';
import { sourcesOf } from '../../../engine/brakes/one_intake';
import { NOBODY_HERE } from '../../../engine/brakes/people_here';
import { NOTHING_OWN } from '../../../engine/brakes/own_machine';
import { emptyLedger, refusalOf } from '../../../engine/brakes/ledger';
import { bareIdentities } from '../../../engine/entity/identity';
import { decide, type DecideRequest } from '../../../engine/decision/decide';
import { NOTHING_SAID, type Lookups } from '../../../engine/decision/lookups';
import { modelOf, INITIAL_WEIGHTS, type Model } from '../../../engine/decision/model';
import { resolveTarget } from '../../../engine/decision/resolve_target';
import { sealDecision } from '../../../engine/decision/seal';
import { orderedBy, orderedEvent } from '../../../engine/intake/ordered_event';
import { compileDraft } from '../../../engine/policy/compile_bundle';
import { guardOf } from '../../../engine/policy/guard_set';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import { NO_COUNTS } from '../../facts/history';
import { brakeRulesOf } from '../../trust/bundle_keeper';
import type { TestGuards } from '../../trust/guard_lookup';
import { refusal, type Refusal } from '../../record/refusal';
import { EVERYTHING_GRANTED } from '../../../engine/intake/voice';
import { keptEvent } from '../../sources/receive';
import type { JsonObject } from '../../../../common/codec/json_object';

/*
 * Runs the tests that are written in a policy, through the real decision and the real brakes. A test stands alone:
 * its policy is the only one in force, and the world is what the test says it is.
 */

const NOW = '2026-01-01T12:00:00.000Z';

const NEUTRAL: DetectionEvent = { event_id: 'test', timestamp: NOW, confidence: 0.5, severity: 'medium' };

const NO_GUARDS: TestGuards = { why: 'guards cannot be asked here' };

const objectAt = (value: JsonObject | undefined, key: string): JsonObject => (value?.[key] ?? {}) as JsonObject;

const historyOf = (context: JsonObject | undefined): HistoryFacts => {
  const history = objectAt(context, 'history');
  const counts = (role: string) => ({ ...NO_COUNTS, ...objectAt(history, role) });
  return {
    src: counts('src'),
    host: counts('host'),
    user: counts('user'),
    rule: counts('rule'),
    domains: (history.domains as string[] | undefined) ?? ['network'],
    sightings_ms: (history.sightings_ms as number[] | undefined) ?? [],
    ...present({ entities: history.entities as HistoryFacts['entities'] }),
  };
};

const aboutTargetIn = (context: JsonObject | undefined): TargetHistory => ({
  ...NOTHING_SAID,
  ...objectAt(objectAt(context, 'history'), 'target'),
});

/** What a test says that look-ups answer; what it does not say has no answer. */
const lookUpIn =
  (context: JsonObject | undefined): NonNullable<Lookups['lookUp']> =>
  (query) => {
    const { lookup } = query;
    const said = objectAt(context, 'lookups');
    if (lookup === 'earlier_step') {
      const since = objectAt(said, lookup)[query.action];
      return { answer: { in_effect_since: typeof since === 'string' ? since : null } };
    }
    const [answers, name] = query.lookup === 'search' ? [objectAt(said, 'search'), query.name] : [said, lookup];
    if (!Object.hasOwn(answers, name)) return { missing: 'the test gives no answer' };
    const given = answers[name];
    return { answer: (lookup === 'lateral_chain' ? { hosts: [], ...(given as object) } : given) as LookupAnswer };
  };

/** A model under which every event has the score that the test assumes. */
const assuming = (model: Model, context: JsonObject | undefined): Model => {
  const { score } = context ?? {};
  if (typeof score !== 'number') return model;
  return modelOf({
    ...INITIAL_WEIGHTS,
    display: [
      [-1, Math.round(score * 1_000_000)],
      [1, Math.round(score * 1_000_000)],
    ],
  });
};

/** A policy that proposes just the act that a judging policy is asked about. */
const proposing = (action: string, target: string): PolicyFile | string => {
  const definition = actionNamed(action);
  if (!definition) return `\`${action}\` is no action`;
  const onHost = definition.target === 'file' || definition.target === 'process' ? ', host: event.src_host' : '';
  const undo = definition.undo === null ? '' : `  rollback: { action: ${definition.undo} }\n`;
  const ttl = definition.undo === null ? '' : ', ttl: 1h';
  const parsed = parsePolicy(
    'test',
    `apiVersion: reflex/v1
kind: Policy
metadata: { id: the-proposing-policy, title: proposes what the test names, owner: test }
spec:
  layer: action
  mode: enforce
  when: 'true'
  then: { action: ${action}, target: { ${definition.target}: ${JSON.stringify(JSON.stringify(target))}${onHost} }${ttl} }
${undo}`,
  );
  return parsed.ok ? parsed.value : (parsed.error[0]?.message ?? 'cannot be proposed');
};

/** The event of an order; what the test says of the event stands beside it. */
const orderIn = (
  { by, action, target: text, host, ttl }: NonNullable<PolicyTest['order']>,
  event: PolicyTest['event'],
  now: string,
): ReceivedEvent | string => {
  const type = actionNamed(action)?.target;
  const target = type === undefined ? 'invalid' : resolveTarget(type, text, host);
  if (typeof target === 'string') return `the order names no valid target: \`${text}\``;
  const ttl_ms = ttl === undefined ? undefined : millisecondsOf(ttl);
  const order = { action, target, reason: 'a test', ...present({ ttl_ms }) };
  const checked = decode(DetectionEvent, { ...orderedEvent(order, { id: 'test', at: now }), ...event });
  if (!checked.ok) return `the event is not valid: ${sentence(checked.error)}`;
  const intake = { type: 'analyst', id: by } as const;
  const handed = orderedBy(intake);
  return keptEvent(checked.value, { intake, identity: ['test'], receivedAt: now, granted: undefined, handed, order });
};

const eventOf = (test: PolicyTest): ReceivedEvent | string => {
  const checked = decode(DetectionEvent, { ...NEUTRAL, ...test.event });
  if (!checked.ok) return `the event is not valid: ${sentence(checked.error)}`;
  const context = test.context;
  const now = (context?.now as string | undefined) ?? NOW;
  if (test.order !== undefined) return orderIn(test.order, test.event, now);
  const timed = 'timestamp' in test.event ? checked.value : { ...checked.value, timestamp: now };
  return keptEvent(timed, {
    intake: { type: 'webhook', id: 'test' },
    identity: ['test'],
    receivedAt: timed.timestamp,
    granted: EVERYTHING_GRANTED,
  });
};

const assetsOf = (context: JsonObject | undefined) => {
  const assets = objectAt(context, 'assets');
  return (type: AssetFacts['type'], value: string): AssetFacts => ({
    type,
    value,
    ...(value in assets ? { known: true, ...(assets[value] as object) } : { known: true, external: true }),
  });
};

interface MemberFacts {
  readonly tags?: readonly string[];
  readonly groups?: readonly string[];
  /** False: nobody reaches it now. */
  readonly reachable?: boolean;
}

/** Assets of a test with a tag or group. */
const membersIn = (assets: JsonObject, role: string): readonly Member[] =>
  Object.entries(assets).flatMap(([value, facts]) => {
    const { tags = [], groups = [] } = facts as MemberFacts;
    const key = keyOf('host', value);
    return key !== undefined && [...tags, ...groups].includes(role)
      ? [{ key, reachedBy: { hosts: [value], users: [value] } }]
      : [];
  });

/** Those that nobody reaches; everybody is reached of whom the test says nothing else. */
const unseenIn = (assets: JsonObject, members: readonly Member[]): readonly EntityKey[] => {
  const unseen = Object.entries(assets).flatMap(([value, facts]) =>
    (facts as MemberFacts).reachable === false ? [keyOf('host', value)] : [],
  );
  return members.map(({ key }) => key).filter((key) => unseen.includes(key));
};

/** The verdict after the brakes: what would really happen. */
const finalVerdict = (
  decision: Decision,
  request: DecideRequest,
  {
    policies,
    context,
  }: { readonly policies: ReturnType<typeof compileDraft>; readonly context: JsonObject | undefined },
): Verdict => {
  if (decision.verdict !== 'permit') return decision.verdict;
  const populations = objectAt(context, 'populations');
  const membersOf = (role: string): readonly Member[] => membersIn(objectAt(context, 'assets'), role);
  const outcomes = decision.acts
    .filter((act) => act.result === 'permit' && !act.shadow)
    .map((act) => {
      const clearance = clear({
        act,
        decision,
        intake: 'webhook:test',
        sources: sourcesOf(decision.inputs.history, act.target),
        commandId: 'test',
        isStopped: () => false,
        rules: brakeRulesOf(policies, request.now),
        connectors: [{ name: act.connector ?? 'test', actions: [act.action], settleMs: 0 }],
        own: NOTHING_OWN,
        people: NOBODY_HERE,
        scopes: {
          ...bareIdentities,
          scopesOf: () => Object.keys(populations),
          populationOf: (of, scope) => {
            const named = of === 'in_role' ? membersOf(scope).length : undefined;
            const count = scope in populations ? Number(populations[scope]) : named;
            return count === undefined ? undefined : { count, version: 'test' };
          },
          membersOf,
          unseenOf: (role) => unseenIn(objectAt(context, 'assets'), membersOf(role)),
          criticalOf: ({ value }) =>
            (objectAt(context, 'assets')[value] as Partial<AssetFacts> | undefined)?.criticality === 'critical'
              ? 'listed'
              : undefined,
        },
      });
      if (clearance.kind === 'stopped') return clearance.then === 'deny' ? ('deny' as const) : ('escalate' as const);
      const full = clearance.command.reserve.find(
        ({ terms, member }) => refusalOf(emptyLedger(terms), terms, member ?? act.act_id) !== undefined,
      );
      return full ? full.onBreach : ('permit' as const);
    });
  if (outcomes.includes('permit')) return 'permit';
  return outcomes.includes('escalate') ? 'escalate' : 'deny';
};

/** What a test came to, with what was decided upon, if it could be run. */
type PolicyTestRun = Omit<TestResultView, 'policy' | 'name'> & { readonly request?: DecideRequest };

/** Runs one test of a policy. A test that cannot be run has failed, but for one whose guard cannot be asked here. */
export const tryPolicyTest = (
  file: PolicyFile,
  test: PolicyTest,
  model: Model,
  asked: TestGuards = NO_GUARDS,
): PolicyTestRun => {
  if (guardOf(file) !== undefined && 'why' in asked)
    return { passed: false, skipped: true, expected: test.expect, got: 'skipped', why: asked.why };
  const { guards, lookup } = 'why' in asked ? { guards: undefined, lookup: {} } : asked;
  const failed = (why: string) => ({ passed: false, expected: test.expect, got: 'error', why });
  const received = eventOf(test);
  if (typeof received === 'string') return failed(received);
  const context = test.context;
  const judged = file.policy.spec.layer !== 'action';
  if (judged && test.act === undefined) return failed('a test of a judging policy names the `act` that is judged');
  const proposer = test.act ? proposing(test.act.action, test.act.target) : undefined;
  if (typeof proposer === 'string') return failed(proposer);
  // A policy that is off or in shadow is tested as if it were in force: that is what it is tested for.
  const policies = compileDraft([inForce(file), ...(proposer ? [proposer] : [])], guards);
  const request: DecideRequest = {
    received,
    bundle: policies,
    model: assuming(model, context),
    now: Date.parse((context?.now as string | undefined) ?? NOW),
    lookups: {
      asset: assetsOf(context),
      history: () => historyOf(context),
      aboutTarget: () => aboutTargetIn(context),
      lookUp: lookUpIn(context),
      ...lookup,
    },
  };
  const decision = sealDecision(decide(request), request, { decisionId: 'test', engineDigest: 'test' });
  const got = finalVerdict(decision, request, { policies, context });
  return { passed: got === test.expect, expected: test.expect, got, request };
};

/** The same, the result alone. */
export const runPolicyTest = (
  file: PolicyFile,
  test: PolicyTest,
  model: Model,
  asked?: TestGuards,
): Omit<PolicyTestRun, 'request'> => {
  const { request: _request, ...result } = tryPolicyTest(file, test, model, asked);
  return result;
};

/** The policy as if it were in force: what is off or in shadow is tested for that. */
export const inForce = (file: PolicyFile): PolicyFile => {
  const { spec } = file.policy;
  if (spec.mode === 'enforce') return file;
  const { rollout: _rollout, ...rest } = spec as typeof spec & { rollout?: unknown };
  return {
    ...file,
    policy: { ...file.policy, spec: { ...rest, mode: spec.mode === 'escalate' ? 'escalate' : 'enforce' } },
  };
};

/** True if a test was run and came to something else than it should. */
export const hasFailed = ({ passed, skipped }: Pick<TestResultView, 'passed' | 'skipped'>): boolean =>
  !passed && skipped !== true;

/** Runs all tests of a policy. A test that cannot be run has failed, but for one whose guard cannot be asked here. */
export const runPolicyTests = (file: PolicyFile, model: Model, asked?: TestGuards): readonly TestResultView[] =>
  (file.policy.spec.tests ?? []).map((test) => ({
    policy: file.policy.metadata.id,
    name: test.name,
    ...runPolicyTest(file, test, model, asked),
  }));

const MOST_FIELDS = 200;

/** Why policies may not be released with these guards: tests of those that ask one, and fail. */
export const failedTestsWith = (
  policies: readonly PolicyFile[],
  model: Model,
  asked: TestGuards,
): Refusal | undefined => {
  const failed = policies
    .filter((file) => guardOf(file) !== undefined)
    .flatMap((file) => runPolicyTests(file, model, asked))
    .filter(hasFailed);
  if (failed.length === 0) return undefined;
  return {
    ...refusal('policy_invalid', 'tests of policies fail with these guards; mend them and propose it again'),
    fields: failed.slice(0, MOST_FIELDS).map(({ policy, name, expected, got }) => ({
      path: policy,
      message: `test \`${name}\`: expected ${expected}, got ${got}`,
    })),
  };
};
