import * as ipaddr from 'ipaddr.js';
import { canonicalAddress, canonicalNetwork, isPartlyPrivate, isPrivateAddress } from './address';

/*
 * IPv6 addresses that stand for an IPv4 one. Whoever reaches such an address reaches the IPv4 host, so a protection, a
 * width and a guard must look at both.
 */

/** Where in the 16 bytes the four of IPv4 stand. */
interface Place {
  readonly at: readonly [number, number, number, number];
  /** Every bit is stored inverted (Teredo's client). */
  readonly inverted?: true;
  /** The same bytes may as well stand for nothing, so an address in `0.0.0.0/8` is taken for nothing. */
  readonly maybe?: true;
}

interface Carrier {
  readonly prefix: readonly number[];
  readonly bits: number;
  readonly places: readonly Place[];
}

const LAST: Place = { at: [12, 13, 14, 15] };

const carrier = (network: string, ...places: readonly Place[]): Carrier => {
  const [address, bits] = ipaddr.IPv6.parseCIDR(network);
  return { prefix: address.toByteArray(), bits, places };
};

const CARRIERS: readonly Carrier[] = [
  carrier('::ffff:0:0/96', LAST), // mapped, RFC 4291
  carrier('::/96', LAST), // compatible, RFC 4291
  carrier('::ffff:0:0:0/96', LAST), // translated (SIIT), RFC 2765
  carrier('64:ff9b::/96', LAST), // NAT64, RFC 6052
  carrier('64:ff9b:1::/48', { at: [6, 7, 9, 10], maybe: true }, { ...LAST, maybe: true }), // local NAT64, RFC 8215
  carrier('2002::/16', { at: [2, 3, 4, 5] }), // 6to4, RFC 3056
  // Teredo, RFC 4380: the server, and the client behind its NAT.
  carrier('2001::/32', { at: [4, 5, 6, 7], maybe: true }, { ...LAST, inverted: true, maybe: true }),
];

/** ISATAP (RFC 5214) is told by the middle of the address, whatever its prefix. */
const isIsatap = (bytes: readonly number[]): boolean =>
  (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;

/** True if both begin with the same bits. */
const sameStart = (one: readonly number[], other: readonly number[], bits: number): boolean => {
  for (let index = 0, left = bits; left > 0; index += 1, left -= 8) {
    const unlike = (one[index] ?? 0) ^ (other[index] ?? 0);
    if (left >= 8 ? unlike !== 0 : unlike >> (8 - left) !== 0) return false;
  }
  return true;
};

/** `::` and the first 255 addresses behind it (`::1` among them) stand for no IPv4 address. */
const isSmall = (bytes: readonly number[]): boolean => bytes.slice(0, 15).every((byte) => byte === 0);

/** How many of the four bytes' bits lie within the first bits of the address. */
const knownBits = ({ at }: Place, bits: number): number =>
  at.reduce((known, byte) => known + Math.max(0, Math.min(8, bits - 8 * byte)), 0);

const placesIn = (bytes: readonly number[], bits: number): readonly Place[] => [
  ...CARRIERS.filter((each) => bits >= each.bits && sameStart(bytes, each.prefix, each.bits)).flatMap(
    ({ places }) => places,
  ),
  // A whole network has room for ISATAP addresses of every IPv4 address: that says nothing of it.
  ...(bits >= 96 && isIsatap(bytes) ? [LAST] : []),
];

const quad = (bytes: readonly number[], { at, inverted }: Place): readonly number[] =>
  at.map((byte) => (bytes[byte] ?? 0) ^ (inverted ? 255 : 0));

/** Every IPv4 address that an IPv6 address stands for; none for an IPv4 address and for what is no address. */
export const carriedIpv4 = (text: string): readonly string[] => {
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return [];
  const bytes = ipaddr.IPv6.parse(text).toByteArray();
  if (isSmall(bytes)) return [];
  const found = placesIn(bytes, 128)
    .map((place) => ({ place, four: quad(bytes, place) }))
    .filter(({ place, four }) => place.maybe === undefined || four[0] !== 0)
    .map(({ four }) => four.join('.'));
  return [...new Set(found)];
};

/**
 * The IPv4 networks that an IPv6 network stands for, such as `8.8.8.8/32` of `2002:808:808::/48`. One that contains all
 * addresses of such a kind stands for `0.0.0.0/0`.
 */
export const carriedNetworks = (network: string): readonly string[] => {
  if (!network.includes(':')) return [];
  const canonical = canonicalNetwork(network);
  if (canonical === undefined) return [];
  const [address = '', length = ''] = canonical.split('/');
  const bits = Number(length);
  const bytes = ipaddr.IPv6.parse(address).toByteArray();
  if (bits === 128) return carriedIpv4(address).map((each) => `${each}/32`);
  const whole = CARRIERS.some((each) => bits < each.bits && sameStart(bytes, each.prefix, bits));
  const inside = placesIn(bytes, bits).flatMap((place) => {
    const known = knownBits(place, bits);
    const four = quad(bytes, place).join('.');
    return canonicalNetwork(`${four}/${known}`) ?? [];
  });
  return [...new Set([...(whole ? ['0.0.0.0/0'] : []), ...inside])];
};

/** An address and every IPv4 address that it stands for; empty if it is none. */
export const addressNames = (text: string): readonly string[] => {
  const address = canonicalAddress(text);
  return address === undefined ? [] : [address, ...carriedIpv4(address)];
};

/**
 * True for an address that only means something inside a network, or that stands for one (`isPrivateAddress`), and for
 * a network with such an address in it.
 */
export const isPrivate = (text: string): boolean =>
  text.includes('/')
    ? [text, ...carriedNetworks(text)].some(isPartlyPrivate)
    : isPrivateAddress(text) || carriedIpv4(text).some((carried) => isPrivateAddress(carried));
