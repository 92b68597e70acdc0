import * as ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];
const ranges = new Map<string, Range>();
const MOST_RANGES = 10_000;

/** Parses and keeps a network such as `10.0.0.0/8`. Throws if it is not one. */
export const parseNetwork = (text: string): Range => {
  const known = ranges.get(text);
  if (known) return known;
  if (ranges.size >= MOST_RANGES) ranges.clear();
  const made = ipaddr.parseCIDR(text);
  ranges.set(text, made);
  return made;
};

/** Address in its one spelling: IPv4-mapped IPv6 becomes IPv4, zones and leading zeros are refused. */
export const canonicalAddress = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (trimmed.includes('%')) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(trimmed)) return /(^|\.)0\d/.test(trimmed) ? undefined : trimmed;
  if (!trimmed.includes(':') || !ipaddr.IPv6.isValid(trimmed)) return undefined;
  const address = ipaddr.IPv6.parse(trimmed);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
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

/**
 * True for an address that only means something inside a network: private, unique local, loopback, link-local,
 * carrier-grade NAT, multicast. What is no address at all counts as one, so that nobody takes it for an outsider.
 */
export const isPrivateAddress = (address: string): boolean => {
  const canonical = canonicalAddress(address);
  return canonical === undefined || INSIDE.has(ipaddr.parse(canonical).range());
};
