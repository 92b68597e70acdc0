import * as ipaddr from 'ipaddr.js';
import { carriedIpv4 } from '../../../common/entity/carried';

/*
 * Which addresses a connector may connect to. The host is the operator's own choice, so private networks are fine:
 * that is where enforcement systems live. What no enforcement system has an address in is refused unless the
 * operator names it: this machine itself, link-local and cloud metadata, multicast, tunnels, reserved ranges.
 */

/** Ranges of ipaddr.js that need no naming. */
const OPEN_RANGES = new Set(['unicast', 'private', 'uniqueLocal']);

/** Addresses of cloud metadata services, which hand out credentials; some lie in ranges that look harmless. */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const parse = (text: string): Address | undefined => {
  if (text.includes('%') || !ipaddr.isValid(text)) return undefined;
  if (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  return ipaddr.process(text);
};

const spelling = (address: Address): string =>
  address.kind() === 'ipv4' ? address.toString() : (address as ipaddr.IPv6).toRFC5952String();

/** Ranges whose addresses are nothing but another spelling of an IPv4 one: what holds for that holds for them. */
const TRANSLATED = new Set(['rfc6052', 'ipv4Mapped']);

/** True if the text is an address, or a network in CIDR notation, as `allow_addresses` takes it. */
export const isAllowEntry = (text: string): boolean =>
  text.includes('/') ? ipaddr.isValidCIDR(text) : parse(text) !== undefined;

/** `::2` and its neighbours are reserved, which the library does not say. */
const rangeOf = (address: Address): string => {
  const isLow = address.kind() === 'ipv6' && address.toByteArray()[0] === 0;
  return isLow && address.range() === 'unicast' ? 'reserved' : address.range();
};

const named = (address: Address, allowed: readonly string[]): boolean =>
  allowed.some((entry) => {
    if (entry.includes('/')) return false;
    const other = parse(entry);
    return other !== undefined && spelling(other) === spelling(address);
  });

const inAllowedNetwork = (address: Address, allowed: readonly string[]): boolean =>
  allowed.some((entry) => {
    if (!entry.includes('/')) return false;
    const [network, bits] = ipaddr.parseCIDR(entry);
    if (network.kind() !== address.kind()) return false;
    return address.match([network, bits] as [ipaddr.IPv4, number] & [ipaddr.IPv6, number]);
  });

/**
 * Why an address must not be connected to, or undefined if it may.
 *
 * @param allowed addresses and networks that the operator named. Metadata services and the unspecified address are
 *   let through only by their exact address, never by a network around them.
 */
export const refusedAddress = (text: string, allowed: readonly string[]): string | undefined => {
  const address = parse(text);
  if (address === undefined) return `\`${text}\` is not an address in its usual spelling`;
  if (named(address, allowed)) return undefined;
  const range = rangeOf(address);
  // Whoever reaches the IPv6 address reaches the IPv4 ones that it stands for, whatever network was named around it.
  const carried = carriedIpv4(spelling(address));
  const refused = carried.flatMap((inner) => refusedAddress(inner, allowed) ?? []);
  if (refused[0] !== undefined) return refused[0];
  if (carried.length > 0 && TRANSLATED.has(range)) return undefined;
  const exactOnly = METADATA.has(spelling(address)) || range === 'unspecified';
  if (!exactOnly && (OPEN_RANGES.has(range) || inAllowedNetwork(address, allowed))) return undefined;
  const kind = METADATA.has(spelling(address)) ? 'a metadata service' : `a ${range} address`;
  return `\`${spelling(address)}\` is ${kind}; name it in \`allow_addresses\` if it is meant`;
};
