import * as ipaddr from 'ipaddr.js';
import { err, ok, type Result } from '../../../common/result';
import { refusedAddress } from './address_guard';

/** The one host that a connector talks to. */
export interface BaseUrl {
  /** Scheme, host and port, such as `https://fw.example:8443`. */
  readonly origin: string;
  /** Host name, or address without brackets. */
  readonly hostname: string;
  /** Path that every request's path is put behind, without a trailing slash; `` if there is none. */
  readonly path: string;
}

const WRITTEN =
  /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?((?:\/[a-z0-9._~-]+)*)\/?$/i;

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || (ipaddr.isValid(hostname) && ipaddr.process(hostname).range() === 'loopback');

/**
 * Takes `base_url` of a connector apart. Only what is spelled plainly is taken: no user info, query, fragment,
 * backslash or Unicode, and a host that the URL parser reads as it is written (not `http://2130706433/`).
 *
 * @param rules `allowed`: addresses the operator named; `plainHttp`: credentials may travel unencrypted
 * @returns or why not
 */
export const parseBaseUrl = (
  text: string,
  { allowed, plainHttp }: { readonly allowed: readonly string[]; readonly plainHttp: boolean },
): Result<BaseUrl, string> => {
  const match = WRITTEN.exec(text);
  if (!match) return err('must be `http(s)://host[:port][/path]` in plain ASCII, without user, query and fragment');
  const host = (match[2] ?? '').toLowerCase();
  const path = match[5] ?? '';
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return err('must not have dot segments');
  if (!URL.canParse(text)) return err('is not a URL');
  const url = new URL(text);
  if (url.hostname !== host) return err(`names its host in an unusual way; write \`${url.hostname}\``);
  const hostname = host.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && !plainHttp && !isLoopback(hostname))
    return err('must be https, or set `allow_plain_http` to send credentials unencrypted');
  if (ipaddr.isValid(hostname)) {
    const refused = refusedAddress(hostname, allowed);
    if (refused !== undefined) return err(refused);
  }
  return ok({ origin: url.origin, hostname, path });
};
