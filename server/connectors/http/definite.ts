/*
 * Answers by which a target says for certain that it did nothing (RFC 9110). Everything else may have been carried out:
 * a gateway answers 5xx after the system behind it took the order, 408 and 499 are about time, 409 and 425 about
 * another request.
 */
const DEFINITE: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 431,
  451,
]);

/** The target certainly did nothing, and asking again would end the same way. */
export const isDefiniteRefusal = (status: number): boolean => DEFINITE.has(status);
