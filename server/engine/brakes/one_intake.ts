import type { Stopped } from '../../../common/flow/clearance';
import type { SeenThing, Target } from '../../../common/flow/decision';
import { aimedAt } from '../entity/seen_names';
import type { Critical, Reservation } from './limit_places';
import { stop } from './stop';

/*
 * The self-harm bound (INV-14): whoever owns one intake wholly, and chooses what it says, in which order and when,
 * starts nothing against a critical asset, and no more acts than a stated number. It is there without any policy; a
 * global policy that was approved with four eyes loosens it.
 */

/** Starts that the events of one intake may cause without a person. */
export interface StartsOfOneIntake {
  readonly most: number;
  readonly withinMs: number;
}

/** What a policy in force loosens of the bound. */
export interface Loosened {
  /** A machine acts on critical assets though one intake alone reports them. */
  readonly critical?: true;
  readonly starts?: StartsOfOneIntake;
}

export const STARTS_OF_ONE_INTAKE: StartsOfOneIntake = { most: 100, withinMs: 3_600_000 };

/** Name of the limit in which those starts count; no policy can have it, for it begins with a capital. */
export const ONE_INTAKE = 'One-intake';

/** So many sources that an admin gave different domains have to report a critical asset. */
export const SOURCES_NEEDED = 2;

/** What a decision knew of the things that its event names. */
interface Witnesses {
  readonly entities?: readonly SeenThing[] | undefined;
  /** As records of earlier versions and tests of policies say it, for all things alike. */
  readonly domains: readonly string[];
}

/** How many sources of different domains reported the target within 24 hours. What a source only claims is nothing. */
export const sourcesOf = ({ entities, domains }: Witnesses, target: Target): number => {
  if (entities === undefined) return new Set(domains).size;
  const reports = aimedAt(entities, target).flatMap((thing) => thing.reports);
  return new Set(reports.filter(({ claimed }) => claimed !== true).map(({ domain }) => domain)).size;
};

/** A critical asset that one source alone reports: a person decides. */
export const oneSourceOnly = (
  { value }: Target,
  { critical, sources }: { readonly critical: Critical | undefined; readonly sources: number },
  loosened: Loosened | undefined,
): Stopped | undefined => {
  if (critical === undefined || sources >= SOURCES_NEEDED || loosened?.critical === true) return undefined;
  const who = critical === 'listed' ? 'is critical' : 'is not in the inventory, and may be critical';
  return stop('one_intake', 'escalate', `\`${value}\` ${who}, and no two sources of different domains report it`);
};

/** What an act of nobody but a machine reserves for the intake whose event caused it. */
export const startOfIntake = (intake: string, loosened: Loosened | undefined, bundleVersion: number): Reservation => {
  const { most, withinMs } = loosened?.starts ?? STARTS_OF_ONE_INTAKE;
  return {
    terms: {
      limit: ONE_INTAKE,
      scope: intake,
      within_ms: withinMs,
      most,
      population: 0,
      population_version: '',
      bundle_version: bundleVersion,
      rate: true,
    },
    onBreach: 'escalate',
  };
};
