import { EMPTY_ROOT, HASH_BYTES, nodeHash, type Hash } from './merkle';

/** A tree as it is kept: its size, and the roots of its whole subtrees in base64, the largest first. */
export interface KeptTree {
  readonly size: number;
  readonly nodes: readonly string[];
}

/** One whole subtree for each bit of the size. */
const subtreesOf = (size: number): number => {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
};

/** A tree that grows at its end and knows only the roots of its whole subtrees: 53 hashes at the most. */
export class CompactRange {
  private count: number;
  private readonly nodes: Hash[];

  private constructor(size: number, nodes: readonly Hash[]) {
    this.count = size;
    this.nodes = [...nodes];
  }

  static empty(): CompactRange {
    return new CompactRange(0, []);
  }

  /** @throws Error if it cannot be a tree */
  static of({ size, nodes }: KeptTree): CompactRange {
    const hashes = nodes.map((text) => Buffer.from(text, 'base64'));
    const fits = Number.isSafeInteger(size) && size >= 0 && hashes.length === subtreesOf(size);
    if (!fits || hashes.some(({ length }) => length !== HASH_BYTES)) throw new Error('this is no tree');
    return new CompactRange(size, hashes);
  }

  get size(): number {
    return this.count;
  }

  append(leaf: Hash): void {
    let node = leaf;
    for (let rest = this.count; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.nodes.pop();
      if (left !== undefined) node = nodeHash(left, node);
    }
    this.nodes.push(node);
    this.count += 1;
  }

  root(): Hash {
    return (
      this.nodes.reduceRight<Hash | undefined>(
        (right, left) => (right === undefined ? left : nodeHash(left, right)),
        undefined,
      ) ?? EMPTY_ROOT
    );
  }

  kept(): KeptTree {
    return { size: this.count, nodes: this.nodes.map((node) => Buffer.from(node).toString('base64')) };
  }
}
