import { existsSync, rmSync, writeFileSync } from 'fs';
import { outputOf, works } from './programs';

/* What tests need of the machine, from the distribution's own signed packages; nothing of it is started. */

/** A program, and the package that brings it. */
export type Tool = readonly [program: string, package_: string];

/** Debian asks it whether an installation may start a service. */
const POLICY = '/usr/sbin/policy-rc.d';

/** What apt-get does, and once more with fresh lists of packages where it fails. */
export const withFreshLists = (args: readonly string[], cwd?: string): void => {
  try {
    outputOf('apt-get', args, { cwd });
  } catch {
    outputOf('apt-get', ['update', '-q']);
    outputOf('apt-get', args, { cwd });
  }
};

/** Installs packages of the distribution; no service of theirs is started. */
export const installWithoutStarting = (packages: readonly string[]): void => {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    withFreshLists(['install', '-y', '--no-install-recommends', ...packages]);
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
};

/** Installs what is missing; throws where it cannot be had. */
export const installMissing = (tools: readonly Tool[]): void => {
  const packages = tools.filter(([program]) => !works('sh', ['-c', `command -v ${program}`])).map(([, name]) => name);
  if (packages.length > 0) installWithoutStarting(packages);
};

/** Why no packets can be filtered in a network of one's own here, or undefined if they can. */
export const whyNoPacketFilter = (): string | undefined => {
  const probe = `rx${process.pid}probe`;
  if (!works('ip', ['netns', 'add', probe])) return 'this machine cannot make network namespaces';
  const element = 'add table inet probe; add set inet probe s { type nf_proto; flags timeout; }';
  const filters = works('ip', ['netns', 'exec', probe, 'nft', element]);
  works('ip', ['netns', 'del', probe]);
  return filters ? undefined : 'this machine cannot filter packets with nftables';
};
