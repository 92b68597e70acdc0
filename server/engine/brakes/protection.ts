import type { Target } from '../../../common/flow/decision';
import type { Protect } from '../../../common/policy/policy';
import { canonicalAddress, inNetwork } from '../../../common/entity/address';

const sameName = (name: string, listed: string): boolean => name.toLowerCase() === listed.toLowerCase();

const underDomain = (domain: string, listed: string): boolean => {
  const suffix = listed.toLowerCase().replace(/^\*?\./, '');
  return domain.toLowerCase() === suffix || domain.toLowerCase().endsWith(`.${suffix}`);
};

const coversAddress = (address: string, listed: string): boolean =>
  listed.includes('/') ? inNetwork(address, listed) : canonicalAddress(listed) === canonicalAddress(address);

/**
 * The entry of a protection list that covers a target, or undefined. A file or process is covered by its host. A
 * blocked network (`10.0.0.0/8`) is covered if it contains a protected address or lies in a protected network.
 */
export const protectedBy = (protect: Protect, target: Target): string | undefined => {
  const host = target.type === 'host' ? target.value : target.host;
  switch (target.type) {
    case 'ip': {
      const [address = ''] = target.value.split('/');
      return protect.ips?.find(
        (listed) =>
          coversAddress(address, listed) ||
          (target.value.includes('/') && inNetwork(listed.split('/')[0] ?? '', target.value)),
      );
    }
    case 'user':
      return protect.users?.find((listed) => sameName(target.value, listed));
    case 'domain':
      return protect.domains?.find((listed) => underDomain(target.value, listed) || underDomain(listed, target.value));
    case 'host':
    case 'file':
    case 'process':
      return host === undefined ? undefined : protect.hosts?.find((listed) => sameName(host, listed));
  }
};
