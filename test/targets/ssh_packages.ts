import { existsSync, mkdirSync } from 'fs';
import { whyNoPacketFilter, installMissing, saidBy, type Tool } from './debian_packages';

/*
 * OpenSSH's server and what a host needs for the far side of the SSH connector, from the distribution's own signed
 * packages. They are installed when missing, because sshd needs an account of its own; nothing of it is started.
 */

const TOOLS: readonly Tool[] = [
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

const findOut = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs Linux network namespaces';
  if (process.getuid?.() !== 0) return 'it needs root to make network namespaces';
  try {
    installMissing(TOOLS);
    // Without systemd nobody makes it, and sshd does not start.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  } catch (cause) {
    return `its packages cannot be installed: ${saidBy(cause)}`;
  }
  const why = whyNoPacketFilter();
  if (why !== undefined) return why;
  return existsSync('/usr/sbin/sshd') ? undefined : 'this machine has no sshd';
};

let known: { readonly why: string | undefined } | undefined;

/** Why a host over SSH cannot be tested on this machine, or undefined if it can. Installs what is missing. */
export const whyNotSsh = (): string | undefined => {
  known ??= { why: findOut() };
  return known.why;
};
