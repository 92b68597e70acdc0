import type { BrakeRules, ConnectorOffer } from '../engine/brakes/clear';
import type { Effect } from '../engine/execution/effect';
import type { RetryRules } from '../engine/execution/retry';
import type { ClaimWorld } from './claim';
import type { CommitQueue } from './commit_queue';
import { SessionLost } from './session_lost';
import type { EvidenceCopier } from './evidence_copier';
import type { HistoryBook } from './history';
import type { InventoryKeeper } from './inventory';
import type { BundleKeeper } from './bundle_keeper';
import type { GuardBook } from './guard_book';
import type { Rollouts } from './shadow/rollouts';
import type { Model } from '../engine/decision/model';
import {
  StoreUnavailable,
  type Chance,
  type Clock,
  type Connector,
  type EvidenceLog,
  type GuardHost,
  type Journal,
  type Log,
  type StateStore,
} from './ports';
import type { Session } from './session';

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

/** What belongs to this session and nobody looks after for so long was dropped by a failure: it is picked up, ms. */
export const ORPHAN_AFTER_MS = 15_000;

/** Remembers since when something of ours is without care, so that work in flight is not taken for an orphan. */
export class Orphans {
  private readonly since = new Map<string, number>();

  /** The ones among `found` that have been without care for long enough at `now` (monotonic ms). */
  overdue(found: readonly string[], now: number): readonly string[] {
    for (const id of this.since.keys()) if (!found.includes(id)) this.since.delete(id);
    for (const id of found) if (!this.since.has(id)) this.since.set(id, now);
    return found.filter((id) => now - (this.since.get(id) ?? now) >= ORPHAN_AFTER_MS);
  }
}

/** Clocks of machines may differ by this much, ms. */
export const CLOCK_SKEW_MS = 5_000;

export const isoOf = (clock: Clock): string => new Date(clock.utc()).toISOString();

export const offersOf = (connectors: ReadonlyMap<string, Connector>): readonly ConnectorOffer[] =>
  [...connectors.values()].map(({ name, capabilities }) => ({
    name,
    actions: capabilities.actions,
    settleMs: capabilities.settle_time_ms,
  }));

/** This agent began to undo an effect alone, while OpenSearch was away; the document does not say so yet. */
export const isUndoneOffline = ({ journal }: Pick<AgentParts, 'journal'>, { reasons }: Effect): boolean =>
  journal
    .open()
    .some(
      (entry) =>
        entry.undone_offline === true && reasons.some(({ command }) => command.command_id === entry.command_id),
    );

/** What a claim is judged against, as it is now. */
export const claimWorld = (parts: ShiftParts): ClaimWorld => ({
  session: parts.session.id,
  rules: brakeRules(parts),
  connectors: offersOf(parts.connectors),
  scopes: parts.inventory,
  isStopped: (action, connector) => parts.session.isStopped(action, connector),
  standstill: () =>
    parts.clockTrusted()
      ? undefined
      : 'the clock of this agent is off: it may start nothing until it agrees with the node',
  isDead: (session) => parts.session.deadForMs(session) !== undefined,
  isForgotten: (withinMs) => {
    const adopted = parts.session.gate?.adopted;
    return adopted !== undefined && parts.clock.utc() - Date.parse(adopted.at) < withinMs + CLOCK_SKEW_MS;
  },
  isUndoneOffline: (effect) => isUndoneOffline(parts, effect),
  uuid: parts.chance.uuid,
  now: parts.clock.utc(),
});

/** What the bundle in force tells the brakes now. */
export const brakeRules = (parts: AgentParts): BrakeRules => parts.bundles.brakeRules(parts.clock.utc());

/** Runs background work whose failure must not pass in silence; a lost session or store is no failure of its own. */
export const inBackground = (parts: Pick<AgentParts, 'log'>, what: string, work: Promise<unknown>): void => {
  work.catch((cause: unknown) => {
    if (cause instanceof SessionLost || cause instanceof StoreUnavailable) return;
    parts.log.error(`${what} failed`, { why: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
  });
};
