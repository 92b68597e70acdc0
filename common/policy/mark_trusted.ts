import type { TrustedBundle } from './bundle';

/**
 * Marks a bundle as trusted. INVARIANT (INV-9): called only where the signatures were verified; the import rules
 * refuse this module everywhere but in `server/engine/policy/`.
 */
export const markTrusted = (
  bundle: Pick<TrustedBundle, 'statement' | 'keyIds' | 'policies' | 'guards'>,
): TrustedBundle => Object.freeze({ ...bundle }) as TrustedBundle;
