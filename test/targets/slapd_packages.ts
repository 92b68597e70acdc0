import { existsSync } from 'fs';
import { installWithoutStarting } from './debian_packages';
import { askedOnce, whyNotProvided, works } from './programs';

/* OpenLDAP's server and its clients, from the distribution's own signed packages; nothing of them is started. */

export const SLAPD = '/usr/sbin/slapd';
const PACKAGES = ['slapd', 'ldap-utils'];

const findOut = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs slapd as Debian builds it';
  const isThere = (): boolean => existsSync(SLAPD) && works('sh', ['-c', 'command -v ldapwhoami']);
  if (isThere()) return undefined;
  if (process.getuid?.() !== 0) return 'slapd is not installed, and installing it needs root';
  const why = whyNotProvided(() => installWithoutStarting(PACKAGES));
  if (why !== undefined) return why;
  return isThere() ? undefined : 'this machine has no slapd';
};

/** Why slapd cannot be tested on this machine, or undefined if it can. Installs what is missing the first time. */
export const whyNotSlapd = askedOnce(findOut);
