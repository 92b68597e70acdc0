/*
 * Everything that the runner needs from the world. Each port has a contract suite in `test/contracts/` that runs
 * against its real adapter and against the fake that the simulation uses.
 */

export type { Basics, Boot, Clock, Chance, Log } from './basics';
export { RETIRED_KINDS, STATE_SCHEMA, StateReplaced, StateTooNew, StoreUnavailable } from './state';
export type {
  StateKind,
  Version,
  Facets,
  StateBody,
  StateDoc,
  StateWrite,
  WriteOutcome,
  BulkAndDoc,
  StateQuery,
  StateStore,
} from './state';
export { EVIDENCE_FAMILIES, MOST_PART, MOST_WANTED } from './evidence';
export type {
  EvidenceFamily,
  EvidenceEntry,
  OutboxEntry,
  EvidenceQuery,
  EvidenceFound,
  EvidenceGlance,
  EvidenceGlanced,
  EvidenceMatch,
  EvidenceNamed,
  EvidenceNames,
  EvidenceLog,
} from './evidence';
export type {
  AnchoredCheckpoint,
  AppendTried,
  AuditDisk,
  AuditRange,
  AuditReader,
  AuditStamp,
  BegunChain,
  ChainTally,
  CheckpointIndex,
  CheckpointSigner,
  EvidenceChain,
  EvidenceFields,
  FoundRecord,
  FoundStamp,
  KeptLeaf,
  StoredRecord,
} from './audit';
export type {
  AskedList,
  BlockLists,
  ListDocument,
  ListDocuments,
  ListFetch,
  ListHold,
  ListPart,
  OfferedList,
  ServedList,
} from './block_lists';
export type { LogFilter, LogFound, LogQuery, LogSearch } from './log_search';
export { DiskFailed, SpoolRefused } from './disk';
export type { JournalEntry, Journal, Spool, SpoolRefusal, LocalMemory, LocalOrder, LocalStop } from './disk';
export type { Sealed, Sealing, SealingKey, Unsealable } from './sealing';
export { FolderRefused } from './folder';
export type { FolderOrder, FolderPlace, FolderRefusal } from './folder';
export type {
  ActionPromise,
  CallContext,
  CallOutcome,
  Capabilities,
  Connector,
  ConnectorFacts,
  ConnectorHealth,
  ConnectorHealths,
  EffectHandle,
  HostStatus,
  Idempotency,
  ListedEffect,
  Reachability,
  Readiness,
  UndoOutcome,
  Verification,
  WhenOffline,
} from './connector';
export type { BundleName, BundleArchive, BundleFormat } from './bundles';
export type { GuardModule, GuardHost, GuardTrouble, GuardCompiler } from './guards';
export type { OwnFound, OwnSource, OwnThing, ResolveName } from './own_machine';
export type { InventoryItem, InventoryStore } from './inventory';
export type { AlertDocument, AlertPosition, AlertReader, AlertWish, MonitorLookup, RelatedDocument } from './alerting';
export type { ClusterRequest, ClusterAnswer, ClusterTransport } from './cluster';
export { SOURCE_KINDS, SOURCE_LEVELS } from './sources';
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
} from './sources';
export type { BrokerPayload, BrokerRecord, BrokerBatch, Taken, BrokerNews, BrokerHooks, BrokerStream } from './brokers';
export type {
  RepositoryPlace,
  RepositoryFault,
  CommitPerson,
  CommitInfo,
  RefusedFile,
  PolicyTree,
  NewCommit,
  PolicyRepository,
} from './git';
export { MESSAGE_TYPES } from './messages';
export type { MessageType, MessageCodec } from './messages';
export { SIGNATURE_ALGORITHMS } from './webhooks';
export type { GuardFault, GuardedRequest, SignatureAlgorithm, WebhookGuard } from './webhooks';
export type { IndexDocument, IndexReader } from './indices';
export { HAND_OVER_KINDS } from './hand_over';
export type { HandedOver, HandOverChannel, HandOverKind } from './hand_over';
export { CHANNEL_KINDS } from './outcomes';
export type {
  AcknowledgeAlert,
  AlertToAcknowledge,
  ChannelKind,
  FedRecord,
  OutcomeChannel,
  OutcomeFeed,
  PlacedDecision,
  Told,
} from './outcomes';
export type { ClusterLook, FolderLook, IndexLook, IndicesLook, OwnAccount, RightProbe } from './setup';
