import { durableFiles } from './durable_files';

/** What every call of the library takes: where objects are, and what it may remember while one piece of work lasts. */
export interface Objects {
  readonly fs: typeof durableFiles;
  readonly gitdir: string;
  readonly cache: object;
}

/** For one piece of work: what the library remembers grows without end. */
export const objectsIn = (gitdir: string): Objects => ({ fs: durableFiles, gitdir, cache: {} });
