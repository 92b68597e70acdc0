import type * as OAuth from 'oauth4webapi';

type Library = typeof OAuth;

let loaded: Library | undefined;

/** The library, loaded where a connector needs it: most installations ask for no access tokens. */
export const oauthLibrary = (): Library => {
  // A call that bundlers and Node both understand, and that nothing runs before.
  loaded ??= require('oauth4webapi') as Library;
  return loaded;
};
