import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';

/*
 * Look-ups: bounded questions about the world that a policy declares, and that are asked before it decides. What was
 * asked and what came of it is part of the record of the decision, so that replaying it asks nothing.
 */

/** The look-ups that a policy may declare, by the name that its conditions use. */
export const LOOKUP_NAMES = ['lateral_chain', 'host_integrity'] as const;
export type LookupName = (typeof LOOKUP_NAMES)[number];

export const isLookupName = (name: string): name is LookupName => LOOKUP_NAMES.some((each) => each === name);

/** A look-up may not reach further back. */
export const LONGEST_LOOKUP_MS = 24 * 3_600_000;

/** So many look-ups has one decision at most. */
export const MOST_LOOKUPS = 128;

const id = text({ min: 1, max: 256 });
const key = text({ min: 1, max: 8200 });

/** Over how many hosts the records lead from one thing to another. Keys are those of entities, such as `host:ws-1`. */
const LateralChainQuery = record({
  lookup: oneOf(['lateral_chain']),
  from: key,
  to: key,
  within_ms: number({ min: 1, max: LONGEST_LOOKUP_MS, integer: true }),
});
export type LateralChainQuery = t.TypeOf<typeof LateralChainQuery>;

/** What a connector says of a host. */
const HostIntegrityQuery = record({
  lookup: oneOf(['host_integrity']),
  connector: id,
  host: text({ min: 1, max: 4096 }),
});
export type HostIntegrityQuery = t.TypeOf<typeof HostIntegrityQuery>;

export const LookupQuery = t.union([LateralChainQuery, HostIntegrityQuery]);
export type LookupQuery = t.TypeOf<typeof LookupQuery>;

/** `hops` 0: there is no chain on record. `hosts`: their names, source and destination included. */
const LateralChain = record({
  hops: number({ min: 0, max: 16, integer: true }),
  hosts: list(key, 17),
});
export type LateralChain = t.TypeOf<typeof LateralChain>;

export const INTEGRITY_STATES = ['intact', 'altered'] as const;
const HostIntegrity = record(
  { state: oneOf(INTEGRITY_STATES) },
  { said: described(text({ max: 1024 }), 'By the target') },
);
export type HostIntegrity = t.TypeOf<typeof HostIntegrity>;

export const LookupAnswer = t.union([LateralChain, HostIntegrity]);
export type LookupAnswer = t.TypeOf<typeof LookupAnswer>;

/** One look-up of a decision. It has either an answer or the reason why there is none. */
export const LookupRecord = record(
  { query: LookupQuery, query_digest: id },
  {
    answer: LookupAnswer,
    answer_digest: id,
    missing: described(text({ max: 4096 }), 'Why there is no answer: what reads it cannot be judged'),
    asked_at: instant,
    took_ms: number({ min: 0 }),
  },
);
export type LookupRecord = t.TypeOf<typeof LookupRecord>;
