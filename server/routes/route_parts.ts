import type { OverviewView, StatusView } from '../../common/api/routes';
import type { Agent } from '../runner/agent/agent';
import type { BacktestDesk } from '../runner/doctrine/backtest/desk';
import type { Doctrine } from '../runner/doctrine/doctrine';
import type { ReleaseDesk } from '../runner/doctrine/releases/release';
import type { SourceDesk } from '../runner/sources/subscriptions/desk';
import type { TrustDesk } from '../runner/doctrine/releases/trust';
import type { AlertIntake } from '../runner/sources/alerts/alert_intake';
import type { InventoryStore, LocalStop } from '../runner/ports';
import type { SourceHealth } from '../runner/sources/source_health';
import type { Webhook } from '../runner/sources/receive_webhook_body';
import type { Binding, Caller } from './bind';

/** Something changed that a page may show. */
export interface Change {
  /** Kind of document or evidence. */
  readonly topic: string;
  readonly id: string;
}

/**
 * What the routes work with; the wiring puts it together. All but the binding is there only once everything is ready,
 * so handlers ask for it when they are called.
 */
export interface RouteParts extends Binding {
  readonly agent: Agent;
  readonly desk: ReleaseDesk;
  readonly trustDesk: TrustDesk;
  readonly backtests: BacktestDesk;
  readonly alerts: AlertIntake;
  readonly sourceHealth: SourceHealth;
  readonly sources: SourceDesk;
  /** A source of the settings that posts here; undefined for a name that there is not. */
  readonly webhook: (name: string) => Webhook | undefined;
  /** Where policies are written; undefined where no repository is kept. */
  readonly doctrine: Doctrine | undefined;
  readonly localStop: LocalStop;
  readonly inventoryStore: InventoryStore;
  /** How this Reflex is, for a caller. */
  readonly status: (caller: Caller | undefined) => Promise<StatusView>;
  readonly overview: () => Promise<OverviewView>;
  /** One scrape for Prometheus. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Calls back with every change until the returned function is called. */
  readonly onChange: (told: (change: Change) => void) => () => void;
  /** Ends the demo; undefined where none runs. */
  readonly endDemo: (() => Promise<number>) | undefined;
  /** True while events from outside are marked as the demo's. */
  readonly demo: () => boolean;
}
