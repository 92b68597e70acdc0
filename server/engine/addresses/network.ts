import * as ipaddr from 'ipaddr.js';
import { canonicalAddress, ipv4Bits, parseNetwork } from '../../../common/policy/text/address';

export { canonicalAddress, parseNetwork };

/** A network in its one spelling: canonical address, no bits set behind the mask; undefined if it is none. */
export const canonicalNetwork = (text: string): string | undefined => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const canonical = canonicalAddress(address);
  if (canonical === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  // An IPv4 address in IPv6 spelling has no IPv4 mask.
  if (canonical.includes(':') !== address.includes(':') || Number(bits) > (canonical.includes(':') ? 128 : 32))
    return undefined;
  const cidr = `${canonical}/${Number(bits)}`;
  const first = canonical.includes(':')
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr).toRFC5952String()
    : ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
  return `${first}/${Number(bits)}`;
};

/** True if the address lies in the network; an address of the other family, or none at all, does not. */
export const inNetwork = (address: string, network: string): boolean => {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return false;
  const parsed = ipaddr.parse(canonical);
  const range = parseNetwork(network);
  return parsed.kind() === range[0].kind() && parsed.match(range);
};

const INSIDE: ReadonlySet<string> = new Set([
  'private',
  'uniqueLocal',
  'loopback',
  'linkLocal',
  'carrierGradeNat',
  'unspecified',
  'multicast',
  'broadcast',
]);

/** First and last address of each inner IPv4 range, as numbers: the ranges of `INSIDE`, for the usual case. */
const INNER_IPV4: ReadonlyArray<readonly [number, number]> = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['224.0.0.0', '239.255.255.255'],
  ['255.255.255.255', '255.255.255.255'],
].map(([first = '', last = '']) => [ipv4Bits(first) ?? 0, ipv4Bits(last) ?? 0] as const);

/**
 * True for an address that only means something inside a network: private, unique local, loopback, link-local,
 * carrier-grade NAT, multicast. What is no address at all counts as one, so that nobody takes it for an outsider.
 */
export const isPrivateAddress = (address: string): boolean => {
  const bits = ipv4Bits(address);
  if (bits !== undefined) return INNER_IPV4.some(([first, last]) => bits >= first && bits <= last);
  const canonical = canonicalAddress(address);
  return canonical === undefined || INSIDE.has(ipaddr.parse(canonical).range());
};
