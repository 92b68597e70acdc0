/*
 * Everything that the runner needs from the world. Each port has a contract suite in `test/contracts/` that runs
 * against its real adapter and against the fake that the simulation uses.
 */

export type { Clock, Chance, Log } from './ports/basics';
export { STATE_KINDS, StoreUnavailable } from './ports/state';
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
export type { BundleName, BundleArchive } from './ports/bundles';
export type { InventoryItem, InventoryStore } from './ports/inventory';
export type { AlertPosition, AlertDocument, AlertReader } from './ports/alerting';
export type { ClusterRequest, ClusterAnswer, ClusterTransport } from './ports/cluster';
