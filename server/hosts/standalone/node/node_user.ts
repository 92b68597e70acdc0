import { execFile } from 'child_process';
import { promisify } from 'util';
import { CannotStart } from '../cannot_start';

const run = promisify(execFile);

/** The user that the node and its Java run as: OpenSearch refuses to run as root. */
export interface NodeUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['opensearch', 'nobody'];

const idOf = async (flag: '-u' | '-g', name: string): Promise<number> => {
  const { stdout } = await run('id', [flag, name]);
  return Number(stdout.trim());
};

/** @returns another user if this process is root's; undefined if the node can run as who starts it */
export const nodeUser = async (): Promise<NodeUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    try {
      const user = { name, uid: await idOf('-u', name), gid: await idOf('-g', name) };
      if (user.uid > 0) return user;
    } catch {
      // This machine has no such user; the next one may be there.
    }
  }
  throw new CannotStart(
    'OpenSearch refuses to run as root, and this machine has no user `nobody` to run it as; start Reflex as another user',
  );
};

/** For `spawn` and `execFile`. */
export const asUser = (user: NodeUser | undefined): { readonly uid?: number; readonly gid?: number } =>
  user === undefined ? {} : { uid: user.uid, gid: user.gid };
