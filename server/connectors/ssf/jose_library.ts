import type * as Jose from 'jose';

type Library = typeof Jose;

let loaded: Library | undefined;

/** The library, loaded where a connector needs it: most installations send no signed events. */
export const joseLibrary = (): Library => {
  // A call that bundlers and Node both understand, and that nothing runs before.
  loaded ??= require('jose') as Library;
  return loaded;
};
