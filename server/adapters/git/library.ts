import type * as IsomorphicGit from 'isomorphic-git';

type Library = typeof IsomorphicGit;

let loaded: Library | undefined;

/** The library, loaded when it is first needed: deciding takes no Git. */
export const git = (): Library => {
  // A call that bundlers and Node both understand, and that nothing runs before.
  loaded ??= require('isomorphic-git') as Library;
  return loaded;
};
