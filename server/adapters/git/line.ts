import type { Objects } from './objects';

/** How a branch is reached: on this disk, or over the network. Failures are thrown as `GitFault` or the library's. */
export interface Line {
  /** The branch's head with everything that belongs to it on this disk; undefined while it is empty. */
  readonly fetch: (objects: Objects) => Promise<string | undefined>;
  /** Moves the branch if its head is still the expected one. */
  readonly publish: (objects: Objects, commit: string, expected: string | undefined) => Promise<'published' | 'moved'>;
}

/** The head that was followed last; the library's own notes of a remote are written before the objects are there. */
export const FOLLOWED = 'refs/reflex/followed';
