import { existsSync } from 'fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'fs/promises';
import { join } from 'path';
import { present } from '../../../../common/present';
import type { Folders } from '../folders';
import type { Options } from '../options';
import type { Steps } from '../steps';
import { fetchArtifact } from './fetch_artifact';
import { fileOf, nameOf, NODE_RELEASE, SECURE_NODE_RELEASE, SECURITY_PLUGIN, type Artifact } from './release';
import { PAINLESS, PAINLESS_DESCRIPTOR, PLUGIN_LACKS } from './secure/release_parts';
import { unpack } from './unpack';

/* The unpacked node, and with `--secure` the security plugin in it. */

interface HomeOptions {
  readonly options: Pick<Options, 'nodeZip' | 'secure'>;
  readonly folders: Pick<Folders, 'cache'>;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** The Java is a small one. */
  readonly smallJava: boolean;
}

/** A module whose Thai analyzer needs locale data that a small Java lacks. */
const NEEDS_LOCALES = /^modules\/analysis-common\//;

const PLUGIN_FOLDER = 'plugins/opensearch-security';
const PAINLESS_FOLDER = 'modules/lang-painless';
const DESCRIPTOR = 'plugin-descriptor.properties';

const fetched = (use: HomeOptions, artifact: Artifact, step: { id: string; title: string }): Promise<string> =>
  use.steps.during(step, (progress) =>
    fetchArtifact({
      artifact,
      cache: use.folders.cache,
      ...present({ nodeZip: step.id === 'download' ? use.options.nodeZip : undefined }),
      progress,
      signal: use.signal,
      env: use.env,
    }),
  );

/** Its descriptor names a module that the node's archive does not hold, and no node starts with that. */
const withoutExtended = async (plugin: string): Promise<void> => {
  const file = join(plugin, DESCRIPTOR);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^extended\.plugins=.*$/m, 'extended.plugins='));
};

/** Copies jars into a folder of the home. */
const addJars = async (use: HomeOptions, jars: readonly Artifact[], into: string): Promise<void> => {
  await mkdir(into, { recursive: true });
  for (const jar of jars)
    await copyFile(await fetched(use, jar, { id: 'libraries', title: 'Libraries' }), join(into, fileOf(jar)));
};

const addSecurity = async (use: HomeOptions, home: string): Promise<void> => {
  const step = { id: 'security_plugin', title: `Security plugin ${SECURITY_PLUGIN.version}` };
  const archive = await fetched(use, SECURITY_PLUGIN, step);
  const plugin = join(home, PLUGIN_FOLDER);
  await mkdir(join(home, 'plugins'), { recursive: true });
  await unpack({ archive, folder: plugin, progress: () => undefined });
  await addJars(use, PLUGIN_LACKS, plugin);
  await withoutExtended(plugin);
  const painless = join(home, PAINLESS_FOLDER);
  await addJars(use, PAINLESS, painless);
  await writeFile(join(painless, DESCRIPTOR), PAINLESS_DESCRIPTOR);
};

/** The whole home is made beside its place, so that no start finds half of one. */
const make = async (use: HomeOptions, release: Artifact, folder: string): Promise<void> => {
  const archive = await fetched(use, release, { id: 'download', title: `OpenSearch ${release.version}` });
  if (existsSync(folder)) return;
  const fresh = `${folder}.making`;
  await rm(fresh, { recursive: true, force: true });
  await use.steps.during({ id: 'unpack', title: 'Unpacking' }, (progress) =>
    unpack({
      archive,
      folder: fresh,
      within: nameOf(release),
      ...present({ without: use.smallJava ? NEEDS_LOCALES : undefined }),
      progress: (done, total) => progress({ done, total, unit: 'files' }),
    }),
  );
  if (use.options.secure) await addSecurity(use, fresh);
  await rename(fresh, folder);
};

/** The folder of the node's program; downloads and unpacks what is not there. */
export const provideHome = async (use: HomeOptions): Promise<string> => {
  const release = use.options.secure ? SECURE_NODE_RELEASE : NODE_RELEASE;
  const ends = [use.options.secure ? '-secure' : '', use.smallJava ? '-small-java' : ''].join('');
  const folder = join(use.folders.cache, `${nameOf(release)}${ends}`);
  if (!existsSync(folder) || use.options.nodeZip !== undefined) await make(use, release, folder);
  return folder;
};
