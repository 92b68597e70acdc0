/**
 * What every answer carries. Scripts come from this host only and nothing may frame the page; styles may be inline,
 * because OUI sets them so.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'unsafe-inline' 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A browser leaves it out. */
const HTTPS_PORT = 443;
const A_YEAR_S = 31_536_000;

/** Browsers that read it come with TLS only from then on, to every port of that name. */
export const ONLY_TLS: Readonly<Record<string, string>> = {
  'strict-transport-security': `max-age=${A_YEAR_S}`,
};

/** Names of this machine that all programs on it share. */
const SHARED_NAMES = ['127.0.0.1', 'localhost'];

/** The name in a Host header; without its port. */
const nameIn = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

/** True if a request was sent to a name that is not shared with other programs of this machine. */
export const isOwnName = (host: string | undefined): boolean =>
  host !== undefined && !SHARED_NAMES.includes(nameIn(host));

/** Pages of other sites cannot set a header of their own; without it nothing is changed. */
export const WRITE_HEADER = 'osd-xsrf';

/**
 * True if a request was meant for this host. A name that an attacker lets point to 127.0.0.1 is not (DNS rebinding).
 *
 * @param host the request's Host header
 * @param names under which it is called besides
 */
export const isOwnHost = (
  host: string | undefined,
  {
    port,
    names = [],
    tls = false,
  }: { readonly port: number; readonly names?: readonly string[]; readonly tls?: boolean },
): boolean =>
  [...SHARED_NAMES, ...names].some((name) => {
    const written = name.includes(':') ? `[${name}]` : name;
    const given = host?.toLowerCase();
    return given === `${written}:${port}` || (tls && port === HTTPS_PORT && given === written);
  });
