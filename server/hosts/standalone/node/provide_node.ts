import { present } from '../../../../common/present';
import { totalmem } from 'os';
import { join } from 'path';
import { setTimeout as pause } from 'timers/promises';
import { lockFolder, type FolderLock } from '../../../adapters/system/folder_lock';
import type { Log } from '../../../runner/ports';
import { CannotStart } from '../cannot_start';
import type { Folders } from '../folders';
import type { Options } from '../options';
import { freePort, isPortFree } from '../port';
import type { Steps } from '../steps';
import { findJdk, type Jdk } from './find_jdk';
import { whyNotClosed } from './helper/helper';
import { installJdk } from './install_jdk';
import { clusterName, prepareNodeFiles } from './node_files';
import { nodeUser, type NodeUser } from './node_user';
import { endOrphan } from './orphan';
import { provideHome } from './node_home';
import { runNode, type RunningNode } from './run_node';
import { checkKind, secureNode, type SecuredNode } from './secure/secure_node';

interface ProvideOptions {
  readonly options: Pick<Options, 'nodeZip' | 'nodeHeap' | 'secure'>;
  /** For tests, which ask the node themselves: a port that every program of this machine may connect to. */
  readonly openPort?: number;
  readonly folders: Folders;
  readonly steps: Steps;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** A node, and who can reach it. */
export interface ProvidedNode extends RunningNode {
  /** Why every program of this machine can; undefined if only Reflex can, or who has a user. */
  readonly whyOpen: string | undefined;
  /** Who Reflex is there, and whom it believes; undefined where the node has no users. */
  readonly secured: SecuredNode | undefined;
}

/** Where the node listens. */
interface Place {
  readonly port: number;
  readonly whyOpen: string | undefined;
}

const GIB = 1024 ** 3;
const SMALL_MACHINE = 4 * GIB;
const RETRY_LOCK_MS = 1_000;

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

const checkPaths = ({ cache, data }: Folders): void => {
  const unfit = [cache, data].find((path) => /[\s"']/.test(path));
  if (unfit !== undefined)
    throw new CannotStart(
      `the path \`${unfit}\` has a space or a quote in it, which OpenSearch's start script cannot cope with; choose another folder with --data and --cache`,
    );
};

/** In a network of its own every port is free. */
const CLOSED_PORT = 9200;

/** A network of its own if the system lets it, else a port that nobody can know before. */
const choosePlace = async ({ openPort, env }: ProvideOptions): Promise<Place> => {
  if (openPort !== undefined) return { port: openPort, whyOpen: 'a test asks for that' };
  const whyOpen = await whyNotClosed({ env });
  return { port: whyOpen === undefined ? CLOSED_PORT : await freePort(), whyOpen };
};

const provideSoftware = async (use: ProvideOptions, user: NodeUser | undefined) => {
  const waiting = (): void =>
    use.steps.report({ id: 'java', title: 'Java', state: 'waiting', detail: 'another start is filling the cache' });
  const cacheLock = await lockCache(use, waiting);
  try {
    const java = await provideJava(use, user);
    return { java, home: await provideHome({ ...use, smallJava: java.isSmall }) };
  } finally {
    await cacheLock.release();
  }
};

/**
 * Everything from nothing to an OpenSearch node that answers: user, Java, archive, configuration, process.
 *
 * @throws CannotStart
 */
export const provideNode = async (use: ProvideOptions): Promise<ProvidedNode> => {
  const { folders, options, steps, log, signal, env } = use;
  checkPaths(folders);
  checkKind(folders, options.secure);
  const user = await nodeUser();
  const { java, home } = await provideSoftware(use, user);
  return steps.during({ id: 'node', title: 'OpenSearch node' }, async (progress) => {
    await endOrphan(folders.data, join(folders.node, 'config'));
    const { port, whyOpen } = await choosePlace(use);
    const closed = whyOpen === undefined;
    if (!closed && !(await isPortFree(port)))
      throw new CannotStart(`port ${port} is taken, the OpenSearch node needs one`);
    const secured = options.secure ? secureNode(folders, log) : undefined;
    const authority = secured?.authority;
    const files = await prepareNodeFiles({
      ...{ home, folder: folders.node, port, user, smallJava: java.isSmall },
      ...present({ authority }),
    });
    const heap = options.nodeHeap ?? (totalmem() < SMALL_MACHINE ? '512m' : '1g');
    progress({ detail: 'starting, usually 20 seconds' });
    const own = { home, javaHome: java.home, folders: files, user, heap, closed, env };
    const node = await runNode({
      ...own,
      port,
      name: clusterName(folders.node),
      folder: folders.data,
      progress,
      log,
      signal,
      ...present({ tls: secured?.asAdmin() }),
    });
    await secured?.putUsers(node);
    return {
      ...{ url: node.url, connect: node.connect, agent: secured?.agentTo(node) ?? node.agent },
      ...{ stop: () => node.stop(), kill: () => node.kill() },
      ...{ whyOpen: secured === undefined ? whyOpen : undefined, secured },
    };
  });
};
