import type { BacktestReportView } from '../../../../common/api/routes/backtest';
import { mostAllowed, type Limit } from '../../../../common/policy/policy';
import type { CompiledLimit } from '../../policy/compiled';
import type { ComparedAct } from './compared_act';
import { DistinctWindow, StartWindow } from './window';

/**
 * How full one limit would have been in one scope. `most`: as the inventory is today, null where it does not know the
 * scope; `peak`: most that would have counted at once; `breaches`: permitted acts that would have gone over it.
 */
type LimitPeak = BacktestReportView['limits'][number];

/** Population of a scope as it is today; undefined if unknown. */
export type Population = (of: NonNullable<Limit['of']>, scope: string) => number | undefined;

type Counted = LimitPeak & { readonly count: (at: number, target: string) => number };

const MOST_SCOPES = 2_000;

/** In which scopes an act counts under a limit. */
export const scopesUnder = ({ limit }: CompiledLimit, { scopes, thing, policy }: ComparedAct): readonly string[] => {
  if (limit.per === 'target') return [thing];
  if (limit.per === 'policy') return [policy];
  // Which connector it was is not on record where there was only one.
  switch (limit.of) {
    case undefined:
    case 'hosts':
    case 'users':
      return ['all'];
    case 'hosts_in_subnet':
      return scopes.subnets.length === 0 ? ['unknown'] : scopes.subnets;
    case 'users_in_group':
      return scopes.groups.length === 0 ? ['unknown'] : scopes.groups;
  }
};

/** How many a limit allows in a scope, as the inventory is today; undefined if it does not know the scope. */
export const mostOf = ({ limit }: CompiledLimit, scope: string, populationOf: Population): number | undefined => {
  if (limit.of === undefined) return limit.max_count ?? 0;
  const population = populationOf(limit.of, scope);
  if (population === undefined) return undefined;
  return mostAllowed(limit, population);
};

/** A rate counts starts, all others count targets. */
const counterOf = ({ limit, withinMs }: CompiledLimit): Counted['count'] => {
  if (limit.of === undefined) {
    const starts = new StartWindow(withinMs);
    return (at) => starts.add(at);
  }
  const targets = new DistinctWindow(withinMs);
  return (at, target) => targets.add(at, target);
};

/** Follows the limits of a candidate through its permitted acts, oldest first, as if each had been executed. */
export class LimitPeaks {
  private readonly byAction = new Map<string, CompiledLimit[]>();
  private readonly peaks = new Map<string, Counted>();

  constructor(
    limits: readonly CompiledLimit[],
    private readonly populationOf: Population,
  ) {
    for (const limit of limits) {
      const known = this.byAction.get(limit.limit.action);
      if (known) known.push(limit);
      else this.byAction.set(limit.limit.action, [limit]);
    }
  }

  add(at: number, act: ComparedAct): void {
    for (const limit of this.byAction.get(act.action) ?? []) {
      if (limit.expiresMs <= at) continue;
      for (const scope of scopesUnder(limit, act)) this.count(limit, scope, { at, target: act.thing });
    }
  }

  /** Those that would have hit first, then the fullest. */
  report(): LimitPeak[] {
    return [...this.peaks.values()]
      .map(({ count: _count, ...peak }) => peak)
      .sort((a, b) => b.breaches - a.breaches || b.peak - a.peak || (a.limit < b.limit ? -1 : 1));
  }

  private count(limit: CompiledLimit, scope: string, { at, target }: { at: number; target: string }): void {
    const key = `${limit.name}\n${scope}`;
    let peak = this.peaks.get(key);
    if (peak === undefined) {
      if (this.peaks.size >= MOST_SCOPES) return;
      const most = mostOf(limit, scope, this.populationOf) ?? null;
      peak = { limit: limit.name, scope, most, peak: 0, breaches: 0, count: counterOf(limit) };
      this.peaks.set(key, peak);
    }
    const count = peak.count(at, target);
    peak.peak = Math.max(peak.peak, count);
    if (peak.most === null || count > peak.most) peak.breaches += 1;
  }
}
