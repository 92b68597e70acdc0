import { digestOf } from '../digest/digest';

/** Pairs of whole numbers, ascending by the first; values in between are interpolated linearly. */
export type Table = ReadonlyArray<readonly [number, number]>;

/**
 * The versioned weights that turn confidence, severity, context and history into the response score. All weights are
 * whole millionths of log-odds, so that sums are exact and equal on every machine.
 */
interface ModelWeights {
  readonly version: number;
  readonly bias: number;
  /** From confidence in millionths to log-odds in millionths. */
  readonly confidence: Table;
  readonly severity: Readonly<Record<'low' | 'medium' | 'high' | 'critical', number>>;
  readonly uncalibrated: number;
  /** Per further domain that reported one of the entities, at most three. */
  readonly corroboration: number;
  /** By events of the source in 24 h: at least so many → weight. */
  readonly repetition: Table;
  /** Weight of a rule whose labels are all true, or all false, positives. */
  readonly rule_precision: number;
  /** Labels that count as much as the prior. */
  readonly rule_prior: number;
  /** Tags of the source's asset that make an attack more or less likely. */
  readonly source_tags: Readonly<Record<string, number>>;
  /** Criticality of the asset that is attacked. */
  readonly destination_criticality: Readonly<Record<string, number>>;
  /** From log-odds in millionths to the display value in millionths. */
  readonly display: Table;
}

export interface Model {
  readonly weights: ModelWeights;
  readonly digest: string;
}

/** ln(p / (1 - p)) in millionths at the given probabilities in millionths. */
const LOGIT: Table = [
  [0, -9_000_000],
  [1_000, -6_906_755],
  [10_000, -4_595_120],
  [50_000, -2_944_439],
  [100_000, -2_197_225],
  [200_000, -1_386_294],
  [300_000, -847_298],
  [400_000, -405_465],
  [500_000, 0],
  [600_000, 405_465],
  [700_000, 847_298],
  [800_000, 1_386_294],
  [900_000, 2_197_225],
  [950_000, 2_944_439],
  [990_000, 4_595_120],
  [999_000, 6_906_755],
  [1_000_000, 9_000_000],
];

/** The weights before anything was learnt: the detector's confidence, shifted by what a careful analyst would weigh. */
export const INITIAL_WEIGHTS: ModelWeights = {
  version: 1,
  bias: 0,
  confidence: LOGIT,
  severity: { low: -900_000, medium: -300_000, high: 300_000, critical: 700_000 },
  uncalibrated: -700_000,
  corroboration: 600_000,
  repetition: [
    [2, 100_000],
    [5, 250_000],
    [20, 400_000],
  ],
  rule_precision: 1_500_000,
  rule_prior: 4,
  source_tags: {
    scanner: -3_000_000,
    pentest: -3_000_000,
    backup: -800_000,
    admin_workstation: -500_000,
    honeypot_attacker: 2_000_000,
  },
  destination_criticality: { low: -100_000, medium: 0, high: 200_000, critical: 300_000 },
  display: LOGIT.map(([probability, logOdds]) => [logOdds, probability] as const),
};

/** A model is its weights and their digest. */
export const modelOf = (weights: ModelWeights): Model => ({ weights, digest: digestOf(weights) });
