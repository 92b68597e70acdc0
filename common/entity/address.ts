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

const DOT = 46;
const ZERO = 48;

/**
 * The 32 bits of a dotted IPv4 address, or undefined: four decimal parts without leading zeros, nothing else. Written
 * out because every decision asks several times, and the library's parser takes a quarter of its time.
 */
const ipv4Bits = (text: string): number | undefined => {
  let bits = 0;
  let part = -1;
  let parts = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? DOT : text.charCodeAt(index);
    if (code === DOT) {
      if (part < 0 || part > 255) return undefined;
      bits = bits * 256 + part;
      parts += 1;
      part = -1;
    } else if (code >= ZERO && code <= ZERO + 9 && part !== 0) {
      part = part < 0 ? code - ZERO : part * 10 + code - ZERO;
    } else {
      return undefined;
    }
  }
  return parts === 4 ? bits : undefined;
};

/** Address in its one spelling: IPv4-mapped IPv6 becomes IPv4, zones and leading zeros are refused. */
export const canonicalAddress = (text: string): string | undefined => {
  if (ipv4Bits(text) !== undefined) return text;
  const trimmed = text.trim();
  if (ipv4Bits(trimmed) !== undefined) return trimmed;
  if (trimmed.includes('%') || !trimmed.includes(':') || !ipaddr.IPv6.isValid(trimmed)) return undefined;
  const address = ipaddr.IPv6.parse(trimmed);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
};

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

const NOBODY: ReadonlySet<string> = new Set(['loopback', 'unspecified', 'multicast', 'broadcast']);

/** True for loopback, unspecified, multicast and broadcast addresses: they are never a threat's own. */
export const isNobodys = (address: string): boolean => {
  const canonical = canonicalAddress(address);
  return canonical !== undefined && NOBODY.has(ipaddr.parse(canonical).range());
};

/** True for an address of the link itself: everybody has one of their own there, cloud machines their metadata. */
export const isLinkLocal = (address: string): boolean => {
  const canonical = canonicalAddress(address);
  return canonical !== undefined && ipaddr.parse(canonical).range() === 'linkLocal';
};

/** True if two networks, or an address and a network, have an address in common. Both in their one spelling. */
export const overlaps = (one: string, other: string): boolean => {
  const [oneFirst = '', oneBits] = one.split('/');
  const [otherFirst = '', otherBits] = other.split('/');
  return (
    (oneBits === undefined ? oneFirst === otherFirst : inNetwork(otherFirst, one)) ||
    (otherBits !== undefined && inNetwork(oneFirst, other))
  );
};

/** Networks whose addresses only mean something inside a network; what `isPrivateAddress` says of addresses. */
const INNER_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/** True for a network, in its one spelling, that has an address in common with those inside a network. */
export const isPartlyPrivate = (network: string): boolean => INNER_NETWORKS.some((inner) => overlaps(network, inner));

/** An address as people and logs write it. */
interface SpokenAddress {
  readonly address: string;
  readonly zone?: string;
  readonly odd: ReadonlyArray<'had_brackets' | 'had_port' | 'had_zone'>;
}

const BRACKETS = /^\[([^\]]*)\](:\d{1,5})?$/;
const WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/;
const ZONE = /^[0-9A-Za-z._~-]{1,64}$/;

/**
 * Reads port, brackets and zone away: `203.0.113.7:443`, `[2001:db8::1]:443`, `fe80::1%eth0`. Undefined if what is left
 * is no address. `2001:db8::1:443` is an address as it stands, and a list of addresses is none.
 */
export const spokenAddress = (text: string): SpokenAddress | undefined => {
  if (ipv4Bits(text) !== undefined) return { address: text, odd: [] };
  const trimmed = text.trim();
  const brackets = BRACKETS.exec(trimmed);
  const port = WITH_PORT.exec(trimmed);
  const [bare = '', zone, ...rest] = (brackets?.[1] ?? port?.[1] ?? trimmed).split('%');
  const address = canonicalAddress(bare);
  if (address === undefined || rest.length > 0 || bare !== bare.trim()) return undefined;
  if (zone !== undefined && (!ZONE.test(zone) || !address.includes(':'))) return undefined;
  // Brackets are for IPv6 alone.
  if (brackets && !bare.includes(':')) return undefined;
  return {
    address,
    ...(zone === undefined ? {} : { zone }),
    odd: [
      ...(brackets ? (['had_brackets'] as const) : []),
      ...((port ?? brackets?.[2]) ? (['had_port'] as const) : []),
      ...(zone === undefined ? [] : (['had_zone'] as const)),
    ],
  };
};
