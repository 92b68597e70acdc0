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

/** Pages of other sites cannot set a header of their own; without it nothing is changed. */
export const WRITE_HEADER = 'osd-xsrf';

/**
 * True if a request was meant for this host. A name that an attacker lets point to 127.0.0.1 is not (DNS rebinding).
 *
 * @param host the request's Host header
 */
export const isOwnHost = (host: string | undefined, port: number): boolean =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`;
