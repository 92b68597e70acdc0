import { hashOfRange, nodeHash, sameHash, splitOf, type Hash, type LeafAt } from './merkle';

/* Proofs of RFC 6962, sections 2.1.1 and 2.1.2, and their verification as RFC 9162, sections 2.1.3.2 and 2.1.4.2. */

const pathOf = (leafAt: LeafAt, index: number, from: number, to: number): readonly Hash[] => {
  if (to - from <= 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...pathOf(leafAt, index, from, middle), hashOfRange(leafAt, middle, to)]
    : [...pathOf(leafAt, index, middle, to), hashOfRange(leafAt, from, middle)];
};

/**
 * Proves that a leaf is in a tree.
 *
 * @throws RangeError if the tree has no such leaf
 */
export const inclusionProof = (leafAt: LeafAt, index: number, size: number): readonly Hash[] => {
  if (index < 0 || index >= size) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  return pathOf(leafAt, index, 0, size);
};

/** Leaves of a tree, from a place up to, without, another. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const subproof = (leafAt: LeafAt, size: number, { from, to }: Span, isWhole: boolean): readonly Hash[] => {
  if (size === to) return isWhole ? [] : [hashOfRange(leafAt, from, to)];
  const middle = from + splitOf(to - from);
  return size <= middle
    ? [...subproof(leafAt, size, { from, to: middle }, isWhole), hashOfRange(leafAt, middle, to)]
    : [...subproof(leafAt, size, { from: middle, to }, false), hashOfRange(leafAt, from, middle)];
};

/**
 * Proves that a tree begins with a smaller one.
 *
 * @throws RangeError if it is not the smaller one
 */
export const consistencyProof = (leafAt: LeafAt, smaller: number, size: number): readonly Hash[] => {
  if (smaller < 0 || smaller > size) throw new RangeError(`${smaller} leaves are no beginning of ${size}`);
  return smaller === 0 || smaller === size ? [] : subproof(leafAt, smaller, { from: 0, to: size }, true);
};

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Hash;
  readonly proof: readonly Hash[];
  readonly root: Hash;
}

/** Whether a proof shows that a leaf is at its place in the tree with this root. */
export const provesInclusion = ({ index, size, leaf, proof, root }: Inclusion): boolean => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const node of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(node, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else hash = nodeHash(hash, node);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameHash(hash, root);
};

export interface Consistency {
  readonly smaller: { readonly size: number; readonly root: Hash };
  readonly larger: { readonly size: number; readonly root: Hash };
  readonly proof: readonly Hash[];
}

const isPowerOfTwo = (size: number): boolean => {
  let power = 1;
  while (power < size) power *= 2;
  return power === size;
};

/** Both roots that a proof leads to; undefined if it has not the shape of a proof for these sizes. */
const rootsOf = (smaller: number, larger: number, path: readonly Hash[]): readonly [Hash, Hash] | undefined => {
  const [first, ...rest] = path;
  if (first === undefined) return undefined;
  let [place, last] = [smaller - 1, larger - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  let [old, grown] = [first, first];
  for (const node of rest) {
    if (last === 0) return undefined;
    if (isOdd(place) || place === last) {
      [old, grown] = [nodeHash(node, old), nodeHash(node, grown)];
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else grown = nodeHash(grown, node);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? [old, grown] : undefined;
};

/** Whether a proof shows that the larger tree begins with the smaller one. */
export const provesConsistency = ({ smaller, larger, proof }: Consistency): boolean => {
  if (smaller.size < 0 || smaller.size > larger.size) return false;
  if (smaller.size === larger.size) return proof.length === 0 && sameHash(smaller.root, larger.root);
  if (smaller.size === 0) return proof.length === 0;
  if (proof.length === 0) return false;
  const path = isPowerOfTwo(smaller.size) ? [smaller.root, ...proof] : proof;
  const found = rootsOf(smaller.size, larger.size, path);
  return found !== undefined && sameHash(found[0], smaller.root) && sameHash(found[1], larger.root);
};
