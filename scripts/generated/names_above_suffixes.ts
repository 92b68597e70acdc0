import { getPublicSuffix } from 'tldts';

/** The public suffix list as `tldts` keeps it: a tree of labels, each node and edge a place in these arrays. */
interface SuffixTree {
  readonly rulesRoot: number;
  readonly edgeStart: ArrayLike<number>;
  readonly edgeChild: ArrayLike<number>;
  readonly edgeLength: ArrayLike<number>;
  readonly labelText: string;
}

// `tldts` answers what the suffix of a name is, and has no answer for which names have suffixes below them.
const tree = require('tldts/dist/cjs/src/data/trie.js') as SuffixTree;

const labels: readonly string[] = (() => {
  let from = 0;
  return Array.from(tree.edgeLength, (length) => tree.labelText.slice(from, (from += length)));
})();

const isSuffix = (name: string): boolean => getPublicSuffix(name, { allowPrivateDomains: true }) === name;

const isPlain = (name: string): boolean => /^[a-z0-9.-]+$/.test(name);

/**
 * Names such as `amazonaws.com`: no public suffixes themselves, but strangers have theirs below suffixes that are below
 * them. As IDNA writes them, sorted.
 */
export const namesAboveSuffixes = (): readonly string[] => {
  const found: string[] = [];
  const walk = (node: number, below: string): void => {
    const end = tree.edgeStart[node + 1] ?? 0;
    for (let edge = tree.edgeStart[node] ?? 0; edge < end; edge += 1) {
      const child = tree.edgeChild[edge] ?? 0;
      if (tree.edgeStart[child] === tree.edgeStart[child + 1]) continue;
      const name = `${labels[edge] ?? ''}${below}`;
      if (isPlain(name) && !isSuffix(name)) found.push(name);
      walk(child, `.${name}`);
    }
  };
  walk(tree.rulesRoot, '');
  return found.sort();
};
