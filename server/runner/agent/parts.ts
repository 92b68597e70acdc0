import type { RetryRules } from '../../engine/execution/retry';
import type { Model } from '../../engine/decision/model';
import type { Grants } from '../../engine/intake/voice';
import type { AskedBook } from '../executing/asked_book';
import type { LedgerSights } from '../executing/ledger_sights';
import type { AbsenceBook } from '../facts/absences';
import type { OwnMachineKeeper } from '../facts/own_machine';
import type { WordBook } from '../facts/words';
import type { PeopleBook } from '../facts/people_here';
import type { ConnectorSights } from '../facts/connector_sights';
import type { HistoryBook } from '../facts/history';
import type { InventoryKeeper } from '../facts/inventory';
import type { ReachBook } from '../executing/reach_book';
import type { SwitchBook } from '../facts/switches';
import type { FailingBook } from '../facts/failing_detections';
import type { LookupDesk } from '../facts/look_ups';
import type { AllowedSearches } from '../facts/log_searches';
import type { Rollouts } from '../facts/rollouts';
import type { CommitQueue } from '../keeping/commit_queue';
import type { EvidenceCopier } from '../keeping/evidence_copier';
import type { Quiet } from '../keeping/quiet';
import type { Basics, Connector, EvidenceLog, GuardHost, Journal, Readiness, StateStore } from '../ports';
import type { Session } from '../session/session';
import type { BundleKeeper } from '../trust/bundle_keeper';
import type { Breakers } from './breakers/breakers';
import type { ReminderBook } from './reminder_book';
import type { UndoSuspensions } from '../undoing/undo_suspensions';
import type { GuardBook } from '../trust/guard_book';

/** Where an agent writes: the state, the evidence, its own undo journal. */
export interface Stores {
  /** Whether others may have written something; missing: they may at any time. */
  readonly quiet?: Quiet;
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly journal: Journal;
}

/** What decides in an agent. */
export interface Judgement {
  readonly bundles: BundleKeeper;
  /** Where Rego guards are asked; without it every act that a guard speaks of goes to a person. */
  readonly guards?: GuardHost;
  /** Texts and modules of guards, those in force and those that are to be. */
  readonly guardBook: GuardBook;
  readonly model: () => Model;
  readonly engineDigest: string;
}

/** What an agent knows of the world. */
interface Knowledge {
  readonly inventory: InventoryKeeper;
  /** What people said about targets. */
  readonly words: WordBook;
  /** Which approvers are away, and who stands in for them. */
  readonly absences: AbsenceBook;
  /** Who is logged in to this host. */
  readonly people: PeopleBook;
  /** What belongs to this machine and all that it needs. */
  readonly own: OwnMachineKeeper;
  readonly history: HistoryBook;
  /** Where declared searches may look, and who looks; without it they have no answer. */
  readonly searches?: AllowedSearches;
  /** Asks what policies declare as look-ups. */
  readonly lookUps: LookupDesk;
  /** What each source may say. */
  readonly grants: Grants;
  /** Which sources are switched off. */
  readonly switches: SwitchBook;
  /** Which effects are not undone by themselves for now. */
  readonly suspensions: UndoSuspensions;
  /** Which monitors fail. */
  readonly failing: FailingBook;
  /** How the connectors of this agent work. */
  readonly connectorSights: ConnectorSights;
  /** What this agent has seen of the ledgers. */
  readonly ledgerSights: LedgerSights;
  /** Missing: no second opinions are asked. */
  readonly secondOpinions?: SecondOpinionRules | undefined;
  /** What people were told again of. */
  readonly reminders: ReminderBook;
  /** When this agent asked people a question. */
  readonly asked: AskedBook;
  /** Which rollouts have stopped themselves. */
  readonly rollouts: Rollouts;
  /** False while UTC of this machine cannot be relied on; then nothing starts, and nothing is undone by UTC. */
  readonly clockTrusted: () => boolean;
  /** Why the local disk cannot be written; undefined while it can. Without the undo journal nothing starts. */
  readonly diskTrouble: () => string | undefined;
}

/** What part of people's answers is asked of somebody else afterwards. */
export interface SecondOpinionRules {
  /** Of all answers, 0 to 100. */
  readonly percent: number;
}

/** The targets that an agent acts at. */
export interface Targets {
  /** What the engine stops by itself; missing: nothing. */
  readonly breakers?: Breakers | undefined;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** Which hosts can be reached; missing where nobody looks: then no host is. */
  readonly reach?: ReachBook | undefined;
  /** Missing where nobody asks the targets before they are needed. */
  readonly readiness?: Readiness | undefined;
  readonly retry: RetryRules;
  /** How often a connector is asked whether a live effect is still there, ms; default five minutes. */
  readonly verifyEveryMs?: ((connector: string) => number) | undefined;
}

/** What outlives a session. Only the agent has all of it: every function says which part it uses. */
export interface AgentParts extends Basics, Stores, Judgement, Knowledge, Targets {
  /** Told when something changed that a page may show; `topic` is a kind of document. */
  readonly changed: (topic: string, id: string) => void;
}

/** What one session works with besides. */
interface SessionParts {
  readonly session: Session;
  readonly commits: CommitQueue;
  readonly copier: EvidenceCopier;
}

export interface ShiftParts extends AgentParts, SessionParts {}
