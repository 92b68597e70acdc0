import type * as t from 'io-ts';
import { number } from '../../../common/codec/codecs';
import { present } from '../../../common/present';
import type { ConnectorBreakerFile } from './breakers';

/** How often targets are asked whether live effects are still there. */
export interface VerifySettings {
  /** Seconds between two questions about one effect. */
  readonly verifyEveryS: number;
}

/** One connector of the settings. */
export interface ConnectorSettings {
  readonly name: string;
  readonly kind: string;
  readonly parameters: unknown;
  /** Its own pace, where it has one. */
  readonly verifyEveryS?: number;
  /** When its own breaker trips, where that is not as for all. */
  readonly breaker?: t.TypeOf<typeof ConnectorBreakerFile>;
}

const DEFAULT_S = 300;

/** Not more often than a target can bear, and at least once a day: an effect that nobody looks at is only believed. */
export const VerifyEvery = number({ min: 10, max: 86_400 });

export const verifySettings = (
  given: { readonly verify_every_s?: number | undefined } | undefined,
): VerifySettings => ({
  verifyEveryS: given?.verify_every_s ?? DEFAULT_S,
});

export const connectorSettings = ({
  name,
  kind,
  parameters,
  verify_every_s,
  breaker,
}: {
  readonly name: string;
  readonly kind: string;
  readonly parameters?: unknown;
  readonly verify_every_s?: number | undefined;
  readonly breaker?: ConnectorSettings['breaker'] | undefined;
}): ConnectorSettings => ({
  name,
  kind,
  parameters: parameters ?? {},
  ...present({ verifyEveryS: verify_every_s, breaker }),
});

/** The pace at which each connector is asked, ms. */
export const verifyEveryMs =
  ({
    containments,
    connectors,
  }: {
    readonly containments: VerifySettings;
    readonly connectors: readonly ConnectorSettings[];
  }): ((connector: string) => number) =>
  (connector) => {
    const own = connectors.find(({ name }) => name === connector)?.verifyEveryS;
    return (own ?? containments.verifyEveryS) * 1_000;
  };
