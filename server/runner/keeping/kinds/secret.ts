import type { Sealed } from '../../ports';

/** A secret that was written through Reflex. Only whoever has the key can read what it is, or make another one. */
export interface StoredSecret {
  readonly name: string;
  /** Counts every writing of this name, also over its removal: an older one is known for what it is. */
  readonly version: number;
  readonly by: string;
  /** UTC. */
  readonly at: string;
  /** It was taken away; the document stays, so that nobody brings an older one back unnoticed. */
  readonly removed: boolean;
  readonly sealed: Sealed;
}

export const storedSecretId = (name: string): string => `secret:${name}`;
