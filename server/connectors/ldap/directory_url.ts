import { err, ok, type Result } from '../../../common/result';

/** How a connection to a directory is protected. */
export type Protection = 'ldaps' | 'start_tls' | 'none';

/** One directory server. */
export interface DirectoryUrl {
  /** Host name, or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly protection: Protection;
}

const WRITTEN = /^(ldaps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?\/?$/i;

/**
 * Takes the address of a directory apart: scheme, host and port, nothing else. A name alone in it would be a search
 * base, which has a parameter of its own.
 *
 * @param rules `startTls`: TLS begins inside of the connection; `plain`: the password may travel readable
 */
export const parseDirectoryUrl = (
  text: string,
  { startTls, plain }: { readonly startTls: boolean; readonly plain: boolean },
): Result<DirectoryUrl, string> => {
  const [, scheme = '', written = '', , port] = WRITTEN.exec(text) ?? [];
  if (scheme === '') return err('must be `ldaps://host[:port]` or `ldap://host[:port]`, and nothing behind it');
  const secure = scheme.toLowerCase() === 'ldaps';
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return err('has no valid port');
  if (secure && startTls) return err('is `ldaps`, which needs no `start_tls`');
  if (!secure && !startTls && !plain)
    return err('must be `ldaps`, or have `start_tls`, or `allow_plain_ldap` to send the password readable');
  return ok({
    host: written.toLowerCase().replace(/^\[|\]$/g, ''),
    port: port === undefined ? (secure ? 636 : 389) : Number(port),
    protection: secure ? 'ldaps' : startTls ? 'start_tls' : 'none',
  });
};
