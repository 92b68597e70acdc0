import { existsSync, mkdirSync } from 'fs';
import { whyNoPacketFilter, installMissing, type Tool } from './debian_packages';
import { askedOnce, whyNoNamespaces, whyNotProvided } from './programs';

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
  const why =
    whyNoNamespaces() ??
    whyNotProvided(() => {
      installMissing(TOOLS);
      // Without systemd nobody makes it, and sshd does not start.
      mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    }) ??
    whyNoPacketFilter();
  if (why !== undefined) return why;
  return existsSync('/usr/sbin/sshd') ? undefined : 'this machine has no sshd';
};

/** Why a host over SSH cannot be tested on this machine, or undefined if it can. Installs what is missing. */
export const whyNotSsh = askedOnce(findOut);
