import type { ConnectorPresetView, SecretKeyView, SecretView, StatusView } from '../../common/api/routes';
import type { AskBook } from '../runner/operations/asking/ask_book';
import type { Agent } from '../runner/agent/agent';
import type { AuditRoom } from '../runner/audit/audit_room';
import type { BacktestDesk } from '../runner/doctrine/backtest/desk';
import type { Doctrine } from '../runner/doctrine/doctrine';
import type { ReleaseDesk } from '../runner/doctrine/releases/release';
import type { SourceDesk } from '../runner/sources/subscriptions/desk';
import type { SecretDesk } from '../runner/operations/stored_secrets';
import type { BesideUs } from '../runner/operations/beside_us';
import type { SelfTests } from '../runner/operations/self_tests';
import type { SetupBook } from '../runner/operations/setup/setup_book';
import type { TrustDesk } from '../runner/doctrine/releases/trust';
import type { AlertIntake } from '../runner/sources/alerts/alert_intake';
import type { ConnectorHealths, InventoryStore, OfferedList } from '../runner/ports';
import type { HostStop } from '../runner/session/host_stop';
import type { Readings } from '../runner/sources/reading_book';
import type { TellingBook } from '../runner/sources/outcomes/telling_watch';
import type { HandOverBook } from '../runner/sources/hand_over/hand_over_watch';
import type { SourceHealth } from '../runner/sources/source_health';
import type { IntakeTokens } from '../runner/sources/intake_tokens';
import type { Webhook } from '../runner/sources/receive_webhook_body';
import type { Binding, Caller } from './bind';

/** Something changed that a page may show. */
export interface Change {
  /** Kind of document or evidence. */
  readonly topic: string;
  readonly id: string;
}

/** The secrets of this host, by name and place. */
interface SecretRoom {
  readonly list: () => readonly SecretView[];
  readonly keys: () => readonly SecretKeyView[];
  readonly sealing: SecretDesk['sealing'];
  /** Who of this host uses a stored one. */
  readonly usersOf: (name: string) => readonly string[];
  /** Keeps one out of every shown text from now on. */
  readonly hide: (secret: string) => void;
}

/** What connectors can be made of, without making one. */
export interface ConnectorRoom {
  readonly kinds: () => ReadonlyArray<{
    readonly kind: string;
    readonly title: string;
    /** JSON Schema. */
    readonly parameters: unknown;
  }>;
  /** Configurations for products, written from what their vendors publish. */
  readonly presets: () => readonly ConnectorPresetView[];
  /** Everything that would be wrong with one. Reaches no network, and keeps nothing. */
  readonly check: (config: { readonly name: string; readonly kind: string; readonly parameters: unknown }) => {
    readonly faults: ReadonlyArray<{ readonly path: string; readonly message: string }>;
    readonly actions: readonly string[];
  };
}

/** What routes work with: all of them once everything is ready, some as soon as what needs no OpenSearch works. */
export interface Ready {
  readonly agent: Agent;
  readonly desk: ReleaseDesk;
  readonly trustDesk: TrustDesk;
  readonly backtests: BacktestDesk;
  readonly alerts: AlertIntake;
  readonly sourceHealth: SourceHealth;
  /** How the documents of sources are read. */
  readonly readings: Readings;
  /** Who is told what became of reports. */
  readonly outcomes: Pick<TellingBook, 'list' | 'troubles'>;
  /** Where acts that wait are handed over. */
  readonly handOvers: Pick<HandOverBook, 'list' | 'troubles'>;
  readonly sources: SourceDesk;
  /** How the connectors are. */
  readonly health: ConnectorHealths;
  readonly selfTests: SelfTests;
  readonly besideUs: BesideUs;
  /** Lists that connectors serve; undefined for a name that there is not. */
  readonly blockLists: { readonly named: (name: string) => OfferedList | undefined };
  readonly connectorRoom: ConnectorRoom;
  /** This agent, as the record names it. */
  readonly agentName: string;
  /** What has to be set up, and how it stands. */
  readonly setup: SetupBook;
  /** A source of the settings that posts here; undefined for a name that there is not. */
  readonly webhook: (name: string) => Webhook | undefined;
  /** Where policies are written; undefined where no repository is kept. */
  readonly doctrine: Doctrine | undefined;
  readonly inventoryStore: InventoryStore;
  /** The tokens of the settings. */
  readonly tokens: IntakeTokens;
  /** How much is asked before acting, and what was answered. */
  readonly asks: AskBook;
  /** Where all of this is reached, without an end: `https://reflex.example:5680`. */
  readonly address: string;
  readonly secrets: SecretRoom;
  /** Those that are stored. */
  readonly storedSecrets: SecretDesk['stored'];
  /** Chains and checkpoints, and the checking of both. */
  readonly audit: Pick<AuditRoom, 'view' | 'verify' | 'troubles' | 'figures' | 'anchors'>;
  /** True while events from outside are marked as the demo's. */
  readonly demo: boolean;
}

/** What a route file is registered with; it names what it touches of what is ready. */
export interface Serving<Name extends keyof Ready> extends Binding {
  /**
   * Ask in each request: the demo's end puts others in place.
   *
   * @throws StoreUnavailable while nothing is ready
   */
  readonly ready: () => Pick<Ready, Name>;
  /**
   * The same, also while it waits for OpenSearch: for routes whose contract says `whileStarting`.
   *
   * @throws StoreUnavailable before what needs no OpenSearch works
   */
  readonly standing: () => Pick<Ready, Name>;
}

/** What the wiring registers all routes with. */
export interface RouteParts extends Serving<keyof Ready> {
  /** Takes orders to stop before anything is ready. */
  readonly hostStop: HostStop;
  /** How this Reflex is, for a caller. */
  readonly status: (caller: Caller) => Promise<StatusView>;
  /** One scrape for Prometheus. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Calls back with every change until the returned function is called. */
  readonly onChange: (told: (change: Change) => void) => () => void;
  /** Ends the demo and tells how many documents were cleared; undefined where none runs. */
  readonly endDemo: () => Promise<number | undefined>;
}
