import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { installMissing, whyNoPacketFilter, withFreshLists, type Tool } from './debian_packages';
import { askedOnce, outputOf, whyNoNamespaces, whyNotProvided, works } from './programs';

/*
 * CrowdSec from the distribution's own signed packages, unpacked into a cache folder. Nothing of it is installed: its
 * install script wants to register with a central service. The small tools it needs are installed when missing.
 */

const PACKAGES = ['crowdsec', 'crowdsec-firewall-bouncer'];
const TOOLS: readonly Tool[] = [
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

/** Unpacks beside its place and moves it there in one step, so that a broken or parallel run leaves nothing half. */
const unpack = (place: string): void => {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'unpack-'));
  try {
    withFreshLists(['download', ...PACKAGES], work);
    for (const file of readdirSync(work).filter((each) => each.endsWith('.deb')))
      outputOf('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
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

const findOut = (): string | undefined => {
  const why =
    whyNoNamespaces() ??
    whyNotProvided(() => {
      installMissing(TOOLS);
      crowdsecPrograms();
    }) ??
    whyNoPacketFilter();
  if (why !== undefined) return why;
  return works(crowdsecPrograms().cscli, ['version']) ? undefined : 'its programs do not run on this machine';
};

/** Why CrowdSec cannot be tested on this machine, or undefined if it can. Fetches what is missing the first time. */
export const whyNotCrowdsec = askedOnce(findOut);
