import * as ipaddr from 'ipaddr.js';

/*
 * To where this installation may connect, whatever the settings of a connector, a receiver, a broker or a remote say:
 * one list of hosts and networks. Without a list each goes where its own settings say. A name is resolved once for each
 * connection, and the connection goes to the addresses that were looked at.
 */

/** Where a connection is to go. */
export interface Destination {
  /** As it is written: a name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Why a destination is not allowed under one of its addresses; undefined if it is. */
export type Egress = (to: Destination, address: string) => string | undefined;

export const OPEN_EGRESS: Egress = () => undefined;

interface Entry {
  /** A name, or `*.` and what it ends with; undefined for a network. */
  readonly name?: string;
  readonly network?: readonly [ipaddr.IPv4 | ipaddr.IPv6, number];
  /** Undefined: any. */
  readonly port?: number;
}

const NAME = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

const networkIn = (text: string): Entry['network'] => {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    if (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    return undefined;
  }
};

/** `fw.example`, `*.soc.example`, `10.20.0.0/16`, each also with `:port`; an IPv6 one then in brackets. */
const parse = (text: string): Entry | undefined => {
  const [, bracketed, plain, digits] = WITH_PORT.exec(text) ?? [];
  const place = bracketed ?? plain ?? text;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const network = networkIn(place);
  if (network !== undefined) return { network, ...(port === undefined ? {} : { port }) };
  // What looks like a number is none of the names: some programs read it as an address.
  const isName = NAME.test(place) && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(place);
  return isName ? { name: place, ...(port === undefined ? {} : { port }) } : undefined;
};

/** True if the text is an entry of `egress.allow`. */
export const isEgressEntry = (text: string): boolean => parse(text) !== undefined;

const fits = ({ name, network, port }: Entry, to: Destination, address: string): boolean => {
  if (port !== undefined && port !== to.port) return false;
  if (network !== undefined) {
    const [base, bits] = network;
    if (!ipaddr.isValid(address)) return false;
    const at = ipaddr.process(address);
    return at.kind() === base.kind() && at.match([base, bits] as [ipaddr.IPv4, number] & [ipaddr.IPv6, number]);
  }
  const host = to.host.toLowerCase().replace(/\.$/, '');
  return name?.startsWith('*.') === true
    ? host.endsWith(name.slice(1)) && host.length > name.length - 1
    : host === name;
};

/**
 * @param allow entries that `isEgressEntry` takes
 * @param setting where the list stands, for whoever reads why something was refused
 * @returns undefined where there is no list: everywhere
 */
export const egressOf = (
  allow: readonly string[] | undefined,
  setting: 'egress.allow' | 'egress.opensearch' = 'egress.allow',
): Egress | undefined => {
  if (allow === undefined) return undefined;
  const entries = allow.flatMap((text) => parse(text) ?? []);
  return (to, address) =>
    entries.some((entry) => fits(entry, to, address))
      ? undefined
      : `\`${to.host}\` port ${to.port} (${address}) is not in \`${setting}\``;
};

/** Code of the error of a connection that was not made for that reason. */
export const EGRESS_REFUSED = 'EGRESS_REFUSED';

const refused = (why: string): Error & { readonly code: string } =>
  Object.assign(new Error(`not connected: ${why}`), { code: EGRESS_REFUSED });

/** One address that a name has. */
interface Found {
  address: string;
  family: number;
}

/** Asks the system for all addresses of a name. */
type Resolve = (
  hostname: string,
  options: { readonly all: true; readonly verbatim: true },
  told: (error: Error | null, found: Found[]) => void,
) => void;

/** The `lookup` of a socket. */
type Lookup = (
  hostname: string,
  options: { readonly all?: boolean },
  told: (error: (Error & { readonly code?: string }) | null, address: string | Found[], family?: number) => void,
) => void;

/** Throws for an address that is written out and not allowed: nobody looks that up. */
export const checkWritten = (egress: Egress, to: Destination): void => {
  const why = ipaddr.isValid(to.host) ? egress(to, to.host) : undefined;
  if (why !== undefined) throw refused(why);
};

/**
 * The `lookup` of a socket to a destination: one address that is not allowed refuses all, so that no resolver's answer
 * picks another one.
 */
export const egressLookup =
  (egress: Egress, port: number, resolve: Resolve): Lookup =>
  (hostname, { all }, told) =>
    resolve(hostname, { all: true, verbatim: true }, (error, found) => {
      if (error !== null) return told(error, [], 0);
      const faults = found.map(({ address }) => egress({ host: hostname, port }, address));
      const why = faults.find((each) => each !== undefined);
      const [first] = found;
      if (first === undefined || why !== undefined)
        return told(refused(why ?? `\`${hostname}\` has no address`), [], 0);
      return all === true ? told(null, found) : told(null, first.address, first.family);
    });
