import { existsSync } from 'fs';
import { installWithoutStarting } from './debian_packages';
import { askedOnce, whyNoNamespaces, whyNotProvided, works } from './programs';

/*
 * Samba as a domain controller of Active Directory, and the clients that see whether a login is refused, from the
 * distribution's own signed packages; nothing of them is started.
 */

const TOOLS: ReadonlyArray<readonly [program: string, packages: readonly string[]]> = [
  ['samba', ['samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules', 'samba-vfs-modules', 'python3-samba']],
  ['samba-tool', ['samba-common-bin']],
  ['wbinfo', ['winbind']],
  ['kinit', ['krb5-user']],
  ['ldapwhoami', ['ldap-utils']],
  ['ip', ['iproute2']],
  ['socat', ['socat']],
];

const missing = (): readonly string[] =>
  TOOLS.filter(([program]) => !works('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`])).flatMap(
    ([, packages]) => packages,
  );

const findOut = (): string | undefined => {
  const why =
    whyNoNamespaces() ??
    whyNotProvided(() => {
      const packages = missing();
      if (packages.length > 0) installWithoutStarting(packages);
    });
  if (why !== undefined) return why;
  if (!existsSync('/usr/share/samba/setup')) return 'this machine has no Samba that can be a domain controller';
  const probe = `rx${process.pid}adprobe`;
  if (!works('ip', ['netns', 'add', probe])) return 'this machine cannot make network namespaces';
  const canLink = works('ip', ['-n', probe, 'link', 'add', 'ad0', 'type', 'veth', 'peer', 'name', 'ad1']);
  works('ip', ['netns', 'del', probe]);
  return canLink ? undefined : 'this machine cannot make links within a network namespace';
};

/** Why a domain controller cannot be tested on this machine, or undefined if it can. Installs what is missing. */
export const whyNotSamba = askedOnce(findOut);
