import { canonicalize } from 'json-canonicalize';

/**
 * The one spelling of a JSON value (RFC 8785, JSON Canonicalization Scheme), so that equal values have equal digests.
 * Fields that are undefined are left out, as JSON does.
 */
export const canonicalJson = (value: unknown): string => canonicalize(value);
