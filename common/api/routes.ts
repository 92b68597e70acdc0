import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { Decision, VERDICTS } from '../flow/decision';
import { DetectionEvent } from '../flow/event';
import { LABELS } from '../flow/feedback';
import { anything, idText, nothing, numeric, page, reasonText, route } from './contract';
import {
  ActProgress, CallerView, CandidateView, ContainmentView, DecisionBrief, DecisionDetail, DraftView, EscalationView, LoadingStep,
  PolicyFaultView, PolicyView, StopView, TestResultView, TroubleView,
} from './views'; // prettier-ignore

const BASE = '/api/reflex';
const id = idText;
const MIB = 1024 * 1024;

/** What became of one event that was handed in. */
export const AdmissionView = record(
  { status: oneOf(['accepted', 'duplicate', 'spooled', 'quarantined', 'overloaded', 'unavailable']) },
  {
    case_id: id,
    decision_id: id,
    verdict: oneOf(VERDICTS),
    summary: text({ max: 8192 }),
    reason: id,
    fields: list(record({ path: t.string, message: t.string }), 200),
    retry_after_s: number(),
  },
);
export type AdmissionView = t.TypeOf<typeof AdmissionView>;

// --- Intake ------------------------------------------------------------------------------------------------------

export const postEvents = route({
  method: 'post',
  path: `${BASE}/events`,
  summary: 'Hand in one event or an array of events. 202 once all are durable, 200 if all are duplicates',
  access: 'intake',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ results: list(AdmissionView, 1000) }),
  maxBytes: 4 * MIB,
  raw: true,
});

export const postAlertingWebhook = route({
  method: 'post',
  path: `${BASE}/webhooks/alerting`,
  summary: 'What channels of OpenSearch Alerting send: query, bucket, document and composite monitors',
  access: 'intake',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ results: list(AdmissionView, 1000) }, { note: text() }),
  maxBytes: 4 * MIB,
  raw: true,
});

export const WantedAct = record({ action: id }, { target: text({ min: 1, max: 4096 }) });

export const postEvaluate = route({
  method: 'post',
  path: `${BASE}/evaluate`,
  summary:
    'Ask before acting: an event and a wanted act in, the decision with its reasons and token out. Durable, without effect unless `act` is true',
  access: 'ask',
  params: nothing,
  query: nothing,
  body: record({ event: DetectionEvent }, { wanted: WantedAct, act: t.boolean }),
  answer: record(
    {
      answer: described(
        oneOf(['permit', 'escalate', 'deny', 'hold', 'learn']),
        'What holds for the wanted act, or for the event',
      ),
      decision: Decision,
    },
    { progress: list(ActProgress, 64) },
  ),
});

// --- Status ------------------------------------------------------------------------------------------------------

/** What the header of every page shows. */
export const StatusView = record(
  {
    as_of: instant,
    version: t.string,
    /** True until the host is ready to decide. */
    loading: t.boolean,
    /** `demo`: the demo runs on the node that this host started; `observing`: no connector, everything in shadow. */
    mode: oneOf(['demo', 'observing', 'live']),
    host: oneOf(['dashboards', 'standalone', 'agent']),
    stops: list(StopView, 64),
    troubles: list(TroubleView, 16),
    caller: t.union([CallerView, t.null]),
    waiting: number(),
    containments: number(),
    connectors: list(
      record({ name: id, kind: id, state: oneOf(['ok', 'degraded', 'down']), text: t.string, actions: list(id, 64) }),
      64,
    ),
    agents: list(
      record({ session: id, agent: id, host: id, since: instant, this_one: t.boolean, bundle_version: number() }),
      64,
    ),
  },
  {
    bundle: record({ version: number(), digest: id, policies: number() }, { refused: t.string }),
    steps: list(LoadingStep, 64),
    /** Users that a switcher offers; only in the demo. */
    users: list(record({ name: id, about: t.string }), 8),
    counters: record({
      received: number(),
      duplicates: number(),
      quarantined: number(),
      accepted: number(),
      refused: number(),
      spooled: number(),
    }),
    intake_hint: t.string,
  },
);
export type StatusView = t.TypeOf<typeof StatusView>;

export const getStatus = route({
  method: 'get',
  path: `${BASE}/status`,
  summary: 'How this Reflex is',
  access: 'open',
  params: nothing,
  query: nothing,
  body: anything,
  answer: StatusView,
});

export const OverviewView = record({
  as_of: instant,
  /** By hour, oldest first, the last 24. */
  hours: list(
    record({ at: instant, permit: number(), escalate: number(), deny: number(), hold: number(), learn: number() }),
    24,
  ),
  verdicts_24h: record({ permit: number(), escalate: number(), deny: number(), hold: number(), learn: number() }),
  shadow_24h: number(),
  policies: list(record({ policy: id, fired: number() }), 20),
  targets: list(record({ target: t.string, count: number() }), 20),
  limits: list(record({ limit: id, scope: id, used: number(), most: number(), within_ms: number() }), 64),
  latency: record({}, { median_ms: number(), p95_ms: number(), count: number() }),
  recent: list(DecisionBrief, 20),
});
export type OverviewView = t.TypeOf<typeof OverviewView>;

export const getOverview = route({
  method: 'get',
  path: `${BASE}/overview`,
  summary: 'What happened in the last 24 hours',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: OverviewView,
});

// --- Decisions ---------------------------------------------------------------------------------------------------

export const DecisionQuery = record(
  {},
  {
    verdict: text({ max: 64 }),
    policy: id,
    target: text({ max: 512 }),
    severity: text({ max: 64 }),
    text: text({ max: 200 }),
    from: instant,
    to: instant,
    case_id: id,
    limit: numeric(page.limit),
    offset: numeric(page.offset),
  },
);

export const listDecisions = route({
  method: 'get',
  path: `${BASE}/decisions`,
  summary: 'Decisions, newest first',
  access: 'read',
  params: nothing,
  query: DecisionQuery,
  body: anything,
  answer: record({ as_of: instant, total: number(), decisions: list(DecisionBrief, 1000) }),
});

export const getDecision = route({
  method: 'get',
  path: `${BASE}/decisions/{decision_id}`,
  summary: 'One decision with its token, what was done, and what people said of it',
  access: 'read',
  params: record({ decision_id: id }),
  query: nothing,
  body: anything,
  answer: DecisionDetail,
});

export const REPLAY_STATUSES = [
  'same',
  'differs',
  'engine_differs',
  'bundle_missing',
  'model_missing',
  'erased',
] as const;

export const replayDecision = route({
  method: 'post',
  path: `${BASE}/decisions/{decision_id}/replay`,
  summary: 'Decide again from the record alone and compare the hashes',
  access: 'read',
  params: record({ decision_id: id }),
  query: nothing,
  body: anything,
  answer: record(
    { status: oneOf(REPLAY_STATUSES), recorded_hash: id },
    { replayed_hash: id, verdict: oneOf(VERDICTS) },
  ),
});

export const labelDecision = route({
  method: 'post',
  path: `${BASE}/decisions/{decision_id}/label`,
  summary: 'Say what the event turned out to be',
  access: 'respond',
  params: record({ decision_id: id }),
  query: nothing,
  body: record({ label: oneOf(LABELS) }, { reason: text({ max: 2000 }) }),
  answer: record({ feedback_id: id }),
});

// --- Escalations -------------------------------------------------------------------------------------------------

export const listEscalations = route({
  method: 'get',
  path: `${BASE}/escalations`,
  summary: 'Acts that wait for a person, most severe first',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, total: number(), escalations: list(EscalationView, 1000) }),
});

const Word = record({ reason: reasonText, seen: described(id, 'Digest of what was shown; another one answers 409') });
const CaseView = record({ case_id: id, state: id, progress: list(ActProgress, 64) });

export const approveEscalation = route({
  method: 'post',
  path: `${BASE}/escalations/{case_id}/{act_id}/approve`,
  summary: 'Permit an act that waits. The brakes judge it again',
  access: 'approve',
  params: record({ case_id: id, act_id: id }),
  query: nothing,
  body: Word,
  answer: CaseView,
});

export const denyEscalation = route({
  method: 'post',
  path: `${BASE}/escalations/{case_id}/{act_id}/deny`,
  summary: 'Refuse an act that waits',
  access: 'respond',
  params: record({ case_id: id, act_id: id }),
  query: nothing,
  body: Word,
  answer: CaseView,
});

// --- Containments ------------------------------------------------------------------------------------------------

export const listContainments = route({
  method: 'get',
  path: `${BASE}/containments`,
  summary: 'What is in effect because of us, soonest to end first',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, total: number(), containments: list(ContainmentView, 1000) }),
});

export const getContainment = route({
  method: 'get',
  path: `${BASE}/containments/{effect_id}`,
  summary: 'One effect as it is now (realtime), absent ones included',
  access: 'read',
  params: record({ effect_id: id }),
  query: nothing,
  body: anything,
  answer: record({ state: id }, { containment: ContainmentView }),
});

export const liftContainment = route({
  method: 'post',
  path: `${BASE}/containments/{effect_id}/lift`,
  summary: 'Undo an effect now',
  access: 'respond',
  params: record({ effect_id: id }),
  query: nothing,
  body: record({ reason: reasonText }, { force: described(t.boolean, 'Undo although somebody changed it since') }),
  answer: record({ effect_id: id }),
});

// --- Policies ----------------------------------------------------------------------------------------------------

export const listPolicies = route({
  method: 'get',
  path: `${BASE}/policies`,
  summary: 'The policies in force, drafts and candidates',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({
    as_of: instant,
    version: number(),
    digest: t.string,
    policies: list(PolicyView, 5000),
    drafts: list(DraftView, 1000),
    candidates: list(CandidateView, 50),
  }),
});

const Source = text({ min: 1, max: 262_144 });

export const checkPolicy = route({
  method: 'post',
  path: `${BASE}/policies/check`,
  summary: 'Check a policy text: all its faults with line and column, and the results of its tests',
  access: 'read',
  params: nothing,
  query: nothing,
  body: record({ source: t.string }),
  answer: record({ faults: list(PolicyFaultView, 500), tests: list(TestResultView, 500) }, { id }),
});

export const tryPolicy = route({
  method: 'post',
  path: `${BASE}/policies/try`,
  summary: 'What would be decided for an event if this policy text were in force. Nothing is kept, nothing is done',
  access: 'read',
  params: nothing,
  query: nothing,
  body: record({ event: DetectionEvent }, { source: t.string }),
  answer: record({ faults: list(PolicyFaultView, 500) }, { decision: Decision }),
});

export const saveDraft = route({
  method: 'put',
  path: `${BASE}/policies/drafts/{policy_id}`,
  summary: 'Keep a changed policy as a draft; invalid ones are kept too, and never released',
  access: 'author',
  params: record({ policy_id: id }),
  query: nothing,
  body: record({}, { source: Source, deleted: t.boolean }),
  answer: DraftView,
});

export const discardDraft = route({
  method: 'delete',
  path: `${BASE}/policies/drafts/{policy_id}`,
  summary: 'Throw a draft away',
  access: 'author',
  params: record({ policy_id: id }),
  query: nothing,
  body: anything,
  answer: nothing,
});

export const proposeCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates`,
  summary: 'Put the drafts together as a candidate for release; refused while one of them has faults or failing tests',
  access: 'author',
  params: nothing,
  query: nothing,
  body: record({ changelog: reasonText }, { policies: list(id, 1000) }),
  answer: CandidateView,
});

export const approveCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/approve`,
  summary: 'Approve a candidate, bound to its digest. Not by its author; in single-user mode a separate step',
  access: 'approve',
  params: record({ candidate_id: id }),
  query: nothing,
  body: record({ reason: reasonText, digest: id }),
  answer: CandidateView,
});

export const withdrawCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/withdraw`,
  summary: 'Withdraw a candidate',
  access: 'author',
  params: record({ candidate_id: id }),
  query: nothing,
  body: record({ reason: reasonText }),
  answer: CandidateView,
});

export const releaseCandidate = route({
  method: 'post',
  path: `${BASE}/policies/candidates/{candidate_id}/release`,
  summary: 'Sign an approved candidate and release it as the next version',
  access: 'author',
  params: record({ candidate_id: id }),
  query: nothing,
  body: nothing,
  answer: CandidateView,
});

// --- Brakes ------------------------------------------------------------------------------------------------------

const Scope = described(
  text({
    min: 3,
    max: 200,
    pattern: /^(all|action:[a-z_]+|connector:[a-z0-9-]+)$/,
    patternName: '`all`, `action:<name>` or `connector:<name>`',
  }),
  'What stands still',
);

export const SwitchView = record({
  acknowledged: described(
    t.boolean,
    'True: no effect starts anywhere any more. False: this host stands still, the others are unknown',
  ),
  took_ms: number(),
  agents: list(record({ session: id, how: oneOf(['this', 'obeyed', 'dead', 'permit_lapsed', 'unknown']) }), 200),
  on_the_wire: list(record({ effect_id: id, action: id, target: t.string }), 1000),
});

export const throwSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/stop`,
  summary: 'The kill switch: nothing new is started until it is released; undoing goes on',
  access: 'respond',
  params: nothing,
  query: nothing,
  body: record({ scope: Scope, reason: reasonText }),
  answer: SwitchView,
});

export const releaseSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/resume`,
  summary: 'Let acts of a scope start again',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record({ scope: Scope, reason: reasonText }),
  answer: record({ stops: list(StopView, 64) }),
});

// --- Inventory, quarantine, live, demo -----------------------------------------------------------------------------

const Asset = record(
  { type: oneOf(['host', 'ip', 'subnet', 'user', 'group']), value: text({ min: 1, max: 256 }) },
  {
    name: id,
    addresses: list(text({ max: 64 }), 64),
    criticality: oneOf(['low', 'medium', 'high', 'critical']),
    tags: list(id, 64),
    subnets: list(text({ max: 64 }), 16),
    groups: list(id, 256),
    owner: id,
  },
);

export const getInventory = route({
  method: 'get',
  path: `${BASE}/inventory`,
  summary: 'Hosts, subnets, users and groups as the brakes count them',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ version: t.string, counts: t.record(t.string, t.number), items: list(Asset, 10_000) }),
});

export const putInventory = route({
  method: 'put',
  path: `${BASE}/inventory`,
  summary:
    'Replace the inventory from a file: JSON array, or CSV with a header line (type,value,name,addresses,criticality,tags,subnets,groups,owner; lists separated by spaces)',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ version: t.string, counts: t.record(t.string, t.number) }),
  maxBytes: 16 * MIB,
  raw: true,
});

export const discoverInventory = route({
  method: 'post',
  path: `${BASE}/inventory/discover`,
  summary: 'Add the hosts and users that the documents of these indices name (`host.*`, `user.*`)',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ indices: list(text({ min: 1, max: 256 }), 64) }),
  answer: record({ version: t.string, counts: t.record(t.string, t.number) }),
});

export const listQuarantine = route({
  method: 'get',
  path: `${BASE}/quarantine`,
  summary: 'What could not be accepted, with the reason',
  access: 'read',
  params: nothing,
  query: record({}, { limit: numeric(page.limit), offset: numeric(page.offset) }),
  body: anything,
  answer: record({
    total: number(),
    entries: list(
      record(
        {
          id,
          at: instant,
          reason: id,
          intake: record({ type: t.string, id: t.string }),
          fields: list(record({ path: t.string, message: t.string }), 200),
        },
        { original: t.string },
      ),
      1000,
    ),
  }),
});

export const endDemo = route({
  method: 'post',
  path: `${BASE}/demo/end`,
  summary: 'End the demo and clear everything of it: events, decisions, effects, inventory, connectors',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({ cleared: number() }),
});

/** Server-sent events: `status` once a second, `changed` with the kinds of things that changed. */
export const LIVE_PATH = `${BASE}/live`;
export const OPENAPI_PATH = `${BASE}/openapi.json`;
export const METRICS_PATH = `${BASE}/metrics`;

/** Every route with a contract, for OpenAPI and for the table of who may call what. */
export const ROUTES = {
  postEvents, postAlertingWebhook, postEvaluate, getStatus, getOverview, listDecisions, getDecision, replayDecision, labelDecision,
  listEscalations, approveEscalation, denyEscalation, listContainments, getContainment, liftContainment, listPolicies, checkPolicy,
  tryPolicy, saveDraft, discardDraft, proposeCandidate, approveCandidate, withdrawCandidate, releaseCandidate, throwSwitch,
  releaseSwitch, getInventory, putInventory, discoverInventory, listQuarantine, endDemo,
} as const; // prettier-ignore
