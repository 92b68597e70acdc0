import { homedir } from 'os';
import { join } from 'path';

/** Where what the tests fetch or build is kept for the next run, on this machine. */
export const cacheFolder = (name = ''): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'reflex', 'targets', name);
