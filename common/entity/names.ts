import { canonicalAddress, canonicalNetwork, spokenAddress } from './address';
import { foldName, hasHidden, isAscii, isDisguised, isMixedScript } from './characters';
import type { Found, NotFound, Oddity, Reader } from './entity';

/* Addresses, networks, hosts and domains. */

export const readIp: Reader = (text) => {
  const spoken = spokenAddress(text);
  if (spoken === undefined) return { why: 'it is no IP address' };
  const { address, zone, odd } = spoken;
  return { text: address, parts: { kind: 'ip', address, ...(zone === undefined ? {} : { zone }) }, odd };
};

export const readNetwork: Reader = (text) => {
  const network = canonicalNetwork(text.trim());
  if (network === undefined) return { why: 'it is no network such as 10.0.0.0/8' };
  const [address = '', bits] = network.split('/');
  // A network of one address is that address.
  return bits === (address.includes(':') ? '128' : '32')
    ? { text: address, parts: { kind: 'ip', address } }
    : { text: network, parts: { kind: 'network', network } };
};

const NAME = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/;
const PORT = /:\d{1,5}$/;

/** A name such as `web-1:443` without its port. Of an IPv6 address it takes the end away: read that first. */
export const withoutPort = (name: string): string => name.trim().replace(PORT, '');

/** `kafka.example:9092` and `[2001:db8::1]:9092` without the port, which is always there. */
export const hostOfPlace = (place: string): string => {
  const bare = withoutPort(place);
  return spokenAddress(bare)?.address ?? bare;
};

/** The host of a URL, or undefined. */
export const hostOfUrl = (url: string): string | undefined => {
  try {
    const { hostname } = new URL(url);
    return hostname === '' ? undefined : hostname.replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
};

/** The first label of a full name, `ws-7` of `ws-7.office.example`; undefined for a name of one label. */
export const firstLabel = (name: string): string | undefined => {
  const [label = '', ...rest] = name.split('.');
  return rest.length === 0 ? undefined : label;
};

/** Dots at the end only say that the name is whole. */
const withoutEnd = (name: string): string => name.replace(/\.+$/, '');

/** An internationalised name in its ASCII form (UTS 46), or undefined. */
const asciiForm = (name: string): string | undefined => {
  if (/[/?#@\\:\s]/.test(name)) return undefined;
  try {
    const { hostname } = new URL(`http://${name}`);
    return withoutEnd(hostname);
  } catch {
    return undefined;
  }
};

const oddOf = (name: string, odd: readonly Oddity[] = []): readonly Oddity[] => [
  ...odd,
  ...(isMixedScript(name) ? (['mixed_script'] as const) : []),
  ...(isAscii(name) ? [] : (['non_ascii'] as const)),
  ...(isDisguised(name) ? (['disguised'] as const) : []),
];

/** `127.1`, `0x7f.1` and `2130706433` are addresses to many programs; nobody should have to know which. */
const isUnusualAddress = (name: string): boolean =>
  /(^|\.)(0x[0-9a-f]*|\d+)$/.test(name) && canonicalAddress(asciiForm(name) ?? '') !== undefined;

/** A name in its ASCII form with what was odd about it; `a..b`, wildcards and addresses are none. */
const nameIn = (text: string): { readonly name: string; readonly odd: readonly Oddity[] } | NotFound => {
  const spoken = text.trim();
  if (hasHidden(spoken.replace(/\u00ad/g, ''))) return { why: 'it has characters that cannot be seen' };
  if (spoken.includes('*')) return { why: 'it has a wildcard' };
  const hasPort = PORT.test(spoken);
  const bare = withoutPort(spoken);
  const plain = withoutEnd(bare.toLowerCase());
  const name = NAME.test(plain) && !plain.includes('xn--') ? plain : asciiForm(foldName(withoutEnd(bare)));
  if (name === undefined || !NAME.test(name) || name.includes('..')) return { why: 'it is no host or domain name' };
  if (isUnusualAddress(name)) return { why: 'it is an address in an unusual spelling' };
  return { name, odd: oddOf(bare, hasPort ? ['had_port'] : []) };
};

export const readHost: Reader = (text): Found | NotFound => {
  const spoken = spokenAddress(text);
  if (spoken !== undefined) {
    const { address, odd } = spoken;
    return { text: address, parts: { kind: 'host', name: address, address }, odd };
  }
  const found = nameIn(text);
  if ('why' in found) return found;
  return { text: found.name, parts: { kind: 'host', name: found.name }, odd: found.odd };
};

export const readDomain: Reader = (text) => {
  if (spokenAddress(text) !== undefined) return { why: 'it is an address, not a domain' };
  const found = nameIn(text);
  if ('why' in found) return found;
  // `web.7` may be a host's name, but no domain ends in a number.
  if (/\.\d+$/.test(found.name)) return { why: 'it is no domain name' };
  return { text: found.name, parts: { kind: 'domain', name: found.name }, odd: found.odd };
};
