/*
 * Everything that the runner needs from the world. Each port has a contract suite in `test/contracts/` that runs
 * against its real adapter and against the fake that the simulation uses.
 */

export type { Clock, Chance, Log } from './ports/basics';
export { STATE_KINDS, STATE_SCHEMA, StoreUnavailable } from './ports/state';
export type {
  StateKind,
  Version,
  Facets,
  StateBody,
  StateDoc,
  StateWrite,
  WriteOutcome,
  StateQuery,
  StateStore,
} from './ports/state';
export { EVIDENCE_FAMILIES } from './ports/evidence';
export type {
  EvidenceFamily,
  EvidenceEntry,
  OutboxEntry,
  EvidenceQuery,
  EvidenceFound,
  EvidenceLog,
} from './ports/evidence';
export { SpoolRefused } from './ports/disk';
export type { JournalEntry, Journal, Spool, LocalMemory, LocalStop } from './ports/disk';
export type {
  Idempotency,
  Capabilities,
  CallOutcome,
  UndoOutcome,
  Verification,
  CallContext,
  EffectHandle,
  ListedEffect,
  ConnectorHealth,
  Connector,
} from './ports/connector';
export type { BundleName, BundleArchive, BundleFormat } from './ports/bundles';
export type { GuardModule, GuardHost, GuardTrouble, GuardCompiler } from './ports/guards';
export type { InventoryItem, InventoryStore } from './ports/inventory';
export type {
  AlertDocument,
  AlertPosition,
  AlertReader,
  AlertWish,
  MonitorLookup,
  RelatedDocument,
} from './ports/alerting';
export type { ClusterRequest, ClusterAnswer, ClusterTransport } from './ports/cluster';
export { SOURCE_KINDS, SOURCE_LEVELS } from './ports/sources';
export type {
  SourceKind,
  SourceLevel,
  SourceName,
  SourceVersion,
  SourceDocument,
  ListNote,
  SourceList,
  SourceLookup,
  Saved,
  Channel,
  TestSent,
  AlertSources,
} from './ports/sources';
export type {
  BrokerPayload,
  BrokerRecord,
  BrokerBatch,
  Taken,
  BrokerNews,
  BrokerHooks,
  BrokerStream,
} from './ports/brokers';
export type {
  RepositoryPlace,
  RepositoryFault,
  CommitPerson,
  CommitInfo,
  RefusedFile,
  PolicyTree,
  NewCommit,
  PolicyRepository,
} from './ports/git';
export { MESSAGE_TYPES } from './ports/messages';
export type { MessageType, MessageCodec } from './ports/messages';
export type { GuardFault, GuardedRequest, WebhookGuard } from './ports/webhooks';
export type { IndexDocument, IndexReader } from './ports/indices';
