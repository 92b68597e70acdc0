import type { LimitFilled } from '../../../common/api/many_as_one';

/** What of an escalation tells the limits that it would fill. */
export interface Filling {
  readonly aim?: string | undefined;
  readonly limits?: readonly LimitFilled[] | undefined;
}

/** A limit with what several acts would add to it. */
export type FilledBySeveral = Pick<LimitFilled, 'limit' | 'scope' | 'used' | 'most'> & { readonly adds: number };

interface Sum extends FilledBySeveral {
  readonly aims: ReadonlySet<string>;
}

const fullness = ({ used, adds, most }: FilledBySeveral): number => (most === 0 ? Infinity : (used + adds) / most);

/** What approving all of them would fill, fullest first. Acts on one thing count once where targets are counted. */
export const filledBySeveral = (items: readonly Filling[]): readonly FilledBySeveral[] => {
  const sums = new Map<string, Sum>();
  for (const { aim, limits = [] } of items)
    for (const { limit, scope, used, most, adds = 1, counts } of limits) {
      const key = `${limit} ${scope}`;
      const sum = sums.get(key) ?? { limit, scope, used, most, adds: 0, aims: new Set<string>() };
      const isCounted = counts === 'targets' && aim !== undefined && sum.aims.has(aim);
      const aims = aim === undefined ? sum.aims : new Set([...sum.aims, aim]);
      sums.set(key, { ...sum, adds: sum.adds + (isCounted ? 0 : adds), aims });
    }
  return [...sums.values()].sort((one, other) => fullness(other) - fullness(one));
};
