import type { BrakeRules, ConnectorOffer, ScopeFacts } from '../../engine/brakes/clear';
import type { Effect } from '../../engine/execution/effect';
import type { Basics, Connector, Journal } from '../ports';
import type { NoPermit, Session } from '../session/session';
import { CLOCK_SKEW_MS } from '../session/session_times';
import type { BundleKeeper } from '../trust/bundle_keeper';
import type { LedgerSights } from './ledger_sights';

/** What the brakes are asked with. */
interface BrakesNow {
  readonly rules: BrakeRules;
  readonly connectors: readonly ConnectorOffer[];
  readonly scopes: ScopeFacts;
  readonly isStopped: (action: string, connector: string | null) => boolean;
  /** Why this agent may start nothing at all right now, apart from a kill switch. */
  readonly standstill: () => string | undefined;
}

/** What is known of effects and ledgers besides what their documents say. */
interface KnownNow {
  readonly isDead: (session: string) => boolean;
  /** What was counted within so long, ms, was lost when the state was adopted. */
  readonly isForgotten: (withinMs: number) => boolean;
  /** This agent began to undo it alone, while OpenSearch was away. */
  readonly isUndoneOffline: (effect: Effect) => boolean;
  /** A ledger as old as this agent knows it to be. */
  readonly ledgerIn: LedgerSights['ledgerIn'];
}

/** What a claim is judged against. */
export interface ClaimWorld {
  readonly session: string;
  readonly brakes: BrakesNow;
  readonly known: KnownNow;
  readonly uuid: () => string;
  /** UTC, ms. */
  readonly now: number;
}

/** From what the world of a claim is read. */
export interface WorldPorts {
  readonly session: Pick<Session, 'id' | 'gate' | 'isStopped' | 'deadForMs' | 'noPermit'>;
  readonly bundles: Pick<BundleKeeper, 'brakeRules'>;
  readonly inventory: ScopeFacts;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly journal: Pick<Journal, 'open'>;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
  readonly ledgerSights: Pick<LedgerSights, 'ledgerIn'>;
}

const offersOf = (connectors: ReadonlyMap<string, Connector>): readonly ConnectorOffer[] =>
  [...connectors.values()].map(({ name, capabilities }) => ({
    name,
    actions: capabilities.actions,
    settleMs: capabilities.settle_time_ms,
  }));

/** This agent began to undo an effect alone, while OpenSearch was away; the document does not say so yet. */
export const isUndoneOffline = (journal: Pick<Journal, 'open'>, { reasons }: Pick<Effect, 'reasons'>): boolean =>
  journal
    .open()
    .some(
      (entry) =>
        entry.undone_offline === true && reasons.some(({ command }) => command.command_id === entry.command_id),
    );

/** Why a claim is held, by what the session lacks. Nothing is reserved for what may not start anyway. */
const HELD: Readonly<Record<NoPermit, string>> = {
  not_joined: 'this agent has not joined yet',
  lost: 'this agent has lost its session and joins again',
  clock_off: 'the clock of this agent is off: it may start nothing until it agrees with the node',
  permit_lapsed: 'this agent may start nothing: OpenSearch has not confirmed its heartbeat in time',
};

/** What a claim is judged against, as it is now. */
export const claimWorld = (ports: WorldPorts): ClaimWorld => {
  const { session, bundles, inventory, connectors, journal, basics, ledgerSights } = ports;
  const now = basics.clock.utc();
  const { adopted } = session.gate ?? {};
  const heldBy = (lack: NoPermit | undefined): string | undefined => lack && HELD[lack];
  return {
    session: session.id,
    brakes: {
      rules: bundles.brakeRules(now),
      connectors: offersOf(connectors),
      scopes: inventory,
      isStopped: (action, connector) => session.isStopped(action, connector),
      standstill: () => heldBy(session.noPermit()),
    },
    known: {
      isDead: (id) => session.deadForMs(id) !== undefined,
      isForgotten: (withinMs) => adopted !== undefined && now - Date.parse(adopted.at) < withinMs + CLOCK_SKEW_MS,
      isUndoneOffline: (effect) => isUndoneOffline(journal, effect),
      ledgerIn: ledgerSights.ledgerIn,
    },
    uuid: basics.chance.uuid,
    now,
  };
};
