import { execFile } from 'child_process';
import { existsSync, readdirSync, realpathSync } from 'fs';
import { homedir } from 'os';
import { dirname, join } from 'path';
import { promisify } from 'util';
import { asUser, type NodeUser } from './node_user';
import { OLDEST_JAVA } from './release';

const run = promisify(execFile);

/** A Java that the node can run on. */
export interface Jdk {
  readonly home: string;
  readonly version: number;
}

const LONGEST_MS = 15_000;

const children = (folder: string, below = ''): readonly string[] => {
  try {
    return readdirSync(folder)
      .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
      .map((name) => join(folder, name, below));
  } catch {
    return [];
  }
};

/** The usual folders of Linux and macOS; with REFLEX_JVM_FOLDERS the folders named there instead. */
const usualHomes = (env: NodeJS.ProcessEnv): readonly string[] => {
  if (env.REFLEX_JVM_FOLDERS !== undefined)
    return env.REFLEX_JVM_FOLDERS.split(':').flatMap((folder) => children(folder));
  const home = homedir();
  const mac = 'Contents/Home';
  return [
    ...children('/usr/lib/jvm'),
    ...children('/usr/lib64/jvm'),
    ...children('/usr/java'),
    ...children('/opt/java'),
    '/opt/java/openjdk',
    ...children('/opt').filter((each) => /\/(jdk|jre|openjdk)/.test(each)),
    ...children(join(home, '.sdkman/candidates/java')),
    ...children(join(home, '.asdf/installs/java')),
    ...children(join(home, '.local/share/mise/installs/java')),
    ...children(join(home, '.jdks')),
    ...children('/Library/Java/JavaVirtualMachines', mac),
    ...children(join(home, 'Library/Java/JavaVirtualMachines'), mac),
    ...children('/opt/homebrew/opt', 'libexec/openjdk.jdk/Contents/Home').filter((each) => each.includes('/openjdk')),
    ...children('/usr/local/opt', 'libexec/openjdk.jdk/Contents/Home').filter((each) => each.includes('/openjdk')),
  ];
};

/** Every `java` that may be on this machine, the ones that somebody chose first. */
const javaPrograms = (env: NodeJS.ProcessEnv): readonly string[] => {
  const named = [env.OPENSEARCH_JAVA_HOME, env.JAVA_HOME].filter((home) => home !== undefined && home !== '');
  const programs = [
    ...named.map((home) => join(String(home), 'bin/java')),
    ...(env.PATH ?? '').split(':').map((folder) => join(folder, 'java')),
    ...usualHomes(env).map((home) => join(home, 'bin/java')),
  ];
  const present = programs.filter((program) => existsSync(program));
  return [...new Map(present.map((program) => [realpathSync(program), program])).values()];
};

const property = (name: string, text: string): string | undefined =>
  new RegExp(`^\\s*${name.replace(/\./g, '\\.')} = (.+)$`, 'm').exec(text)?.[1]?.trim();

/** Asks a `java` what it is, as the user that would run it; undefined if it does not run. */
export const askJava = async (program: string, user: NodeUser | undefined): Promise<Jdk | undefined> => {
  try {
    const { stderr } = await run(program, ['-XshowSettings:properties', '-version'], {
      timeout: LONGEST_MS,
      cwd: '/',
      ...asUser(user),
    });
    const version = Number.parseInt(property('java.specification.version', stderr) ?? '', 10);
    return Number.isNaN(version)
      ? undefined
      : { home: property('java.home', stderr) ?? dirname(dirname(program)), version };
  } catch {
    return undefined;
  }
};

/** The first Java on this machine that is new enough, if any. */
export const findJdk = async (env: NodeJS.ProcessEnv, user: NodeUser | undefined): Promise<Jdk | undefined> => {
  for (const program of javaPrograms(env)) {
    const jdk = await askJava(program, user);
    if (jdk !== undefined && jdk.version >= OLDEST_JAVA) return jdk;
  }
  return undefined;
};
