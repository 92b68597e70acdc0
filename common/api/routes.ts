import { BASE } from './contract';
import { INTAKE_ROUTES } from './routes/intake';
import { STATUS_ROUTES } from './routes/status';
import { DECISIONS_ROUTES } from './routes/decisions';
import { ESCALATIONS_ROUTES } from './routes/escalations';
import { CONTAINMENTS_ROUTES } from './routes/containments';
import { ORDERS_ROUTES } from './routes/orders';
import { POLICIES_ROUTES } from './routes/policies';
import { POLICY_REPOSITORY_ROUTES } from './routes/policy_repository';
import { GUARDS_ROUTES } from './routes/guards';
import { RELEASES_ROUTES } from './routes/releases';
import { BACKTEST_ROUTES } from './routes/backtest';
import { AGENT_ROUTES } from './routes/agents';
import { BRAKES_ROUTES } from './routes/brakes';
import { BRAKES_VIEW_ROUTES } from './routes/brakes_view';
import { INVENTORY_ROUTES } from './routes/inventory';
import { LISTS_ROUTES } from './routes/lists';
import { RHYTHM_ROUTES } from './routes/rhythm';
import { QUARANTINE_ROUTES } from './routes/quarantine';
import { SOURCE_HEALTH_ROUTES } from './routes/source_health';
import { SOURCES_ROUTES } from './routes/sources';
import { SOURCE_READING_ROUTES } from './routes/source_reading';
import { GRANT_ROUTES } from './routes/grants';
import { SWITCH_ROUTES } from './routes/source_switch';
import { OUTCOME_ROUTES } from './routes/outcomes';
import { HAND_OVER_ROUTES } from './routes/hand_overs';
import { COMPARISON_ROUTES } from './routes/comparison';
import { DEMO_ROUTES } from './routes/demo';
import { ABSENCE_ROUTES } from './routes/absences';
import { ACT_ROUTES } from './routes/acts';
import { ASK_ROUTES } from './routes/ask';
import { AUTHZEN_ROUTES } from './routes/authzen';
import { AUDIT_ROUTES } from './routes/audit';
import { CONNECTOR_ROUTES } from './routes/connectors';
import { SHARED_SIGNALS_ROUTES } from './routes/shared_signals';
import { TOKENS_ROUTES } from './routes/tokens';
import { SECRETS_ROUTES } from './routes/secrets';
import { SETUP_ROUTES } from './routes/setup';

export {
  FINDING_KINDS,
  AuditFinding,
  AuditReport,
  AuditView,
  VerificationView,
  getAudit,
  verifyAudit,
} from './routes/audit';
export {
  AdmissionView,
  postEvents,
  postAlertingWebhook,
  postWebhook,
  postWebhookWithToken,
  WantedAct,
  BrakesSay,
  postEvaluate,
} from './routes/intake';
export {
  AccessDecision,
  AccessTask,
  AccessTuple,
  EVALUATIONS_SEMANTICS,
  MOST_EVALUATIONS,
  getAccessRequest,
  getAuthzenConfiguration,
  postAccessEvaluation,
  postAccessEvaluations,
  postAccessRequest,
  type AccessContext,
  type AccessTuples,
} from './routes/authzen';
export { DisruptionSumView, StatusView, UpView, getStatus, OverviewView, getOverview } from './routes/status';
export {
  DecisionQuery,
  listDecisions,
  getDecision,
  REPLAY_STATUSES,
  replayDecision,
  labelDecision,
  MOST_PAGED,
} from './routes/decisions';
export {
  listEscalations,
  approveEscalation,
  denyEscalation,
  OpinionView,
  listOpinions,
  OpinionGiven,
  giveOpinion,
} from './routes/escalations';
export { getList, getListWithToken } from './routes/lists';
export { AbsenceView, listAbsences, setAbsence, endAbsence } from './routes/absences';
export {
  HereContainment,
  BesideView,
  HereOnlyView,
  listBeside,
  listContainments,
  getContainment,
  closeContainment,
  liftContainment,
} from './routes/containments';
export { containNow, extendContainment, LONGEST_ORDER_MS, OrderedView, SHORTEST_ORDER_MS } from './routes/orders';
export {
  listPolicies,
  checkPolicy,
  tryPolicy,
  saveDraft,
  discardDraft,
  proposeCandidate,
  approveCandidate,
  withdrawCandidate,
  releaseCandidate,
} from './routes/policies';
export { checkGuard, saveGuardDraft, discardGuardDraft } from './routes/guards';
export {
  ReleaseView,
  listReleases,
  compareReleases,
  downloadRelease,
  proposeRollback,
  rollBackNow,
  downloadCandidate,
  uploadBundle,
  getTrust,
  postKeyring,
  postFreshness,
} from './routes/releases';
export {
  BacktestView,
  BacktestReportView,
  HIT_OUTCOMES,
  BacktestHit,
  PolicyUnderTest,
  type HitOutcome,
  ReleaseGateView,
  startBacktest,
  listBacktests,
  getBacktest,
  cancelBacktest,
  getCandidateBacktest,
  overrideBacktest,
} from './routes/backtest';
export {
  ConflictView,
  RepositoryView,
  getPolicyRepository,
  getPolicyHistory,
  fetchPolicyRepository,
  acceptPolicyHistory,
  takePolicyRepository,
} from './routes/policy_repository';
export {
  SwitchView,
  throwSwitch,
  explainSwitch,
  releaseSwitch,
  getHeldByStop,
  decideAgain,
  getBreakers,
  BreakersView,
  ConnectorBreakerView,
  getUndoSuspensions,
  suspendUndo,
  resumeUndo,
  OverdueUndo,
  getNeverTouched,
  NeverTouchedView,
} from './routes/brakes';
export {
  BrakeGauge,
  GAUGE_KINDS,
  getWould,
  listLimits,
  listProtected,
  MOST_BRAKE_LINES,
  PROTECTED_FROM,
  ProtectedThing,
  WouldAnswer,
  WouldOrder,
  WouldSay,
  WouldView,
} from './routes/brakes_view';
export { AgentView, LACKS, listAgents, type Lack } from './routes/agents';
export {
  getGrant,
  GrantPreviewView,
  GrantView,
  listUpgradeAsks,
  previewGrant,
  putGrant,
  UpgradeAsksView,
} from './routes/grants';
export { getInventory, putInventory, discoverInventory } from './routes/inventory';
export {
  DiscardedView,
  QuarantineEntryView,
  QuarantineResolution,
  discardManyQuarantined,
  discardQuarantined,
  listQuarantine,
  requeueQuarantined,
} from './routes/quarantine';
export {
  SOURCE_STATES,
  SourceHealthView,
  SourceView,
  ChannelView,
  SourcePlan,
  MappingView,
  PreviewEvent,
  listSources,
  planSource,
  subscribeSource,
  undoSource,
  rotateChannel,
  enableChannel,
  testChannel,
  getMapping,
  putMapping,
  previewMapping,
  type SourceState,
} from './routes/sources';
export {
  getReading,
  listPastDocuments,
  listPresets,
  MAPPED_TYPES,
  MappedSource,
  PastDocument,
  PresetView,
  putPreset,
  ReadingView,
  TrialView,
  TriedDocument,
  TriedEvent,
  tryDocuments,
  type MappedType,
} from './routes/source_reading';
export { ComparisonView, RolloutView, comparePolicies, resumeRollout } from './routes/comparison';
export { RhythmView, getRhythm, markReviewed } from './routes/rhythm';
export { endDemo } from './routes/demo';
export { ActView, listActs, MOST_ACTS } from './routes/acts';
export { getAsk, getEntity, MOST_ASKED } from './routes/ask';
export { TokenView, listTokens, makeToken, mintToken, revokeToken } from './routes/tokens';
export {
  checkConnector,
  CONNECTOR_STATES,
  ConnectorKindView,
  ConnectorPresetView,
  type ConnectorState,
  ConnectorView,
  getConnectorHealth,
  HealthHistoryView,
  listConnectorKinds,
  listConnectors,
  SelfTestView,
  testConnector,
} from './routes/connectors';
export {
  asideSetup,
  checkSetup,
  confirmKeyBackup,
  getSetup,
  SETUP_CODES,
  SETUP_LINES,
  SETUP_STATES,
  type SetupCode,
  type SetupLine,
  SetupLineView,
  type SetupState,
  SetupView,
} from './routes/setup';
export { getSignalKeys } from './routes/shared_signals';
export {
  SecretKeyView,
  SecretView,
  WrittenSecretView,
  listSecrets,
  rekeySecrets,
  removeSecret,
  setSecret,
} from './routes/secrets';

export {
  getLeftOut,
  IntakeHealthView,
  LEFT_OUT_WHY,
  LeftOutRow,
  listIntakeHealth,
  type LeftOutWhy,
} from './routes/source_health';
export { ReceiverView, listOutcomeReceivers } from './routes/outcomes';
export { HandOverChannelView, HandOverView, listHandOvers, postVerdict, takeVerdictBack } from './routes/hand_overs';
export { SwitchView as SourceSwitchView, getSwitch, putSwitch } from './routes/source_switch';

/** Server-sent events: `status` once a second, `changed` with the kinds of things that changed. */
export const LIVE_PATH = `${BASE}/live`;
export const OPENAPI_PATH = `${BASE}/openapi.json`;
export const METRICS_PATH = `${BASE}/metrics`;

/** Routes whose answers are no JSON of a contract. */
export const OTHER_ROUTES = {
  live: {
    method: 'get',
    path: LIVE_PATH,
    summary: 'Server-sent events: `status` once a second, `changed` with the kinds of things that changed',
    access: 'read',
    answers: 'text/event-stream',
  },
  metrics: {
    method: 'get',
    path: METRICS_PATH,
    summary: 'What Prometheus scrapes; with a token that is good for `metrics`, or by somebody who may look',
    access: 'metrics',
    answers: 'text/plain',
  },
  openApi: {
    method: 'get',
    path: OPENAPI_PATH,
    summary: 'This document',
    access: 'open',
    answers: 'application/json',
  },
} as const;

/** Every route with a contract, for OpenAPI and for the table of who may call what. */
export const ROUTES = {
  ...INTAKE_ROUTES,
  ...STATUS_ROUTES,
  ...DECISIONS_ROUTES,
  ...ESCALATIONS_ROUTES,
  ...CONTAINMENTS_ROUTES,
  ...ORDERS_ROUTES,
  ...POLICIES_ROUTES,
  ...POLICY_REPOSITORY_ROUTES,
  ...GUARDS_ROUTES,
  ...RELEASES_ROUTES,
  ...BACKTEST_ROUTES,
  ...BRAKES_ROUTES,
  ...BRAKES_VIEW_ROUTES,
  ...AGENT_ROUTES,
  ...INVENTORY_ROUTES,
  ...LISTS_ROUTES,
  ...QUARANTINE_ROUTES,
  ...SOURCE_HEALTH_ROUTES,
  ...SOURCES_ROUTES,
  ...SOURCE_READING_ROUTES,
  ...GRANT_ROUTES,
  ...SWITCH_ROUTES,
  ...OUTCOME_ROUTES,
  ...HAND_OVER_ROUTES,
  ...COMPARISON_ROUTES,
  ...RHYTHM_ROUTES,
  ...DEMO_ROUTES,
  ...TOKENS_ROUTES,
  ...CONNECTOR_ROUTES,
  ...SHARED_SIGNALS_ROUTES,
  ...SECRETS_ROUTES,
  ...SETUP_ROUTES,
  ...ASK_ROUTES,
  ...AUTHZEN_ROUTES,
  ...ABSENCE_ROUTES,
  ...ACT_ROUTES,
  ...AUDIT_ROUTES,
} as const;
