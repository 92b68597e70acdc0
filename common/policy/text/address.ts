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
export const ipv4Bits = (text: string): number | undefined => {
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
