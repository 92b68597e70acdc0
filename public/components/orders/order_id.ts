/** An id for one order; sent twice under it, it is one order. Pages without TLS have no `randomUUID`. */
export const newOrderId = (): string =>
  [...window.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
