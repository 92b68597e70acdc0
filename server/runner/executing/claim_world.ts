import { present } from '../../../common/present';
import type { BrakeRules, ConnectorOffer, ScopeFacts } from '../../engine/brakes/clear';
import type { PeopleHere } from '../../engine/brakes/people_here';
import type { Breaker } from '../../engine/brakes/ordered_stop';
import type { OwnMachine } from '../../engine/brakes/own_machine';
import type { Effect } from '../../engine/execution/effect';
import type { JournalStamp } from '../keeping/kinds/effect';
import type { WordBook } from '../facts/words';
import type { Basics, Clock, Connector, Journal, Readiness } from '../ports';
import type { NoPermit, Session } from '../session/session';
import { ACKNOWLEDGE_AFTER_MS } from '../session/session_times';
import type { BundleKeeper } from '../trust/bundle_keeper';
import type { AskedBook } from './asked_book';
import type { LedgerSights } from './ledger_sights';

/** What the brakes are asked with. */
interface BrakesNow {
  readonly rules: BrakeRules;
  readonly connectors: readonly ConnectorOffer[];
  readonly scopes: ScopeFacts;
  readonly own: OwnMachine;
  readonly people: PeopleHere;
  readonly words: WordBook;
  readonly isStopped: (action: string, connector: string | null, policy: string, source?: string) => boolean;
  /** The breaker that alone stops an act; undefined where a person stopped it too. */
  readonly breakerAt?: (
    action: string,
    connector: string | null,
    policy: string,
    source?: string,
  ) => Breaker | undefined;
  /** How many questions this agent asked people within so long, ms. */
  readonly asked: (withinMs: number) => number;
  /** Why this agent may start nothing at all right now, apart from a kill switch. */
  readonly standstill: () => string | undefined;
}

/** Whether a target that ends effects by itself can be told that one ends later. */
export const canBeTold = ({ capabilities, extend }: Pick<Connector, 'capabilities' | 'extend'>): boolean =>
  extend !== undefined || capabilities.idempotency !== 'none';

/**
 * `when_told`: only Reflex ends effects there. `by_itself`: the target ends them when it was told to, and can be told a
 * later end. `for_good`: it ends them by itself, and cannot be told.
 */
export type EndsHow = 'when_told' | 'by_itself' | 'for_good';

/** What is known of effects and ledgers besides what their documents say. */
interface KnownNow {
  readonly isDead: (session: string) => boolean;
  /** What was counted within so long, ms, was lost when the state was adopted. */
  readonly isForgotten: (withinMs: number) => boolean;
  /** This agent began to undo it alone, while OpenSearch was away. */
  readonly isUndoneOffline: (id: string, effect: Effect) => boolean;
  /** How the target of a connector takes a further reason: see `EndsHow`. */
  readonly endsHow: (connector: string) => EndsHow;
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
  /** What entries of the undo journal say of the state and of this machine. */
  readonly stamp: Pick<JournalStamp, 'generation' | 'boot'>;
}

/** From what the world of a claim is read. */
export interface WorldPorts {
  readonly session: Pick<
    Session,
    'id' | 'gate' | 'adoptedForMs' | 'isStopped' | 'breakerAt' | 'deadForMs' | 'noPermit'
  >;
  readonly bundles: Pick<BundleKeeper, 'brakeRules'>;
  readonly inventory: ScopeFacts;
  readonly own: OwnMachine;
  readonly people: PeopleHere;
  readonly words: WordBook;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** Missing where nobody asks the targets before they are needed. */
  readonly readiness?: Readiness | undefined;
  readonly journal: Pick<Journal, 'ofEffect'>;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
  readonly ledgerSights: Pick<LedgerSights, 'ledgerIn'>;
  readonly asked: Pick<AskedBook, 'within'>;
  readonly diskTrouble: () => string | undefined;
}

const offersOf = ({ connectors, readiness }: Pick<WorldPorts, 'connectors' | 'readiness'>): readonly ConnectorOffer[] =>
  [...connectors.values()].map(({ name, capabilities }) => ({
    name,
    actions: capabilities.actions,
    settleMs: capabilities.settle_time_ms,
    ...present({ cannot: readiness && ((action: string) => readiness.cannot(name, action)) }),
  }));

/** Which reasons of an effect this agent began to undo alone, while OpenSearch was away. */
const undoneOffline = (
  journal: Pick<Journal, 'ofEffect'>,
  id: string,
  { reasons }: Pick<Effect, 'reasons'>,
): Effect['reasons'] => {
  const marked = journal.ofEffect(id).filter((entry) => entry.undone_offline === true);
  const ids = new Set(marked.map((entry) => entry.command_id));
  return reasons.filter(({ command }) => ids.has(command.command_id));
};

/** This agent began to undo an effect alone; the document does not say so yet. Nobody may join it any more. */
export const isUndoneOffline = (...asked: Parameters<typeof undoneOffline>): boolean =>
  undoneOffline(...asked).length > 0;

/**
 * This agent began to undo an effect alone, and none of its reasons holds. INVARIANT (INV-4): of an effect that was
 * adopted this journal may know one reason only, of a claim that never landed. The others end in their own time.
 */
export const isEndedOffline = (...[journal, id, effect]: Parameters<typeof undoneOffline>): boolean => {
  const { length } = undoneOffline(journal, id, effect);
  return length > 0 && length === effect.reasons.length;
};

const DISK_FULL = 'the disk of this host cannot be written: without its undo journal it may start nothing';

/** What entries of the undo journal say of the state and of this machine, as both are now. */
export const stampOf = (generation: string | undefined, { boot }: Pick<Clock, 'boot'>): ClaimWorld['stamp'] =>
  present({ generation, boot: boot?.() });

/** Why a claim is held, by what the session lacks. Nothing is reserved for what may not start anyway. */
const HELD: Readonly<Record<NoPermit, string>> = {
  not_joined: 'this agent has not joined yet',
  lost: 'this agent has lost its session and joins again',
  clock_off: 'the clock of this agent is off: it may start nothing until it agrees with the node',
  permit_lapsed: 'this agent may start nothing: OpenSearch has not confirmed its heartbeat in time',
};

/** What a claim is judged against, as it is now. */
export const claimWorld = (ports: WorldPorts): ClaimWorld => {
  const { session, bundles, inventory, own, people, words, connectors, readiness } = ports;
  const { journal, basics, ledgerSights, asked, diskTrouble } = ports;
  const now = basics.clock.utc();
  const heldBy = (lack: NoPermit | undefined): string | undefined => lack && HELD[lack];
  return {
    session: session.id,
    brakes: {
      rules: bundles.brakeRules(now),
      connectors: offersOf({ connectors, readiness }),
      scopes: inventory,
      own,
      people,
      words,
      isStopped: (...act) => session.isStopped(...act),
      breakerAt: (...act) => session.breakerAt(...act),
      asked: asked.within,
      standstill: () => heldBy(session.noPermit()) ?? (diskTrouble() === undefined ? undefined : DISK_FULL),
    },
    known: {
      isDead: (id) => session.deadForMs(id) !== undefined,
      // Who did not know of the adoption yet may have started something until its permit lapsed.
      isForgotten: (withinMs) => (session.adoptedForMs ?? Infinity) < withinMs + ACKNOWLEDGE_AFTER_MS,
      isUndoneOffline: (id, effect) => isUndoneOffline(journal, id, effect),
      endsHow: (name) => {
        const connector = connectors.get(name);
        if (connector === undefined) return 'for_good';
        if (!connector.capabilities.native_ttl) return 'when_told';
        return canBeTold(connector) ? 'by_itself' : 'for_good';
      },
      ledgerIn: ledgerSights.ledgerIn,
    },
    uuid: basics.chance.uuid,
    now,
    stamp: stampOf(session.gate?.generation, basics.clock),
  };
};
