const IMF_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * What `Retry-After` asks for, in ms: seconds or a date (RFC 9110, 10.2.3). A date in the past is 0; anything else is
 * as if it were not there.
 *
 * @param utcMs now, ms since 1970
 */
export const retryAfterMs = (header: string | undefined, utcMs: number): number | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!IMF_DATE.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - utcMs);
};
