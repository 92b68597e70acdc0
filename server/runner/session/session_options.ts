import type { SessionContent } from '../keeping/kinds/session';
import type { Basics, StateStore } from '../ports';
import type { HostStop } from './host_stop';

/** With what a session works. */
export interface SessionOptions {
  readonly store: StateStore;
  readonly basics: Basics;
  readonly name: {
    readonly agent: string;
    readonly host: string;
    readonly roles: readonly string[];
    readonly engineDigest: string;
  };
  /** Figures that the heartbeat carries along. */
  readonly vitals: () => Pick<SessionContent, 'bundle_version' | 'copied_through' | 'counters'>;
  /** The generation that this agent knows; another one stops it. Undefined at the very first start. */
  readonly generation: string | undefined;
  /** The state schema that it speaks; default this version's. */
  readonly schema?: number | undefined;
  /** False while this machine's clock is more than the stated skew off, or jumped back. */
  readonly clockTrusted: () => boolean;
  /** Orders to stop that are not in the gate yet. */
  readonly hostStop: HostStop;
}
