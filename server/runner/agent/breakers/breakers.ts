import type { ReminderNotice } from '../../../../common/api/notices';
import type { ConnectorRule } from '../../facts/connector_sights';

/* What trips the breakers of an agent, and who is told (`docs/decisions/060-breakers.md`). */

export interface BreakerRules {
  readonly connector: ConnectorRule;
  /** Connectors with a rule of their own. */
  readonly connectors?: ReadonlyMap<string, ConnectorRule>;
  /** Clearly more than this share of the acts of a policy overridden, from so many acts on; 100 never trips. */
  readonly policy: { readonly overridden_percent: number; readonly acts: number };
  /** The same for the acts that come of one source; missing: nothing trips. */
  readonly source?: { readonly overridden_percent: number; readonly acts: number };
  /** More starts of all connectors within so long stop everything; missing: nothing does. */
  readonly all?: { readonly starts: number; readonly window_ms: number };
}

/** The rule of one connector. */
export const ruleOf = ({ connector, connectors }: BreakerRules, name: string): ConnectorRule =>
  connectors?.get(name) ?? connector;

/**
 * What happened to a breaker.
 *
 * - `tripped`: what it covers stands still
 * - `trial_failed`: it was tried and goes on standing still
 * - `closed`: it works again, by itself
 */
export interface BreakerNotice {
  readonly event: 'tripped' | 'trial_failed' | 'closed';
  /** `connector:<name>`, `policy:<id>`, `source:<type>:<id>` or `all`. */
  readonly scope: string;
  readonly why: string;
  readonly at: string;
  /** Of what tripped it: so many wrong ones of so many since then. */
  readonly wrong: number;
  readonly of: number;
  readonly since: string;
  /** When one act is tried; missing where only a person resets it. */
  readonly probe_at?: string;
}

/** The breakers of one agent. */
export interface Breakers {
  readonly rules: BreakerRules;
  /** Tells whoever wants to know; returns at once and never throws. */
  readonly tell: (notice: BreakerNotice) => void;
  /** Tells the same receiver of what waits for people; returns at once and never throws. */
  readonly remind: (notice: ReminderNotice) => void;
  /** How often each tripped here since the start, by scope. */
  readonly trips: ReadonlyMap<string, number>;
}
