import type * as Ssh2 from 'ssh2';

type Library = typeof Ssh2;

let loaded: Library | undefined;

/** The library, loaded where a connector needs it: most installations have none over SSH. */
export const ssh2 = (): Library => {
  // A call that bundlers and Node both understand, and that nothing runs before.
  loaded ??= require('ssh2') as Library;
  return loaded;
};
