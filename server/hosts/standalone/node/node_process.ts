import { spawn, type ChildProcess } from 'child_process';
import { join } from 'path';
import { NodeLog } from './node_log';
import type { NodeFolders } from './node_files';
import { asUser, type NodeUser } from './node_user';

export interface NodeProcessOptions {
  /** The unpacked archive. */
  readonly home: string;
  readonly javaHome: string;
  readonly folders: NodeFolders;
  readonly user: NodeUser | undefined;
  /** Such as `1g`. */
  readonly heap: string;
  /** Hears of errors that the node logs. */
  readonly troubled: (line: string) => void;
}

/** One run of the node. */
export interface NodeProcess {
  readonly pid: number;
  readonly log: NodeLog;
  /** Resolves when it has ended, with how, in words. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  /** Asks it to stop and, after 20 seconds, makes it. */
  readonly stop: () => Promise<void>;
}

const PATIENCE_MS = 20_000;

/** Only the quick compiler: the start takes half the processor time, and a node for one machine answers little. */
const QUICK_START = '-XX:TieredStopAtLevel=1';

const howEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `ended by ${signal}`;

const watchEnd = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(howEnded(code, signal)));
  });

/**
 * Starts the node in a process group of its own: a Ctrl-C at the terminal must not reach it before Reflex has closed
 * its books.
 */
export const startNodeProcess = (options: NodeProcessOptions): NodeProcess => {
  const { home, javaHome, folders, user, heap, troubled } = options;
  const child = spawn(join(home, 'bin/opensearch'), [], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      LANG: process.env.LANG ?? 'C.UTF-8',
      HOME: folders.temporary,
      OPENSEARCH_JAVA_HOME: javaHome,
      OPENSEARCH_JAVA_OPTS: `-Xms${heap} -Xmx${heap} ${QUICK_START}`,
      OPENSEARCH_PATH_CONF: folders.config,
      OPENSEARCH_TMPDIR: folders.temporary,
      TMPDIR: folders.temporary,
    },
    ...asUser(user),
  });
  const log = new NodeLog();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => log.take(chunk, troubled));
  let over = false;
  const ended = watchEnd(child).finally(() => {
    over = true;
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!over) child.kill(name);
  };
  return {
    pid: child.pid ?? -1,
    log,
    ended,
    hasEnded: () => over,
    stop: async () => {
      signal('SIGTERM');
      const impatient = setTimeout(() => signal('SIGKILL'), PATIENCE_MS);
      await ended;
      clearTimeout(impatient);
    },
  };
};
