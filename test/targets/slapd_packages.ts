import { existsSync } from 'fs';
import { installWithoutStarting, saidBy, works } from './debian_packages';

/* OpenLDAP's server and its clients, from the distribution's own signed packages; nothing of them is started. */

export const SLAPD = '/usr/sbin/slapd';
const PACKAGES = ['slapd', 'ldap-utils'];

const findOut = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs slapd as Debian builds it';
  const isThere = (): boolean => existsSync(SLAPD) && works('sh', ['-c', 'command -v ldapwhoami']);
  if (isThere()) return undefined;
  if (process.getuid?.() !== 0) return 'slapd is not installed, and installing it needs root';
  try {
    installWithoutStarting(PACKAGES);
  } catch (cause) {
    return `its packages cannot be installed: ${saidBy(cause)}`;
  }
  return isThere() ? undefined : 'this machine has no slapd';
};

let known: { readonly why: string | undefined } | undefined;

/** Why slapd cannot be tested on this machine, or undefined if it can. Installs what is missing the first time. */
export const whyNotSlapd = (): string | undefined => {
  known ??= { why: findOut() };
  return known.why;
};
