import { createHash } from 'crypto';
import { canonicalJson } from './canonical_json';

/** sha256 of bytes or UTF-8 text, 64 hex digits. */
export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** sha256 over the canonical JSON of a value, 64 hex digits. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));
