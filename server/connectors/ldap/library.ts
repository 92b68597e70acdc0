import type * as Ldapts from 'ldapts';

type Library = typeof Ldapts;

let loaded: Library | undefined;

/** The library, loaded where a connector needs it: most installations have no directory. */
export const ldapts = (): Library => {
  // A call that bundlers and Node both understand, and that nothing runs before.
  loaded ??= require('ldapts') as Library;
  return loaded;
};
