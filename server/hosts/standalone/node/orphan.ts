import { execFile } from 'child_process';
import { readFile, rm, writeFile } from 'fs/promises';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { promisify } from 'util';

/*
 * When Reflex itself is killed, its node goes on. The next start on the same folder ends it, by its number, and only if
 * the process with that number still is that node.
 */

const run = promisify(execFile);
const PATIENCE_MS = 20_000;
const POLL_MS = 100;

const pidFile = (folder: string): string => join(folder, 'node.pid');

/** Notes which process is the node of this folder. */
export const notePid = (folder: string, pid: number): Promise<void> => writeFile(pidFile(folder), `${pid}\n`);

export const forgetPid = (folder: string): Promise<void> => rm(pidFile(folder), { force: true });

const isNodeOf = async (pid: number, config: string): Promise<boolean> => {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
    return stdout.includes(`-Dopensearch.path.conf=${config}`);
  } catch {
    return false;
  }
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
};

/**
 * Ends the node that an earlier start left behind, if there is one.
 *
 * @param folder where the pid is noted
 * @param config the node's configuration folder, as it is in its command line
 */
export const endOrphan = async (folder: string, config: string): Promise<void> => {
  const pid = Number((await readFile(pidFile(folder), 'utf8').catch(() => '')).trim());
  if (!Number.isSafeInteger(pid) || pid <= 1 || !(await isNodeOf(pid, config))) return;
  signal(pid, 'SIGTERM');
  for (let waited = 0; await isNodeOf(pid, config); waited += POLL_MS) {
    if (waited === PATIENCE_MS) signal(pid, 'SIGKILL');
    await pause(POLL_MS);
  }
};
