import { err, ok, type Result } from '../../../common/result';
import type { Answered } from '../connector';
import { follow } from './pointer';
import type { NextPage } from './rest_parameters';

/** The address behind `rel="next"` in a `Link` header (RFC 8288). */
const linkIn = (header: string): string | undefined => {
  for (const [, address = '', more = ''] of header.matchAll(
    /<([^<>]*)>((?:\s*;\s*[^,;<>"=]+(?:="[^"]*"|=[^,;<>"]*)?)*)/g,
  ))
    if (/;\s*rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next)\s*(;|$)/i.test(more)) return address;
  return undefined;
};

/** What the target says of the next page; undefined: this was the last one. */
const said = ({ headers, body }: Answered, next: NextPage): Result<string | undefined, string> => {
  if ('header' in next) return ok(linkIn(headers.get('link') ?? ''));
  const found = follow(body.json, next.pointer);
  if (!found.found || found.value === null || found.value === '' || found.value === false) return ok(undefined);
  if (typeof found.value === 'number') return ok(String(found.value));
  return typeof found.value === 'string' ? ok(found.value) : err(`has no text at \`${next.pointer}\``);
};

/**
 * Path and query of the next page, relative to `base_url`; undefined where this was the last one. Another host is never
 * followed, nor is what lies outside the path of `base_url`: the request carries our credentials.
 *
 * @param path of the request that was answered, relative to `baseUrl`
 */
export const nextPath = (
  answer: Answered,
  next: NextPage,
  { baseUrl, path }: { readonly baseUrl: string; readonly path: string },
): Result<string | undefined, string> => {
  const text = said(answer, next);
  if (!text.ok || text.value === undefined) return text;
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  const here = new URL(`${base.origin}${prefix}${path}`);
  if ('query' in next && next.query !== undefined) {
    here.searchParams.set(next.query, text.value);
    return ok(`${here.pathname.slice(prefix.length)}${here.search}`);
  }
  if (!URL.canParse(text.value, here)) return err('names a next page that is no address');
  const there = new URL(text.value, here);
  if (there.origin !== base.origin || there.username !== '' || there.password !== '')
    return err('names a next page at another host; it is not followed');
  if (prefix !== '' && !there.pathname.startsWith(`${prefix}/`))
    return err('names a next page outside `base_url`; it is not followed');
  return ok(`${there.pathname.slice(prefix.length)}${there.search}`);
};
