import { lookup as systemLookup } from 'dns/promises';
import * as ipaddr from 'ipaddr.js';
import { err, ok, type Result } from '../../../common/result';
import { refusedAddress } from './address_guard';

/** Asks the resolver; injected, so that tests can be the resolver. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export const lookupBySystem: Lookup = async (hostname) =>
  (await systemLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** Why no connection is made. */
export interface NotResolved {
  readonly code: 'address_refused' | 'connection';
  readonly message: string;
}

/**
 * Resolves a host once for one connection and checks every address: the connection then goes to exactly these, so
 * that a resolver which answers differently the next time (DNS rebinding) changes nothing. One refused address
 * refuses the host.
 */
export const resolveHost = async (
  hostname: string,
  allowed: readonly string[],
  lookup: Lookup,
): Promise<Result<readonly string[], NotResolved>> => {
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
  }
  return ok(addresses);
};
