import { err, ok, type Result } from '../../../common/result';

/*
 * The one place where text of an event becomes part of a URL or a header: encoded by its position, or refused.
 */

/** Percent-encodes everything but unreserved characters (RFC 3986, 2.3). */
const percentEncoded = (text: string): Result<string, string> => {
  try {
    return ok(
      encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    );
  } catch {
    return err('is not valid Unicode');
  }
};

/** As one whole segment of a path. Refuses what a server might read as another path even when it is encoded. */
export const asPathSegment = (text: string): Result<string, string> => {
  if (text === '') return err('is empty');
  if (text.split(/[/\\]/).some((part) => part === '.' || part === '..')) return err('has dot segments');
  return percentEncoded(text);
};

/** As one whole value in a query. */
export const asQueryValue = (text: string): Result<string, string> => percentEncoded(text);

/** As a whole header value. */
export const asHeaderValue = (text: string): Result<string, string> =>
  /^[\x20-\x7e]*$/.test(text) ? ok(text) : err('has characters that no header can carry');
