import * as ipaddr from 'ipaddr.js';

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

/** The IPv4 address that an IPv6 address of a translator stands for (RFC 6052, /96; ::a.b.c.d of RFC 4291). */
const embedded = (address: Address): ipaddr.IPv4 | undefined => {
  if (address.kind() === 'ipv4') return undefined;
  const bytes = address.toByteArray();
  const translated = spelling(address).startsWith('64:ff9b::');
  const compatible = bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1);
  return translated || compatible ? new ipaddr.IPv4(bytes.slice(12)) : undefined;
};

/** True if the text is an address, or a network in CIDR notation, as `allow_addresses` takes it. */
export const isAllowEntry = (text: string): boolean =>
  text.includes('/') ? ipaddr.isValidCIDR(text) : parse(text) !== undefined;

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
  const inner = embedded(address);
  if (inner !== undefined) return refusedAddress(spelling(inner), allowed);
  const range = address.range();
  const exactOnly = METADATA.has(spelling(address)) || range === 'unspecified';
  if (!exactOnly && (OPEN_RANGES.has(range) || inAllowedNetwork(address, allowed))) return undefined;
  const kind = METADATA.has(spelling(address)) ? 'a metadata service' : `a ${range} address`;
  return `\`${spelling(address)}\` is ${kind}; name it in \`allow_addresses\` if it is meant`;
};
