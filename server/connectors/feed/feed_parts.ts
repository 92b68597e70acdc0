import type { Entries } from './entry';
import type { FeedStore } from './feed_store';
import type { Format } from './render';

/** A firewall or a resolver that fetches the list. */
export interface Device {
  readonly name: string;
  readonly format: Format;
  /** It may show its token at the end of the address. */
  readonly inPath: boolean;
  readonly token: () => string;
}

/** Everything that one feed connector works with. */
export interface FeedParts {
  readonly name: string;
  readonly store: FeedStore;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  readonly entries: Entries;
  readonly networks: boolean;
  readonly ipv6: boolean;
  /** What the smallest table of a device holds. */
  readonly mostEntries: number;
  readonly devices: readonly Device[];
  readonly pollMs: number;
  /** A device that has not fetched for longer is silent, ms. */
  readonly silentMs: number;
  /** While OpenSearch is away, what was last read is served for so long, ms. */
  readonly staleMs: number;
  readonly graceMs: number;
}
