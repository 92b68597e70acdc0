import type * as t from 'io-ts';
import { number, record } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { present } from '../../../common/present';
import { ToWebhook, webhookFaults, type WaysToTell } from './outcomes';

/* What Reflex stops by itself, and who is told (`docs/guides/stop.md`). */

/** 100 switches a breaker off: more than all cannot be. */
const percent = number({ min: 1, max: 100 });
const few = number({ min: 1, max: 10_000, integer: true });

export const BreakersFile = record(
  {},
  {
    connector: record(
      {},
      {
        error_percent: percent,
        at_least: number({ min: 2, max: 100, integer: true }),
        window_minutes: number({ min: 1, max: 1_440 }),
        wait_seconds: number({ min: 5, max: 1_800 }),
      },
    ),
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

export interface BreakerSettings {
  readonly connector: {
    readonly errorPercent: number;
    readonly atLeast: number;
    readonly windowMinutes: number;
    readonly waitSeconds: number;
  };
  readonly policy: { readonly overriddenPercent: number; readonly acts: number };
  readonly source: { readonly overriddenPercent: number; readonly acts: number };
  /** Missing: however much is started stops nothing. */
  readonly all?: { readonly starts: number; readonly minutes: number };
  readonly webhook?: WaysToTell['webhook'];
}

const DEFAULT_MINUTES = 10;

export const breakerSettings = ({ connector, policy, source, all, tell }: BreakersGiven = {}): BreakerSettings => ({
  connector: {
    errorPercent: connector?.error_percent ?? 30,
    atLeast: connector?.at_least ?? 5,
    windowMinutes: connector?.window_minutes ?? DEFAULT_MINUTES,
    waitSeconds: connector?.wait_seconds ?? 30,
  },
  policy: { overriddenPercent: policy?.overridden_percent ?? 20, acts: policy?.acts ?? 10 },
  source: { overriddenPercent: source?.overridden_percent ?? 20, acts: source?.acts ?? 10 },
  ...present({
    all: all && { starts: all.starts, minutes: all.minutes ?? DEFAULT_MINUTES },
    webhook: tell?.webhook,
  }),
});

export const breakerFaults = ({ tell }: BreakersGiven = {}): readonly BadField[] =>
  tell === undefined ? [] : webhookFaults(tell.webhook, 'breakers.tell.webhook');
