/** @returns UTC in RFC 3339 with milliseconds, such as `2026-11-28T10:00:00.000Z` */
export const iso = (ms: number): string => new Date(ms).toISOString();
