/** One line of a difference; `before` and `after` are line numbers from 1. */
interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** Comparing more pairs of lines than this takes too long; the rest is then shown as replaced. */
const MOST_PAIRS = 4_000_000;

const commonAtStart = (a: readonly string[], b: readonly string[]): number => {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
};

const commonAtEnd = (a: readonly string[], b: readonly string[], start: number): number => {
  let count = 0;
  while (count < Math.min(a.length, b.length) - start && a[a.length - 1 - count] === b[b.length - 1 - count])
    count += 1;
  return count;
};

/** Lengths of longest common subsequences of all endings, row by row (dynamic programming). */
const lengthsOf = (a: readonly string[], b: readonly string[]): readonly Uint16Array[] => {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const [row, next] = [rows[i], rows[i + 1]];
      if (row && next) row[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
};

type Step = DiffLine['kind'];

const stepsBetween = (a: readonly string[], b: readonly string[]): readonly Step[] => {
  if (a.length * b.length > MOST_PAIRS) {
    return [...a.map((): Step => 'removed'), ...b.map((): Step => 'added')];
  }
  const lengths = lengthsOf(a, b);
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      steps.push('same');
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      steps.push('removed');
      i += 1;
    } else {
      steps.push('added');
      j += 1;
    }
  }
  return steps;
};

const numbered = (a: readonly string[], b: readonly string[], steps: readonly Step[]): readonly DiffLine[] => {
  let [i, j] = [0, 0];
  return steps.map((kind): DiffLine => {
    switch (kind) {
      case 'same':
        i += 1;
        j += 1;
        return { kind, text: a[i - 1] ?? '', before: i, after: j };
      case 'removed':
        i += 1;
        return { kind, text: a[i - 1] ?? '', before: i };
      case 'added':
        j += 1;
        return { kind, text: b[j - 1] ?? '', after: j };
    }
  });
};

/** The shortest way from one text to another, line by line (longest common subsequence). */
export const lineDiff = (before: string, after: string): readonly DiffLine[] => {
  const [a, b] = [before, after].map((text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))) as [
    string[],
    string[],
  ];
  const start = commonAtStart(a, b);
  const end = commonAtEnd(a, b, start);
  const middle = stepsBetween(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const same = (count: number): Step[] => Array.from({ length: count }, () => 'same');
  return numbered(a, b, [...same(start), ...middle, ...same(end)]);
};

/** A difference with its long unchanged stretches left out; `skipped` counts their lines. */
export type FoldedLine = DiffLine | { readonly kind: 'skipped'; readonly count: number };

export const folded = (lines: readonly DiffLine[], context = 3): readonly FoldedLine[] => {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.kind !== 'same'),
  );
  const result: FoldedLine[] = [];
  for (const [index, line] of lines.entries()) {
    const last = result[result.length - 1];
    if (near[index]) result.push(line);
    else if (last?.kind === 'skipped') result[result.length - 1] = { kind: 'skipped', count: last.count + 1 };
    else result.push({ kind: 'skipped', count: 1 });
  }
  return result;
};
