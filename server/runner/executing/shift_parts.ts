import type { RetryRules } from '../../engine/execution/retry';
import type { Model } from '../../engine/decision/model';
import type { HistoryBook } from '../facts/history';
import type { InventoryKeeper } from '../facts/inventory';
import type { Rollouts } from '../facts/rollouts';
import type { CommitQueue } from '../keeping/commit_queue';
import type { EvidenceCopier } from '../keeping/evidence_copier';
import type { Chance, Clock, Connector, EvidenceLog, GuardHost, Journal, Log, StateStore } from '../ports';
import type { Session } from '../session/session';
import type { BundleKeeper } from '../trust/bundle_keeper';
import type { GuardBook } from '../trust/guard_book';

/** What outlives a session: ports, and what this agent knows. */
export interface AgentParts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly bundles: BundleKeeper;
  readonly inventory: InventoryKeeper;
  readonly history: HistoryBook;
  readonly model: () => Model;
  /** Which rollouts have stopped themselves. */
  readonly rollouts: Rollouts;
  readonly engineDigest: string;
  readonly retry: RetryRules;
  /** Where Rego guards are asked; without it every act that a guard speaks of goes to a person. */
  readonly guards?: GuardHost;
  /** Texts and modules of guards, those in force and those that are to be. */
  readonly guardBook: GuardBook;
  /** False while UTC of this machine cannot be relied on; then nothing starts, and nothing is undone by UTC. */
  readonly clockTrusted: () => boolean;
  /** Told when something changed that a page may show; `topic` is a kind of document. */
  readonly changed: (topic: string, id: string) => void;
}

/** What one session works with. */
export interface ShiftParts extends AgentParts {
  readonly session: Session;
  readonly commits: CommitQueue;
  readonly copier: EvidenceCopier;
}
