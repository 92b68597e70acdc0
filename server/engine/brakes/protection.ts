import type { EntityKey } from '../../../common/entity/entity';
import type { Protect } from '../../../common/policy/policy';
import { protectionIndex, type ProtectionIndex } from '../entity/protection_index';

/** By the list itself: a bundle in force keeps its lists, so each is arranged once. */
const arranged = new WeakMap<Protect, ProtectionIndex>();

const indexOf = (protect: Protect): ProtectionIndex => {
  const known = arranged.get(protect);
  if (known) return known;
  const made = protectionIndex(protect);
  arranged.set(protect, made);
  return made;
};

/**
 * The entry of a protection list that covers a target, or undefined. A file or process is covered by its host. A
 * blocked network (`10.0.0.0/8`) is covered if it contains a protected address or lies in a protected network.
 *
 * @param names every key of the target
 */
export const protectedBy = (protect: Protect, names: readonly EntityKey[]): string | undefined =>
  indexOf(protect).covers(names);
