import { join } from 'path';
import type { Socket } from 'net';
import { startHelper } from './helper/helper';
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
  readonly env: NodeJS.ProcessEnv;
  /** In a network of its own. */
  readonly closed: boolean;
  /** Hears of errors that the node logs. */
  readonly troubled: (line: string) => void;
}

/** One run of the node. */
export interface NodeProcess {
  /** Of the node itself; undefined if it did not get that far. */
  readonly pid: number | undefined;
  readonly log: NodeLog;
  /** Resolves when it has ended, with how, in words. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  readonly connect: (port: number) => Promise<Socket>;
  /** Asks it to stop; its helper makes it after 20 seconds. */
  readonly stop: () => Promise<void>;
  /** At once. */
  readonly kill: () => void;
}

/** Longer than the helper is patient. */
const PATIENCE_MS = 25_000;

/** Only the quick compiler: the start takes half the processor time, and a node for one machine answers little. */
const QUICK_START = '-XX:TieredStopAtLevel=1';

const environment = ({ javaHome, folders, heap, env }: NodeProcessOptions): Record<string, string | undefined> => ({
  PATH: env.PATH,
  LANG: env.LANG ?? 'C.UTF-8',
  HOME: folders.temporary,
  OPENSEARCH_JAVA_HOME: javaHome,
  OPENSEARCH_JAVA_OPTS: `-Xms${heap} -Xmx${heap} ${QUICK_START}`,
  OPENSEARCH_PATH_CONF: folders.config,
  OPENSEARCH_TMPDIR: folders.temporary,
  TMPDIR: folders.temporary,
});

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
};

/**
 * Starts the node through its helper.
 *
 * @throws NoNamespace if it is to be closed and the system does not let it
 */
export const startNodeProcess = async (options: NodeProcessOptions): Promise<NodeProcess> => {
  const { home, user, env, closed, troubled } = options;
  const log = new NodeLog();
  const helper = await startHelper({ closed, env, hear: (chunk) => log.take(chunk, troubled) });
  let over = false;
  const ended = helper.ended.finally(() => {
    over = true;
  });
  const pid = await helper.run({
    program: join(home, 'bin/opensearch'),
    args: [],
    env: environment(options),
    user: asUser(user),
  });
  const kill = (): void => {
    if (!over && pid !== undefined) killIfThere(pid);
    helper.kill();
  };
  return {
    pid,
    log,
    ended,
    hasEnded: () => over,
    connect: (port) => helper.connect(port),
    stop: async () => {
      helper.end();
      const impatient = setTimeout(kill, PATIENCE_MS);
      await ended;
      clearTimeout(impatient);
    },
    kill,
  };
};
