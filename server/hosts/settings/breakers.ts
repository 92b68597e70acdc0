import type * as t from 'io-ts';
import { number, record } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { present } from '../../../common/present';
import { ToWebhook, webhookFaults, type WaysToTell } from './outcomes';

/* What Reflex stops by itself, and who is told (`docs/guides/stop.md`). */

/** 100 switches a breaker off: more than all cannot be. */
const percent = number({ min: 1, max: 100 });
const few = number({ min: 1, max: 10_000, integer: true });

/** When the breaker of a connector trips, and for how long nothing is tried. */
export const ConnectorBreakerFile = record(
  {},
  {
    error_percent: percent,
    at_least: number({ min: 2, max: 100, integer: true }),
    window_minutes: number({ min: 1, max: 1_440 }),
    wait_seconds: number({ min: 5, max: 1_800 }),
  },
);
type ConnectorGiven = t.TypeOf<typeof ConnectorBreakerFile>;

export const BreakersFile = record(
  {},
  {
    connector: ConnectorBreakerFile,
    policy: record({}, { overridden_percent: percent, acts: few }),
    source: record({}, { overridden_percent: percent, acts: few }),
    all: record(
      { starts: number({ min: 1, max: 1_000_000, integer: true }) },
      { minutes: number({ min: 1, max: 1_440 }) },
    ),
    tell: record({ webhook: ToWebhook }),
  },
);
type BreakersGiven = t.TypeOf<typeof BreakersFile>;

export interface ConnectorBreakerSettings {
  readonly errorPercent: number;
  readonly atLeast: number;
  readonly windowMinutes: number;
  readonly waitSeconds: number;
}

export interface BreakerSettings {
  readonly connector: ConnectorBreakerSettings;
  readonly policy: { readonly overriddenPercent: number; readonly acts: number };
  readonly source: { readonly overriddenPercent: number; readonly acts: number };
  /** Missing: however much is started stops nothing. */
  readonly all?: { readonly starts: number; readonly minutes: number };
  readonly webhook?: WaysToTell['webhook'];
}

const DEFAULT_MINUTES = 10;

/** The settings of one connector's breaker: what it does not say itself is as for all. */
export const connectorBreaker = (
  own: ConnectorGiven | undefined,
  all: ConnectorBreakerSettings,
): ConnectorBreakerSettings => ({
  errorPercent: own?.error_percent ?? all.errorPercent,
  atLeast: own?.at_least ?? all.atLeast,
  windowMinutes: own?.window_minutes ?? all.windowMinutes,
  waitSeconds: own?.wait_seconds ?? all.waitSeconds,
});

const USUAL: ConnectorBreakerSettings = {
  errorPercent: 30,
  atLeast: 5,
  windowMinutes: DEFAULT_MINUTES,
  waitSeconds: 30,
};

export const breakerSettings = ({ connector, policy, source, all, tell }: BreakersGiven = {}): BreakerSettings => ({
  connector: connectorBreaker(connector, USUAL),
  policy: { overriddenPercent: policy?.overridden_percent ?? 20, acts: policy?.acts ?? 10 },
  source: { overriddenPercent: source?.overridden_percent ?? 20, acts: source?.acts ?? 10 },
  ...present({
    all: all && { starts: all.starts, minutes: all.minutes ?? DEFAULT_MINUTES },
    webhook: tell?.webhook,
  }),
});

export const breakerFaults = ({ tell }: BreakersGiven = {}): readonly BadField[] =>
  tell === undefined ? [] : webhookFaults(tell.webhook, 'breakers.tell.webhook');
