import { present } from '../../../common/present';
import { EVIDENCE_FAMILIES, type EvidenceFamily } from '../../runner/ports';
import type { Mappings } from './mappings/fields';
import { evidenceMappings } from './mappings/evidence';
import {
  ASSET_MAPPINGS,
  BUNDLE_MAPPINGS,
  CHECKPOINT_MAPPINGS,
  MODEL_MAPPINGS,
  PROPOSAL_MAPPINGS,
  TRAINING_MAPPINGS,
} from './mappings/others';
import { STATE_MAPPINGS } from './mappings/state';

/* Names, settings and mappings of every index that Reflex has. */

export const DEFAULT_PREFIX = 'reflex-';

export interface IndexOptions {
  /** Begins the name of every index; default `reflex-`. */
  readonly prefix?: string;
  /** Copies of each shard besides the first; 0 only on a cluster of one node. Default 1. */
  readonly replicas?: number;
}

export interface IndexDefinition {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly mappings: Mappings;
}

const settingsOf = (replicas: number): Record<string, unknown> => ({
  'index.number_of_shards': 1,
  'index.number_of_replicas': replicas,
  'index.translog.durability': 'request',
  'index.refresh_interval': '1s',
});

export const stateIndexOf = (prefix = DEFAULT_PREFIX): string => `${prefix}state`;

/**
 * The state index: one shard, every write on disk (and on two nodes, where there are two) before it is answered.
 * INVARIANT: never rolled over, never created again; see `indices.ts`.
 */
export const stateDefinition = ({ replicas = 1 }: IndexOptions): IndexDefinition => ({
  settings: {
    ...settingsOf(replicas),
    ...present({ 'index.write.wait_for_active_shards': replicas > 0 ? '2' : undefined }),
  },
  mappings: STATE_MAPPINGS,
});

export const evidenceDefinition = (family: EvidenceFamily, { replicas = 1 }: IndexOptions): IndexDefinition => ({
  settings: {
    ...settingsOf(replicas),
    'index.append_only.enabled': true,
    'index.codec': 'best_compression',
  },
  mappings: evidenceMappings(family),
});

/** Checkpoints of the audit: none of them is ever changed. */
export const checkpointDefinition = ({ replicas = 1 }: IndexOptions): IndexDefinition => ({
  settings: { ...settingsOf(replicas), 'index.append_only.enabled': true },
  mappings: CHECKPOINT_MAPPINGS,
});

/** Indices that exist once, by the end of their name. */
export const plainDefinitions = ({ replicas = 1 }: IndexOptions): ReadonlyMap<string, IndexDefinition> =>
  new Map(
    Object.entries({
      bundles: BUNDLE_MAPPINGS,
      proposals: PROPOSAL_MAPPINGS,
      models: MODEL_MAPPINGS,
      assets: ASSET_MAPPINGS,
    }).map(([name, mappings]) => [name, { settings: settingsOf(replicas), mappings }]),
  );

/** Families of indices by time, by the part of their name before the time. */
export const familyDefinitions = (options: IndexOptions): ReadonlyMap<string, IndexDefinition> =>
  new Map<string, IndexDefinition>([
    ...EVIDENCE_FAMILIES.map((family) => [family, evidenceDefinition(family, options)] as const),
    ['training', { settings: settingsOf(options.replicas ?? 1), mappings: TRAINING_MAPPINGS }],
  ]);

/** Families that fill an index a day; the others fill one a month. */
const DAILY: ReadonlySet<EvidenceFamily> = new Set<EvidenceFamily>(['decisions', 'actions']);

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T/;

/** The index that a record belongs to, by the UTC of its writing: `reflex-decisions-2026.11.22`. */
export const evidenceIndexOf = (family: EvidenceFamily, at: string, prefix = DEFAULT_PREFIX): string => {
  const [, year, month, day] = INSTANT.exec(at) ?? [];
  if (year === undefined) throw new Error(`\`${at}\` is not the time of a record; use RFC 3339 in UTC`);
  const time = DAILY.has(family) ? [year, month, day] : [year, month];
  return `${prefix}${family}-${time.join('.')}`;
};

export const evidencePatternOf = (family: EvidenceFamily, prefix = DEFAULT_PREFIX): string => `${prefix}${family}-*`;
