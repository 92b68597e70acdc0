import { execFileSync } from 'child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'fs';

/*
 * OpenSSH's server and what a host needs for the far side of the SSH connector, from the distribution's own signed
 * packages. They are installed when missing, because sshd needs an account of its own; nothing of it is started.
 */

const TOOLS: ReadonlyArray<readonly [program: string, package_: string]> = [
  ['/usr/sbin/sshd', 'openssh-server'],
  ['ssh-keygen', 'openssh-client'],
  ['nft', 'nftables'],
  ['ip', 'iproute2'],
  ['ping', 'iputils-ping'],
  ['nc', 'netcat-openbsd'],
  ['socat', 'socat'],
  ['flock', 'util-linux'],
  ['find', 'findutils'],
];

/** Debian asks it whether an installation may start a service. */
const POLICY = '/usr/sbin/policy-rc.d';

const quietly = (program: string, args: readonly string[]): void => {
  execFileSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
};

/** Whether a short program ends well. */
export const works = (program: string, args: readonly string[]): boolean => {
  try {
    quietly(program, args);
    return true;
  } catch {
    return false;
  }
};

const missing = (): readonly string[] =>
  TOOLS.filter(([program]) => !works('sh', ['-c', `command -v ${program}`])).map(([, name]) => name);

/** Installs packages of the distribution; no service of theirs is started. */
export const installWithoutStarting = (packages: readonly string[]): void => {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const wanted = ['install', '-y', '--no-install-recommends', ...packages];
    if (works('apt-get', wanted)) return;
    quietly('apt-get', ['update', '-q']);
    quietly('apt-get', wanted);
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
};

/** The end of what a program said when it failed. */
export const saidBy = (cause: unknown): string => {
  const stderr = String((cause as { stderr?: Buffer }).stderr ?? '').trim();
  return (stderr === '' ? String((cause as Error).message) : stderr).split('\n').slice(-1).join('').slice(0, 200);
};

const findOut = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs Linux network namespaces';
  if (process.getuid?.() !== 0) return 'it needs root to make network namespaces';
  try {
    const packages = missing();
    if (packages.length > 0) installWithoutStarting(packages);
    // Without systemd nobody makes it, and sshd does not start.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  } catch (cause) {
    return `its packages cannot be installed: ${saidBy(cause)}`;
  }
  const probe = `rx${process.pid}sshprobe`;
  if (!works('ip', ['netns', 'add', probe])) return 'this machine cannot make network namespaces';
  const element = 'add table inet probe; add set inet probe s { type nf_proto; flags timeout; }';
  const canFilter = works('ip', ['netns', 'exec', probe, 'nft', element]);
  works('ip', ['netns', 'del', probe]);
  if (!canFilter) return 'this machine cannot filter packets with nftables';
  return existsSync('/usr/sbin/sshd') ? undefined : 'this machine has no sshd';
};

let known: { readonly why: string | undefined } | undefined;

/** Why a host over SSH cannot be tested on this machine, or undefined if it can. Installs what is missing. */
export const whyNotSsh = (): string | undefined => {
  known ??= { why: findOut() };
  return known.why;
};
