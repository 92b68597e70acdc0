import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { existsSync } from 'fs';
import { chown, copyFile, mkdir, readFile, stat, writeFile } from 'fs/promises';
import { join } from 'path';
import { promisify } from 'util';
import { stringify } from 'yaml';
import { CannotStart } from '../cannot_start';
import { asUser, type NodeUser } from './node_user';
import type { Authority } from './secure/authority';
import { SECURE_SETTINGS, writeSecureConfig } from './secure/secure_config';

const run = promisify(execFile);

/** Where the node finds its settings and keeps its data and logs. */
export interface NodeFolders {
  readonly config: string;
  readonly data: string;
  readonly logs: string;
  readonly temporary: string;
}

interface NodeFilesOptions {
  /** The unpacked archive. */
  readonly home: string;
  readonly folder: string;
  readonly port: number;
  readonly user: NodeUser | undefined;
  /** The Java has no vector module. */
  readonly smallJava: boolean;
  /** Certificates of a node with the security plugin; undefined: it has none. */
  readonly authority?: Authority;
}

/** How the node of a folder announces itself; tells it apart from anything else that may listen on its port. */
export const clusterName = (folder: string): string =>
  `reflex-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;

/**
 * Only this machine, one node. Disk limits are absolute: on a nearly full laptop the usual shares stop everything.
 * With CORS on and no origin allowed, what a page of another site sends is refused; with CORS off it would be taken.
 */
const settings = ({ port, folder, authority }: NodeFilesOptions, { data, logs }: NodeFolders): string =>
  [
    `cluster.name: ${clusterName(folder)}`,
    'node.name: reflex',
    `path.data: ${JSON.stringify(data)}`,
    `path.logs: ${JSON.stringify(logs)}`,
    'network.host: 127.0.0.1',
    `http.port: ${port}`,
    `transport.port: ${port + 1}-${port + 100}`,
    'discovery.type: single-node',
    'http.cors.enabled: true',
    'http.cors.allow-origin: ""',
    'action.destructive_requires_name: true',
    'cluster.routing.allocation.disk.watermark.low: 2gb',
    'cluster.routing.allocation.disk.watermark.high: 1gb',
    'cluster.routing.allocation.disk.watermark.flood_stage: 500mb',
    ...(authority === undefined ? [] : [stringify(SECURE_SETTINGS)]),
    '',
  ].join('\n');

/** Files that the JVM would write relative to the node's home, which the node's user may not write. */
const WRITES_BESIDE_ITSELF = /-Xlog:gc|-XX:HeapDumpPath|-XX:ErrorFile|HeapDumpOnOutOfMemoryError/;
const VECTOR_MODULE = /--add-modules=jdk\.incubator\.vector/;

const jvmOptions = async ({ home, smallJava }: NodeFilesOptions): Promise<string> => {
  const lines = (await readFile(join(home, 'config/jvm.options'), 'utf8')).split('\n');
  return lines
    .filter((line) => !WRITES_BESIDE_ITSELF.test(line) && !(smallJava && VECTOR_MODULE.test(line)))
    .join('\n');
};

/** Gives the node's folder to its user; the node made by an earlier start may have been another's. */
const handOver = async (folder: string, { uid, gid }: NodeUser): Promise<void> => {
  if ((await stat(folder)).uid === uid) return;
  await run('chown', ['-R', `${uid}:${gid}`, folder]);
};

const checkReach = async (folder: string, user: NodeUser): Promise<void> => {
  try {
    await run('test', ['-w', folder], { cwd: '/', ...asUser(user) });
  } catch (cause) {
    throw new CannotStart(
      `the user \`${user.name}\`, as whom OpenSearch runs because it refuses to run as root, cannot get at \`${folder}\`; choose another folder with --data and --cache, or start Reflex as another user`,
      { cause },
    );
  }
};

/** Makes the node's folders and writes its configuration anew. */
export const prepareNodeFiles = async (options: NodeFilesOptions): Promise<NodeFolders> => {
  const { home, folder, user } = options;
  const folders = {
    config: join(folder, 'config'),
    data: join(folder, 'data'),
    logs: join(folder, 'logs'),
    temporary: join(folder, 'tmp'),
  };
  for (const each of [folder, ...Object.values(folders)]) await mkdir(each, { recursive: true, mode: 0o700 });
  for (const name of ['log4j2.properties', 'fips_java.security']) {
    const source = join(home, 'config', name);
    if (existsSync(source)) await copyFile(source, join(folders.config, name));
  }
  await mkdir(join(folders.config, 'jvm.options.d'), { recursive: true });
  await writeFile(join(folders.config, 'jvm.options'), await jvmOptions(options));
  await writeFile(join(folders.config, 'opensearch.yml'), settings(options, folders));
  if (options.authority !== undefined) await writeSecureConfig(folders.config, options.authority, user);
  if (user === undefined) return folders;
  await handOver(folder, user);
  for (const each of [folders.config, join(folders.config, 'jvm.options'), join(folders.config, 'opensearch.yml')])
    await chown(each, user.uid, user.gid);
  await checkReach(folders.data, user);
  return folders;
};
