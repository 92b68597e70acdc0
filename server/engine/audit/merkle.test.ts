import fc from 'fast-check';
import vectors from '../../../test/samples/audit/rfc6962.json';
import { CompactRange } from './compact_range';
import { EMPTY_ROOT, leafHash, nodeHash, rootOf, sameHash, type Hash } from './merkle';
import { consistencyProof, inclusionProof, provesConsistency, provesInclusion } from './merkle_proof';

const bytes = (hex: string): Hash => Buffer.from(hex, 'hex');
const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');
const published = vectors.leaves.map((leaf) => leafHash(bytes(leaf)));
const numbered = (count: number): readonly Hash[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(String(index))));
const at =
  (leaves: readonly Hash[]) =>
  (index: number): Hash =>
    leaves[index] ?? EMPTY_ROOT;

/** A proof with each of its hashes changed by one bit, cut, lengthened, or turned round. */
const spoilt = (proof: readonly Hash[]): ReadonlyArray<readonly Hash[]> => [
  ...proof.map((_, index) =>
    proof.map((hash, place) => (place === index ? Buffer.from(hash).fill((hash[0] ?? 0) ^ 8, 0, 1) : hash)),
  ),
  proof.slice(0, -1),
  [...proof, EMPTY_ROOT],
  [EMPTY_ROOT, ...proof],
];

describe('the Merkle tree of RFC 6962', () => {
  it('has the published roots', () => {
    expect(hex(EMPTY_ROOT)).toBe(vectors.emptyRoot);
    vectors.roots.forEach((root, index) => expect(hex(rootOf(published.slice(0, index + 1)))).toBe(root));
  });

  it('grows to the same roots', () => {
    const tree = CompactRange.empty();
    expect(hex(tree.root())).toBe(vectors.emptyRoot);
    published.forEach((leaf, index) => {
      tree.append(leaf);
      expect(hex(tree.root())).toBe(vectors.roots[index]);
    });
  });

  it('goes on from what was kept of it, at every size', () => {
    const leaves = numbered(130);
    let tree = CompactRange.empty();
    for (const [index, leaf] of leaves.entries()) {
      tree.append(leaf);
      tree = CompactRange.of(JSON.parse(JSON.stringify(tree.kept())) as ReturnType<CompactRange['kept']>);
      expect(tree.size).toBe(index + 1);
      expect(hex(tree.root())).toBe(hex(rootOf(leaves.slice(0, index + 1))));
    }
  });

  it.each([
    [{ size: 3, nodes: [Buffer.alloc(32).toString('base64')] }],
    [{ size: 1, nodes: [Buffer.alloc(31).toString('base64')] }],
    [{ size: -1, nodes: [] }],
    [{ size: 1.5, nodes: [Buffer.alloc(32).toString('base64')] }],
  ])('refuses what is no tree: %j', (kept) => {
    expect(() => CompactRange.of(kept)).toThrow('this is no tree');
  });
});

describe('proofs of inclusion', () => {
  it.each(vectors.inclusion)('are the published ones: leaf $leaf of $size', ({ leaf, size, proof }) => {
    expect(inclusionProof(at(published), leaf - 1, size).map(hex)).toEqual(proof);
    const root = bytes(vectors.roots[size - 1] ?? '');
    const shown = { index: leaf - 1, size, leaf: at(published)(leaf - 1), proof: proof.map(bytes), root };
    expect(provesInclusion(shown)).toBe(true);
    for (const index of [leaf - 2, leaf]) expect(provesInclusion({ ...shown, index })).toBe(false);
    if (size > 1)
      for (const other of [size * 2, Math.floor(size / 2)])
        expect(provesInclusion({ ...shown, size: other })).toBe(false);
  });

  it('hold for every leaf of every tree, and nothing else does', () => {
    for (let size = 1; size <= 33; size += 1) {
      const leaves = numbered(size);
      const root = rootOf(leaves);
      for (let index = 0; index < size; index += 1) {
        const shown = { index, size, leaf: at(leaves)(index), proof: inclusionProof(at(leaves), index, size), root };
        expect(provesInclusion(shown)).toBe(true);
        expect(provesInclusion({ ...shown, leaf: leafHash(Buffer.from('other')) })).toBe(false);
        for (const proof of spoilt(shown.proof).filter((each) => each.length !== shown.proof.length || size > 1))
          expect(provesInclusion({ ...shown, proof })).toBe(false);
      }
    }
  });

  it('are refused for a leaf that is not there', () => {
    expect(() => inclusionProof(at(published), 8, 8)).toThrow('a tree of 8 leaves has no leaf 8');
  });
});

describe('proofs of consistency', () => {
  const treeOf = (size: number) => ({ size, root: bytes(vectors.roots[size - 1] ?? '') });

  it.each(vectors.consistency)('are the published ones: $smaller in $larger', ({ smaller, larger, proof }) => {
    expect(consistencyProof(at(published), smaller, larger).map(hex)).toEqual(proof);
    const shown = { smaller: treeOf(smaller), larger: treeOf(larger), proof: proof.map(bytes) };
    expect(provesConsistency(shown)).toBe(true);
    if (proof.length > 0)
      expect(provesConsistency({ ...shown, smaller: shown.larger, larger: shown.smaller })).toBe(false);
  });

  it('hold for every two trees of one log, and nothing else does', () => {
    const leaves = numbered(33);
    const tree = (size: number) => ({ size, root: rootOf(leaves.slice(0, size)) });
    for (let larger = 1; larger <= 33; larger += 1)
      for (let smaller = 1; smaller <= larger; smaller += 1) {
        const shown = {
          smaller: tree(smaller),
          larger: tree(larger),
          proof: consistencyProof(at(leaves), smaller, larger),
        };
        expect(provesConsistency(shown)).toBe(true);
        const forged = { ...shown.smaller, root: nodeHash(EMPTY_ROOT, EMPTY_ROOT) };
        expect(provesConsistency({ ...shown, smaller: forged })).toBe(false);
        if (smaller === larger) continue;
        for (const proof of spoilt(shown.proof)) expect(provesConsistency({ ...shown, proof })).toBe(false);
      }
  });

  it('are refused for a tree that does not begin with the other', () => {
    expect(() => consistencyProof(at(published), 8, 7)).toThrow('8 leaves are no beginning of 7');
  });
});

it('tells hashes apart', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.uint8Array({ minLength: 1 }), (one, other) => {
      expect(sameHash(leafHash(one), leafHash(other))).toBe(Buffer.compare(one, other) === 0);
      expect(sameHash(leafHash(Buffer.concat([one, other])), nodeHash(one, other))).toBe(false);
    }),
  );
});
