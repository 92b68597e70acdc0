import { lookup as systemLookup } from 'dns/promises';
import * as ipaddr from 'ipaddr.js';
import { err, ok, type Result } from '../../../common/result';
import { OPEN_EGRESS, type Destination, type Egress } from '../../../common/entity/egress';
import { refusedAddress } from './address_guard';

/** Asks the resolver; injected, so that tests can be the resolver. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export const lookupBySystem: Lookup = async (hostname) =>
  (await systemLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** Why no connection is made. */
export interface NotResolved {
  readonly code: 'address_refused' | 'egress_refused' | 'connection';
  readonly message: string;
}

interface Allowed {
  /** Addresses and networks that the connector names, of those that are refused otherwise. */
  readonly allowed: readonly string[];
  /** What the installation allows. */
  readonly egress?: Egress | undefined;
}

/**
 * Resolves a host once for one connection and checks every address: the connection then goes to exactly these, so
 * that a resolver which answers differently the next time (DNS rebinding) changes nothing. One refused address
 * refuses the host.
 */
export const resolveHost = async (
  to: Destination,
  { allowed, egress = OPEN_EGRESS }: Allowed,
  lookup: Lookup,
): Promise<Result<readonly string[], NotResolved>> => {
  const { host: hostname } = to;
  let addresses: readonly string[];
  try {
    addresses = ipaddr.isValid(hostname) ? [hostname] : await lookup(hostname);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    return err({ code: 'connection', message: `\`${hostname}\` could not be resolved: ${code}` });
  }
  if (addresses.length === 0) return err({ code: 'connection', message: `\`${hostname}\` has no address` });
  for (const address of addresses) {
    const refused = refusedAddress(address, allowed);
    if (refused !== undefined) return err({ code: 'address_refused', message: `\`${hostname}\`: ${refused}` });
    const outside = egress(to, address);
    if (outside !== undefined) return err({ code: 'egress_refused', message: outside });
  }
  return ok(addresses);
};
