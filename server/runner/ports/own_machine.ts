import type { OwnThing } from '../../engine/entity/own_index';

export type { OwnThing };

/** What one place said belongs to this installation. */
export interface OwnFound {
  readonly things: readonly OwnThing[];
  /** What could not be found here, in sentences for people. */
  readonly missing: readonly string[];
}

/** One place that says what belongs to this installation: the machine itself, its settings, OpenSearch. */
export interface OwnSource {
  readonly name: string;
  /** @throws Error, `StoreUnavailable` among them, where it cannot say so now; it is asked again */
  readonly look: () => Promise<OwnFound>;
}

/** Finds the addresses that a name has now. */
export type ResolveName = (name: string) => Promise<readonly string[]>;
