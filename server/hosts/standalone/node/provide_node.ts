import { present } from '../../../../common/present';
import { existsSync } from 'fs';
import { totalmem } from 'os';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { lockFolder, type FolderLock } from '../../../adapters/system/folder_lock';
import type { Log } from '../../../runner/ports';
import { CannotStart } from '../cannot_start';
import type { Folders } from '../folders';
import type { Options } from '../options';
import { isPortFree } from '../port';
import type { Steps } from '../steps';
import { fetchNode } from './fetch_node';
import { findJdk, type Jdk } from './find_jdk';
import { installJdk } from './install_jdk';
import { prepareNodeFiles } from './node_files';
import { nodeUser, type NodeUser } from './node_user';
import { endOrphan } from './orphan';
import { NODE_FOLDER, NODE_RELEASE } from './release';
import { runNode, type RunningNode } from './run_node';
import { unpack } from './unpack';

export interface ProvideOptions {
  readonly options: Pick<Options, 'nodePort' | 'nodeZip' | 'nodeHeap'>;
  readonly folders: Folders;
  readonly steps: Steps;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

const GIB = 1024 ** 3;
const SMALL_MACHINE = 4 * GIB;
const RETRY_LOCK_MS = 1_000;

/** A module whose Thai analyzer needs locale data that a small Java lacks. */
const NEEDS_LOCALES = /^modules\/analysis-common\//;

interface Java extends Jdk {
  readonly isSmall: boolean;
}

const provideJava = async (use: ProvideOptions, user: NodeUser | undefined): Promise<Java> =>
  use.steps.during({ id: 'java', title: 'Java' }, async (progress) => {
    const found = await findJdk(use.env, user);
    if (found !== undefined) return { ...found, isSmall: false };
    progress({ detail: 'installing a small one with python3 (35 MB)' });
    return { ...(await installJdk(use.folders.cache, user, use.signal)), isSmall: true };
  });

const provideArchive = (use: ProvideOptions): Promise<string> =>
  use.steps.during({ id: 'download', title: `OpenSearch ${NODE_RELEASE.version}` }, (progress) =>
    fetchNode({
      cache: use.folders.cache,
      nodeZip: use.options.nodeZip,
      progress,
      signal: use.signal,
      env: use.env,
    }),
  );

/** Two starts may share a cache; the second waits until the first has everything in place. */
const lockCache = async ({ folders, signal }: ProvideOptions, waiting: () => void): Promise<FolderLock> => {
  for (;;) {
    try {
      return await lockFolder(folders.cache);
    } catch (cause) {
      if (!/in use|could not be locked/.test((cause as Error).message)) throw cause;
      waiting();
      await pause(RETRY_LOCK_MS, undefined, { signal });
    }
  }
};

const provideHome = async (use: ProvideOptions, java: Java): Promise<string> => {
  const folder = join(use.folders.cache, java.isSmall ? `${NODE_FOLDER}-small-java` : NODE_FOLDER);
  if (existsSync(folder) && use.options.nodeZip === undefined) return folder;
  const archive = await provideArchive(use);
  if (existsSync(folder)) return folder;
  return use.steps.during({ id: 'unpack', title: 'Unpacking' }, async (progress) => {
    await unpack({
      archive,
      folder,
      within: NODE_FOLDER,
      ...present({ without: java.isSmall ? NEEDS_LOCALES : undefined }),
      progress: (done, total) => progress({ done, total, unit: 'files' }),
    });
    return folder;
  });
};

const checkPaths = ({ cache, data }: Folders): void => {
  const unfit = [cache, data].find((path) => /[\s"']/.test(path));
  if (unfit !== undefined)
    throw new CannotStart(
      `the path \`${unfit}\` has a space or a quote in it, which OpenSearch's start script cannot cope with; choose another folder with --data and --cache`,
    );
};

/**
 * Everything from nothing to an OpenSearch node that answers on the loopback: user, Java, archive, configuration,
 * process.
 *
 * @throws CannotStart
 */
export const provideNode = async (use: ProvideOptions): Promise<RunningNode> => {
  const { folders, options, steps, log, signal } = use;
  checkPaths(folders);
  const user = await nodeUser();
  const waiting = (): void =>
    steps.report({ id: 'java', title: 'Java', state: 'waiting', detail: 'another start is filling the cache' });
  const cacheLock = await lockCache(use, waiting);
  let java: Java;
  let home: string;
  try {
    java = await provideJava(use, user);
    home = await provideHome(use, java);
  } finally {
    await cacheLock.release();
  }
  return steps.during({ id: 'node', title: 'OpenSearch node' }, async (progress) => {
    await endOrphan(folders.data, join(folders.node, 'config'));
    if (!(await isPortFree(options.nodePort)))
      throw new CannotStart(
        `port ${options.nodePort} is taken, the OpenSearch node needs one; choose another with --node-port`,
      );
    const files = await prepareNodeFiles({
      home,
      folder: folders.node,
      port: options.nodePort,
      user,
      smallJava: java.isSmall,
    });
    const heap = options.nodeHeap ?? (totalmem() < SMALL_MACHINE ? '512m' : '1g');
    progress({ detail: 'starting, usually 20 seconds' });
    const own = { home, javaHome: java.home, folders: files, user, heap };
    return runNode({ ...own, port: options.nodePort, folder: folders.data, progress, log, signal });
  });
};
