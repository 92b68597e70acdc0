import { execFileSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';

/*
 * CrowdSec from the distribution's own signed packages, unpacked into a cache folder. Nothing of it is installed: its
 * install script wants to register with a central service. The small tools it needs are installed when missing.
 */

const PACKAGES = ['crowdsec', 'crowdsec-firewall-bouncer'];
const TOOLS: ReadonlyArray<readonly [program: string, package_: string]> = [
  ['nft', 'nftables'],
  ['ip', 'iproute2'],
  ['ping', 'iputils-ping'],
  ['nc', 'netcat-openbsd'],
  ['socat', 'socat'],
];

/** Where the programs lie. */
interface CrowdsecPrograms {
  readonly crowdsec: string;
  readonly cscli: string;
  readonly bouncer: string;
  readonly profiles: string;
}

const quietly = (program: string, args: readonly string[], cwd?: string): void => {
  execFileSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    ...(cwd === undefined ? {} : { cwd }),
  });
};

const works = (program: string, args: readonly string[]): boolean => {
  try {
    quietly(program, args);
    return true;
  } catch {
    return false;
  }
};

const missingTools = (): readonly string[] =>
  TOOLS.filter(([program]) => !works('sh', ['-c', `command -v ${program}`])).map(([, name]) => name);

const withFreshLists = (args: readonly string[], cwd?: string): void => {
  try {
    quietly('apt-get', args, cwd);
  } catch {
    quietly('apt-get', ['update', '-q']);
    quietly('apt-get', args, cwd);
  }
};

/** Unpacks beside its place and moves it there in one step, so that a broken or parallel run leaves nothing half. */
const unpack = (place: string): void => {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'unpack-'));
  try {
    withFreshLists(['download', ...PACKAGES], work);
    for (const file of readdirSync(work).filter((each) => each.endsWith('.deb')))
      quietly('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
    if (!existsSync(place)) renameSync(join(work, 'root'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const programsIn = (root: string): CrowdsecPrograms => ({
  crowdsec: join(root, 'usr/bin/crowdsec'),
  cscli: join(root, 'usr/bin/cscli'),
  bouncer: join(root, 'usr/bin/crowdsec-firewall-bouncer'),
  profiles: join(root, 'etc/crowdsec/profiles.yaml'),
});

/** Finds the programs, fetching them the first time. Throws with the reason if this machine cannot. */
export const crowdsecPrograms = (): CrowdsecPrograms => {
  const root = join(cacheFolder(), `crowdsec-${process.arch}`);
  if (!existsSync(root)) unpack(root);
  return programsIn(root);
};

/** The end of what a program said when it failed. */
const saidBy = (cause: unknown): string => {
  const stderr = String((cause as { stderr?: Buffer }).stderr ?? '').trim();
  return (stderr === '' ? String((cause as Error).message) : stderr).split('\n').slice(-1).join('').slice(0, 200);
};

const findOut = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs Linux network namespaces';
  if (process.getuid?.() !== 0) return 'it needs root to make network namespaces';
  try {
    const missing = missingTools();
    if (missing.length > 0) withFreshLists(['install', '-y', '--no-install-recommends', ...missing]);
    crowdsecPrograms();
  } catch (cause) {
    return `its packages cannot be fetched: ${saidBy(cause)}`;
  }
  const probe = `rx${process.pid}probe`;
  if (!works('ip', ['netns', 'add', probe])) return 'this machine cannot make network namespaces';
  const canFilter = works('ip', ['netns', 'exec', probe, 'nft', 'add table ip probe']);
  works('ip', ['netns', 'del', probe]);
  if (!canFilter) return 'this machine cannot filter packets with nftables';
  return works(crowdsecPrograms().cscli, ['version']) ? undefined : 'its programs do not run on this machine';
};

let known: { readonly why: string | undefined } | undefined;

/** Why CrowdSec cannot be tested on this machine, or undefined if it can. Fetches what is missing the first time. */
export const whyNotCrowdsec = (): string | undefined => {
  known ??= { why: findOut() };
  return known.why;
};
