import { iso } from '../../../common/iso';
import type { Abilities, SessionContent } from '../keeping/kinds/session';
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
  /** What it can do, as others must know it. */
  readonly abilities?: Abilities;
  /** Figures that the heartbeat carries along. */
  readonly vitals: () => Pick<
    SessionContent,
    'bundle_version' | 'copied_through' | 'counters' | 'holds' | 'live' | 'people' | 'stands_on'
  >;
  /** The generation that this agent knows; another one stops it. Undefined at the very first start. */
  readonly generation: string | undefined;
  /** The state schema that it speaks; default this version's. */
  readonly schema?: number | undefined;
  /** False while this machine's clock is more than the stated skew off, or jumped back. */
  readonly clockTrusted: () => boolean;
  /** Orders to stop that are not in the gate yet. */
  readonly hostStop: HostStop;
}

/** What the document of a session holds when it begins. */
export const firstContent = (id: string, { basics, name, abilities, vitals }: SessionOptions): SessionContent => {
  const { engineDigest, ...named } = name;
  return {
    id,
    ...named,
    started_at: iso(basics.clock.utc()),
    n: 0,
    dead: false,
    order_epoch: 0,
    seen_epoch: 0,
    engine_digest: engineDigest,
    ...abilities,
    ...vitals(),
  };
};
