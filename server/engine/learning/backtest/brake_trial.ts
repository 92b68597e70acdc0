import type { Target } from '../../../../common/flow/decision';
import type { CompiledLimit, CompiledPolicies } from '../../policy/compiled';
import type { ComparedAct } from './compared_act';
import { mostOf, scopesUnder, type Population } from './limit_peaks';
import { DistinctWindow, StartWindow } from './window';

/** A brake that would have stopped an act. */
export interface Braked {
  /** The policy with the limit, or with the protected targets. */
  readonly brake: string;
  /** What it says; missing of a limit. */
  readonly text?: string;
}

export type ProtectedBy = (target: Target, at: number) => Braked | undefined;

/** What counts in one scope of a limit. */
interface Place {
  readonly most: number | undefined;
  readonly window: DistinctWindow | StartWindow;
}

const MOST_PLACES = 2_000;

/**
 * Follows the brakes of a set of policies through permitted acts, oldest first, as they would have met them: what a
 * limit stops does not start, so it takes no place from what comes later. Effects that lasted longer than the time of a
 * limit, and what other policies had in effect before, are not known and take no place.
 */
export class BrakeTrial {
  private readonly places = new Map<string, Place>();

  /**
   * @param populationOf of today: a limit in percent is judged by it
   * @param protectedBy what protects a target at a moment, ms since 1970
   */
  constructor(
    private readonly policies: Pick<CompiledPolicies, 'limits'>,
    private readonly populationOf: Population,
    private readonly protectedBy: ProtectedBy,
  ) {}

  /**
   * Starts an act, or says which brake stops it.
   *
   * @param at ms since 1970; moments never go back
   */
  start(at: number, act: ComparedAct, target: Target): Braked | undefined {
    const shield = this.protectedBy(target, at);
    if (shield) return shield;
    const taken: Place[] = [];
    for (const limit of this.policies.limits) {
      if (limit.limit.action !== act.action || limit.expiresMs <= at) continue;
      for (const scope of scopesUnder(limit, act)) {
        const place = this.placeOf(limit, scope);
        if (place === undefined) continue;
        if (place.most === undefined || place.window.with(at, act.thing) > place.most) return { brake: limit.name };
        taken.push(place);
      }
    }
    for (const { window } of taken) window.add(at, act.thing);
    return undefined;
  }

  private placeOf(limit: CompiledLimit, scope: string): Place | undefined {
    const key = `${limit.name}\n${scope}`;
    const found = this.places.get(key);
    if (found !== undefined || this.places.size >= MOST_PLACES) return found;
    // A rate counts starts, all others count targets.
    const window = limit.limit.of === undefined ? new StartWindow(limit.withinMs) : new DistinctWindow(limit.withinMs);
    const place = { most: mostOf(limit, scope, this.populationOf), window };
    this.places.set(key, place);
    return place;
  }
}
