import type { Target } from '../../../../common/flow/decision';
import type { CompiledLimit, CompiledPolicies } from '../../policy/compiled';
import type { Tried } from './compare_decision';
import type { ComparedAct } from './compared_act';
import { LiveNames } from './live_names';
import { mostOf, scopesUnder, type Population } from './limit_peaks';
import { DistinctWindow, StartWindow } from './window';

/** A brake that would have stopped an act. */
export interface Braked {
  /** The policy with the limit, or with the protected targets. */
  readonly brake: string;
  /** What it says; missing of a limit. */
  readonly text?: string;
}

/** A role of which an act takes members away. */
export interface RoleReached extends Required<Braked> {
  /** As the inventory is today. */
  readonly members: readonly string[];
  /** So many of them may be away at once. */
  readonly most: number;
}

/** An event, as far as the bound of one intake looks at it. */
export type Reported = Pick<Tried, 'at' | 'intake' | 'witnesses'>;

/** What only the brakes and the inventory can say of an act. Moments are ms since 1970. */
export interface BrakeFacts {
  readonly protectedBy: (target: Target, at: number) => Braked | undefined;
  readonly rolesReached: (act: Pick<ComparedAct, 'action'>, target: Target, at: number) => readonly RoleReached[];
  /** A critical target that one source alone reported. */
  readonly oneSource: (reported: Reported, target: Target) => Braked | undefined;
  /** How many acts the events of one intake may start, and within how long, ms. */
  readonly startsOf: (reported: Reported) => StartsAllowed;
}

interface StartsAllowed extends Required<Braked> {
  /** Whose starts are counted together. */
  readonly speaker: string;
  readonly most: number;
  readonly withinMs: number;
}

/** What counts in one scope of a limit. */
interface Place {
  readonly most: number | undefined;
  readonly window: DistinctWindow | StartWindow;
}

const MOST_PLACES = 2_000;

/**
 * Follows the brakes of a set of policies through permitted acts, oldest first, as they would have met them: what a
 * brake stops does not start, so it takes no place from what comes later. Effects that lasted longer than the time of a
 * limit, and what other policies had in effect before, are not known and take no place.
 */
export class BrakeTrial {
  private readonly places = new Map<string, Place>();
  private readonly away = new Map<string, LiveNames>();
  private readonly live = new LiveNames();

  /**
   * @param populationOf of today: a limit in percent is judged by it
   */
  constructor(
    private readonly policies: Pick<CompiledPolicies, 'limits' | 'longest'>,
    private readonly populationOf: Population,
    private readonly facts: BrakeFacts,
  ) {}

  /** Starts an act, or says which brake stops it. Moments never go back. */
  start(reported: Reported, act: ComparedAct, target: Target): Braked | undefined {
    const { at } = reported;
    const never = this.facts.protectedBy(target, at) ?? this.facts.oneSource(reported, target) ?? this.tooLong(at, act);
    if (never) return never;
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
    const roles = this.facts.rolesReached(act, target, at);
    const full = roles.find(({ brake, members, most }) => this.awayIn(brake).with(at, members) > most);
    if (full) return { brake: full.brake, text: full.text };
    const starts = this.startsOf(reported);
    if (starts.place && starts.place.window.with(at, act.thing) > (starts.place.most ?? 0)) return starts.braked;
    for (const { window } of starts.place ? [...taken, starts.place] : taken) window.add(at, act.thing);
    const until = act.lasts_ms === null ? Infinity : at + act.lasts_ms;
    for (const { brake, members } of roles) for (const member of members) this.awayIn(brake).add(at, member, until);
    this.live.add(at, `${act.action}\n${act.thing}`, until);
    return undefined;
  }

  /** What is in effect already is put off by it: it counts from when that began. */
  private tooLong(at: number, { action, thing, lasts_ms }: ComparedAct): Braked | undefined {
    const rules = this.policies.longest.filter(({ longest, expiresMs }) => longest.action === action && expiresMs > at);
    if (rules.length === 0 || lasts_ms === null) return undefined;
    const total = at - (this.live.since(at, `${action}\n${thing}`) ?? at) + lasts_ms;
    const broken = rules.find(({ totalMs }) => total > totalMs);
    return broken && { brake: broken.name, text: `it would last longer than ${broken.longest.total}, all in all` };
  }

  private awayIn(brake: string): LiveNames {
    const known = this.away.get(brake) ?? new LiveNames();
    this.away.set(brake, known);
    return known;
  }

  private startsOf(reported: Reported): { readonly place: Place | undefined; readonly braked: Braked } {
    const { brake, text, most, withinMs, speaker } = this.facts.startsOf(reported);
    const place = this.place(`${brake}\n${speaker}`, () => ({ most, window: new StartWindow(withinMs) }));
    return { place, braked: { brake, text } };
  }

  private placeOf(limit: CompiledLimit, scope: string): Place | undefined {
    // A rate counts starts, all others count targets.
    return this.place(`${limit.name}\n${scope}`, () => ({
      most: mostOf(limit, scope, this.populationOf),
      window: limit.limit.of === undefined ? new StartWindow(limit.withinMs) : new DistinctWindow(limit.withinMs),
    }));
  }

  private place(key: string, make: () => Place): Place | undefined {
    const found = this.places.get(key);
    if (found !== undefined || this.places.size >= MOST_PLACES) return found;
    const place = make();
    this.places.set(key, place);
    return place;
  }
}
