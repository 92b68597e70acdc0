import { createHash } from 'crypto';

/* The Merkle tree hash of RFC 6962, section 2.1. Leaf and node are hashed apart, so neither passes for the other. */

export type Hash = Uint8Array;

export const HASH_BYTES = 32;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of a leaf with this content. */
export const leafHash = (content: Uint8Array): Hash => createHash('sha256').update(LEAF).update(content).digest();

/** The hash of a node over its two halves. */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash('sha256').update(NODE).update(left).update(right).digest();

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Hash = createHash('sha256').digest();

/** The hash of the leaf at a place. */
export type LeafAt = (index: number) => Hash;

/** Largest power of two below a size of two or more: where RFC 6962 splits. */
export const splitOf = (size: number): number => {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
};

/** The hash over the leaves `from` up to, without, `to`. */
export const hashOfRange = (leafAt: LeafAt, from: number, to: number): Hash => {
  if (to === from) return EMPTY_ROOT;
  if (to - from === 1) return leafAt(from);
  const middle = from + splitOf(to - from);
  return nodeHash(hashOfRange(leafAt, from, middle), hashOfRange(leafAt, middle, to));
};

/** The root over leaves, all at once; what grows is a `CompactRange`. */
export const rootOf = (leaves: readonly Hash[]): Hash =>
  hashOfRange((index) => leaves[index] ?? EMPTY_ROOT, 0, leaves.length);

export const sameHash = (one: Hash, other: Hash): boolean => Buffer.compare(one, other) === 0;
