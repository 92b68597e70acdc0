import { BECAME, type Became } from '../../common/api/became';
import { iso } from '../../common/iso';
import type * as t from 'io-ts';
import type {
  NeverTouchedView,
  SwitchView,
  ConnectorView,
  listPolicies,
  OverviewView,
  RepositoryView,
  StatusView,
} from '../../common/api/routes';
import type { DraftView } from '../../common/api/drafts';
import type { CandidateView, PolicyView } from '../../common/api/policy_views';
import type { ContainmentView, DecisionBrief, DecisionDetail, EscalationView } from '../../common/api/views';
import type { Act, Counts, Decision, PolicyRef, PolicyTrace, Score } from '../../common/flow/decision';
import type { DetectionEvent } from '../../common/flow/event';
import type { ActionRecord } from '../../common/flow/outcome';

/*
 * What the page gets from the API, plain and valid; a test overrides what it is about. Times are around `NOW`.
 */

export const NOW = '2026-11-22T03:12:04.000Z';

/** An instant so many seconds after `NOW` (before it if negative). */
export const at = (seconds: number): string => iso(Date.parse(NOW) + seconds * 1_000);

export const aConnectorView = (overrides: Partial<ConnectorView> = {}): ConnectorView => ({
  name: 'edge-firewall',
  kind: 'rest',
  state: 'ok',
  text: '',
  idempotency: 'key',
  native_ttl: true,
  settle_time_ms: 0,
  request_timeout_ms: 1_000,
  tagged: true,
  second_observer: true,
  retries: ['connection', 'no_answer'],
  since: '2026-11-22T10:00:00.000Z',
  seen_at: '2026-11-22T10:00:00.000Z',
  actions: [
    {
      action: 'block_ip',
      undo: 'unblock_ip',
      d3fend: 'D3-NTF',
      openc2: { action: 'deny', target: 'ipv4_net, ipv6_net', undo: 'allow' },
      milder: ['kill_process'],
      test_on: '192.0.2.0/24',
      promises: {
        disruption: { usual: 0.1, by_tag: { gateway: 1 } },
        offline: { order: 'queued', for_s: 60, ends: 'cancelled' },
        needs: ['firewall:write'],
        second_observer: 'the router',
      },
    },
  ],
  ...overrides,
});

export const aStatus = (overrides: Partial<StatusView> = {}): StatusView => ({
  as_of: NOW,
  version: '0.1.0',
  loading: false,
  mode: 'live',
  host: 'standalone',
  stops: [],
  troubles: [],
  caller: { name: 'ben', may: ['read', 'respond', 'approve', 'author', 'admin'], single_user: false },
  waiting: 0,
  containments: 0,
  connectors: [{ name: 'edge-firewall', kind: 'rest', state: 'ok', text: '', actions: ['block_ip'] }],
  agents: [
    { session: 'session-1', agent: 'agent-1', host: 'soc-01', since: at(-7_200), this_one: true, bundle_version: 12 },
  ],
  bundle: { version: 12, digest: 'sha256:5d41402abc4b2a76b9719d911017c592', policies: 14 },
  counters: {
    received: 120,
    duplicates: 10,
    updates: 0,
    quarantined: 2,
    accepted: 108,
    refused: 0,
    resumed: 0,
    spooled: 0,
  },
  ...overrides,
});

export const aPolicyRef = (overrides: Partial<PolicyRef> = {}): PolicyRef => ({
  id: 'block-known-ioc',
  hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015',
  layer: 'action',
  mode: 'enforce',
  ...overrides,
});

export const anAct = (overrides: Partial<Act> = {}): Act => ({
  act_id: 'act-1',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  connector: 'edge-firewall',
  policy: aPolicyRef(),
  result: 'permit',
  reasons: [{ code: 'policy_matched', text: 'Block sources that match a known IOC', policy: 'block-known-ioc' }],
  rollback: 'unblock_ip',
  ttl_ms: 4 * 3_600_000,
  shadow: false,
  ...overrides,
});

const aScore = (overrides: Partial<Score> = {}): Score => ({
  log_odds_micro: 2_742_000,
  value: 0.93,
  terms: [
    { name: 'confidence', micro: 2_346_000 },
    { name: 'severity', micro: 300_000 },
    { name: 'corroboration', micro: 600_000 },
    { name: 'source_tag:admin_workstation', micro: -500_000 },
  ],
  ...overrides,
});

const NO_COUNTS: Counts = {
  events_1h: 0,
  events_24h: 0,
  events_30d: 0,
  acts_1h: 0,
  acts_24h: 0,
  acts_30d: 0,
  true_positives_30d: 0,
  false_positives_30d: 0,
};

const aDetection = (overrides: Partial<DetectionEvent> = {}): DetectionEvent => ({
  event_id: 'event-1',
  timestamp: at(-30),
  confidence: 0.91,
  severity: 'high',
  source: { ip: '203.0.113.7' },
  dst_host: 'web-01',
  rule: { id: 'known-ioc', name: 'Connection to a known IOC', origin: 'known_ioc', status: 'stable' },
  tags: ['attack.t1071'],
  ...overrides,
});

export const aBrief = (overrides: Partial<DecisionBrief['brief']> = {}): DecisionBrief['brief'] => ({
  event_id: 'event-1',
  timestamp: at(-30),
  severity: 'high',
  confidence: 0.91,
  intake: { type: 'webhook', id: 'siem' },
  claimed: [],
  rule: 'Connection to a known IOC',
  source: '203.0.113.7',
  ...overrides,
});

export const aTrace = (overrides: Partial<PolicyTrace> = {}): PolicyTrace => ({
  policy: aPolicyRef(),
  role: 'proposes',
  matched: true,
  outcome: 'proposes block_ip',
  clauses: [
    { text: 'event.rule.origin == "known_ioc"', result: 'true', values: { 'event.rule.origin': 'known_ioc' } },
    { text: 'event.confidence > 0.85', result: 'true', values: { 'event.confidence': 0.91 } },
  ],
  ...overrides,
});

export const aDecision = (overrides: Partial<Decision> = {}): Decision => ({
  decision_id: 'decision-1',
  case_id: 'case:1',
  verdict: 'permit',
  summary: 'permit block_ip of 203.0.113.7: Block sources that match a known IOC',
  acts: [anAct()],
  reasons: [],
  trace: [
    aTrace(),
    aTrace({
      policy: aPolicyRef({ id: 'no-private-addresses', layer: 'domain' }),
      role: 'judges',
      act_id: 'act-1',
      matched: false,
      outcome: 'no objection',
      clauses: [{ text: '!target.is_private', result: 'true', values: { 'target.is_private': false } }],
    }),
  ],
  score: aScore(),
  inputs: {
    assets: [
      { type: 'ip', value: '203.0.113.7', known: true, external: true },
      {
        type: 'host',
        value: 'web-01',
        known: true,
        criticality: 'high',
        tags: ['dmz', 'web'],
        subnets: ['10.1.0.0/24'],
        owner: 'web team',
      },
    ],
    history: {
      src: { ...NO_COUNTS, events_1h: 3, events_24h: 5, events_30d: 9 },
      host: { ...NO_COUNTS, events_24h: 11, events_30d: 40, acts_30d: 1 },
      user: NO_COUNTS,
      rule: { ...NO_COUNTS, events_30d: 61, acts_30d: 12, true_positives_30d: 9, false_positives_30d: 1 },
      domains: ['network', 'endpoint'],
      sightings_ms: [95_000, 610_000],
    },
    now: at(-29),
  },
  decided_at: at(-29),
  bundle: { version: 12, digest: 'sha256:5d41402abc4b2a76b9719d911017c592', key_id: 'release-2026' },
  model: { version: 1, digest: 'sha256:7d793037a0760186574b0282f2f435e7' },
  engine_digest: 'sha256:e3b0c44298fc1c149afbf4c8996fb924',
  hash: 'sha256:2c26b46b68ffc68ff99b453c1d304134',
  next_review_at: at(12_931),
  ...overrides,
});

export const anActionRecord = (overrides: Partial<ActionRecord> = {}): ActionRecord => ({
  command: {
    command_id: 'command-1',
    case_id: 'case:1',
    decision_id: 'decision-1',
    act_id: 'act-1',
    action: 'block_ip',
    target: { type: 'ip', value: '203.0.113.7' },
    connector: 'edge-firewall',
    reason: 'permit block_ip of 203.0.113.7: Block sources that match a known IOC',
    ttl_ms: 4 * 3_600_000,
    rollback: 'unblock_ip',
    policy: aPolicyRef(),
  },
  n: 0,
  state: 'claimed',
  at: at(-29),
  session: 'session-1',
  effect_id: 'effect:1',
  ...overrides,
});

export const aDecisionDetail = (overrides: Partial<DecisionDetail> = {}): DecisionDetail => ({
  event: {
    case_id: 'case:1',
    intake: { type: 'webhook', id: 'siem' },
    digest: 'sha256:fcde2b2edba56bf408601fb721fe9b5c',
    received_at: at(-29),
    event: aDetection(),
  },
  decision: aDecision(),
  actions: [
    anActionRecord(),
    anActionRecord({ n: 1, state: 'sent', at: at(-28.8) }),
    anActionRecord({ n: 2, state: 'succeeded', at: at(-28.4), duration_ms: 412 }),
    anActionRecord({ n: 3, state: 'verified_present', at: at(-28) }),
  ],
  feedback: [],
  demo: false,
  outcome: 'present',
  progress: [{ act_id: 'act-1', status: 'present', command_id: 'command-1', effect_id: 'effect:1' }],
  case_state: 'decided',
  ...overrides,
});

export const aDecisionBrief = (overrides: Partial<DecisionBrief> = {}): DecisionBrief => ({
  decision_id: 'decision-1',
  case_id: 'case:1',
  decided_at: at(-29),
  verdict: 'permit',
  summary: 'permit block_ip of 203.0.113.7: Block sources that match a known IOC',
  brief: aBrief(),
  acts: [
    {
      act_id: 'act-1',
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      result: 'permit',
      shadow: false,
      policy: 'block-known-ioc',
      progress: { act_id: 'act-1', status: 'present' },
    },
  ],
  outcome: 'present',
  score: 0.93,
  bundle_version: 12,
  demo: false,
  ...overrides,
});

export const anEscalation = (overrides: Partial<EscalationView> = {}): EscalationView => ({
  case_id: 'case:1',
  act_id: 'act-1',
  decision_id: 'decision-1',
  act: anAct({ result: 'escalate' }),
  seen: 'sha256:seen-1',
  event: aDetection(),
  brief: aBrief(),
  why: [
    { code: 'policy_matched', text: 'Block sources that match a known IOC', policy: 'block-known-ioc' },
    { code: 'policy_escalates', text: 'Ask before a web server is cut off', policy: 'ask-for-web-servers' },
  ],
  score: aScore(),
  facts: [{ type: 'ip', value: '203.0.113.7', known: true, external: true }],
  waiting_since: at(-300),
  demo: false,
  expires_at: at(14_100),
  limits: [{ limit: 'limit-blocks', scope: 'all', used: 17, most: 50 }],
  same_target: 0,
  ...overrides,
});

export const aContainment = (overrides: Partial<ContainmentView> = {}): ContainmentView => ({
  effect_id: 'effect:1',
  state: 'present',
  action: 'block_ip',
  connector: 'edge-firewall',
  target: { type: 'ip', value: '203.0.113.7' },
  reasons: [
    {
      command_id: 'command-1',
      case_id: 'case:1',
      decision_id: 'decision-1',
      policy: aPolicyRef(),
      reason: 'permit block_ip of 203.0.113.7: Block sources that match a known IOC',
      deadline: at(90),
    },
  ],
  due: at(90),
  demo: false,
  since: at(-28),
  verified: true,
  ...overrides,
});

export const POLICY_TEXT = `apiVersion: reflex/v1
kind: Policy
metadata:
  id: block-known-ioc
  title: Block sources that match a known IOC
  owner: soc-network
spec:
  layer: action
  mode: shadow # watch it first
  on: { severity: [high, critical] }
  when: event.rule.origin == "known_ioc" && event.confidence > 0.85
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
  tests:
    - name: a known IOC is blocked
      event: { confidence: 0.91, severity: high, source: { ip: 203.0.113.7 }, rule: { origin: known_ioc } }
      expect: permit
`;

export const aPolicyView = (overrides: Partial<PolicyView> = {}): PolicyView => ({
  id: 'block-known-ioc',
  title: 'Block sources that match a known IOC',
  owner: 'soc-network',
  layer: 'action',
  mode: 'shadow',
  tags: ['attack.t1071', 'd3fend.d3-ntf'],
  hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015',
  source: POLICY_TEXT,
  fired_24h: 12,
  ...overrides,
});

export const aDraft = (overrides: Partial<DraftView> = {}): DraftView => ({
  id: 'block-known-ioc',
  source: POLICY_TEXT.replace('mode: shadow', 'mode: enforce'),
  author: 'ana',
  updated_at: at(-600),
  deleted: false,
  writers: ['ana'],
  faults: [],
  tests: [
    { policy: 'block-known-ioc', name: 'a known IOC is blocked', passed: true, expected: 'permit', got: 'permit' },
  ],
  base_hash: 'sha256:9f86d081884c7d659a2feaa0c55ad015',
  base_source: POLICY_TEXT,
  ...overrides,
});

export const aCandidate = (overrides: Partial<CandidateView> = {}): CandidateView => ({
  id: 'candidate-1',
  digest: 'sha256:b94d27b9934d3e08a52e52d7da7dabfa',
  base_version: 12,
  author: 'ana',
  changelog: 'block known IOCs for real after two weeks in shadow',
  created_at: at(-500),
  state: 'proposed',
  changes: [
    {
      policy: 'block-known-ioc',
      change: 'changed',
      before: POLICY_TEXT,
      after: POLICY_TEXT.replace('mode: shadow # watch it first', 'mode: enforce').replace('0.85', '0.9'),
      mode_before: 'shadow',
      mode_after: 'enforce',
    },
  ],
  approvals: [],
  ...overrides,
});

export const aRepository = (overrides: Partial<RepositoryView> = {}): RepositoryView => ({
  as_of: NOW,
  kind: 'remote',
  branch: 'main',
  state: 'ready',
  text: 'every agent with this remote may edit',
  may_edit: true,
  unreleased: [],
  conflicts: [],
  remote: 'https://git.example/soc/policies.git',
  path: '',
  head: {
    id: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    subject: 'block known IOCs',
    author: 'ana',
    email: 'ana@example.org',
    at: at(-900),
    user: 'ana',
  },
  files: 14,
  fetched_at: at(-10),
  ...overrides,
});

export type Policies = t.TypeOf<typeof listPolicies.answer>;

export const thePolicies = (overrides: Partial<Policies> = {}): Policies => ({
  as_of: NOW,
  version: 12,
  digest: 'sha256:5d41402abc4b2a76b9719d911017c592',
  policies: [aPolicyView()],
  drafts: [],
  candidates: [],
  ...overrides,
});

const hourly = (index: number) => ({
  at: iso(Date.parse('2026-11-21T04:00:00.000Z') + index * 3_600_000),
  permit: index % 5,
  escalate: index % 3,
  deny: index % 7 === 0 ? 2 : 0,
  hold: index % 4 === 0 ? 1 : 0,
  learn: 3 + (index % 6),
});

export const becameCounts = (
  counts: Partial<Record<Became, number>>,
  more: { readonly decisions?: number; readonly looked_through?: number } = {},
): OverviewView['became_24h'] => {
  const groups = Object.fromEntries(BECAME.map((group) => [group, counts[group] ?? 0])) as Record<Became, number>;
  const events = Object.values(groups).reduce((sum, count) => sum + count, 0);
  return { at: NOW, from: '2026-11-21T04:00:00.000Z', events, decisions: events, ...groups, ...more };
};

export const anOverview = (overrides: Partial<OverviewView> = {}): OverviewView => ({
  as_of: NOW,
  hours: Array.from({ length: 24 }, (_, index) => hourly(index)),
  verdicts_24h: { permit: 46, escalate: 24, deny: 8, hold: 6, learn: 132 },
  shadow_24h: 31,
  became_24h: becameCounts({ waits: 12, in_effect: 30, ended: 14, protected: 4, policy: 8, shadow: 16, nothing: 132 }),
  policies: [{ policy: 'block-known-ioc', fired: 12 }],
  targets: [{ target: '203.0.113.7', count: 5 }],
  limits: [{ limit: 'limit-blocks', scope: 'all', used: 17, most: 50, within_ms: 3_600_000 }],
  limits_total: 1,
  disruption: { kinds: [{ type: 'host', targets: 3, sum: 2.7 }], unstated: 1 },
  latency: { median_ms: 740, p95_ms: 1_910, count: 44 },
  recent: [aDecisionBrief()],
  ...overrides,
});

export const anEmptyOverview = (): OverviewView => ({
  ...anOverview(),
  hours: anOverview().hours.map(({ at: hour }) => ({ at: hour, permit: 0, escalate: 0, deny: 0, hold: 0, learn: 0 })),
  verdicts_24h: { permit: 0, escalate: 0, deny: 0, hold: 0, learn: 0 },
  shadow_24h: 0,
  became_24h: becameCounts({}),
  policies: [],
  targets: [],
  limits: [],
  limits_total: 0,
  disruption: { kinds: [], unstated: 0 },
  latency: {},
  recent: [],
});

export const neverTouched = (overrides: Partial<NeverTouchedView> = {}): NeverTouchedView => ({
  as_of: NOW,
  settled: true,
  things: [
    { text: '192.0.2.2', from: 'this machine, `eth0`' },
    { text: 'vm', from: 'name of this machine' },
    { text: 'fe80::2', from: 'this machine, `eth0`' },
    { text: '198.51.100.4', from: 'connector `edge`: `fw.example`' },
  ],
  missing: [],
  ...overrides,
});

export const aSwitchReport = (overrides: Partial<t.TypeOf<typeof SwitchView>> = {}): t.TypeOf<typeof SwitchView> => ({
  acknowledged: true,
  in_gate: true,
  wire_known: true,
  took_ms: 318,
  agents: [
    { session: 'session-1', how: 'this' },
    { session: 'session-2', how: 'obeyed' },
  ],
  on_the_wire: [],
  ...overrides,
});
