/** Where a JSON pointer leads. */
export type Found = { readonly found: true; readonly value: unknown } | { readonly found: false };

const NOWHERE: Found = { found: false };

const step = (from: Found, key: string): Found => {
  if (!from.found || typeof from.value !== 'object' || from.value === null) return NOWHERE;
  if (Array.isArray(from.value)) {
    const index = /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : -1;
    return index >= 0 && index < from.value.length ? { found: true, value: from.value[index] as unknown } : NOWHERE;
  }
  // Own properties only: an answer must not be able to point into the prototype.
  return Object.prototype.hasOwnProperty.call(from.value, key)
    ? { found: true, value: (from.value as Record<string, unknown>)[key] }
    : NOWHERE;
};

/** Follows a JSON pointer (RFC 6901) in a parsed answer. */
export const follow = (document: unknown, pointer: string): Found =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce(step, { found: true, value: document } as Found);
