import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { Target } from './target';

/*
 * Look-ups: bounded questions about the world that a policy declares, and that are asked before it decides. What was
 * asked and what came of it is part of the record of the decision, so that replaying it asks nothing.
 */

/** The look-ups that a policy may declare, by the name that its conditions use. */
export const LOOKUP_NAMES = ['lateral_chain', 'host_integrity', 'search'] as const;
export type LookupName = (typeof LOOKUP_NAMES)[number];

export const isLookupName = (name: string): name is LookupName => LOOKUP_NAMES.some((each) => each === name);

/** What is asked before a decision: what policies declare, and whether the milder steps of a ladder are in effect. */
export const ASKED_NAMES = [...LOOKUP_NAMES, 'earlier_step'] as const;
export type AskedName = (typeof ASKED_NAMES)[number];

/** A look-up may not reach further back. */
export const LONGEST_LOOKUP_MS = 24 * 3_600_000;

/** So many look-ups has one decision at most. */
export const MOST_LOOKUPS = 128;

/** So many documents, or values of a field, are counted at most; of more a search has no answer. */
export const MOST_COUNTED = 10_000;
export const MOST_VALUES = 1_000;

/** What a field that a search compares may hold. */
export const SEARCH_KINDS = ['ip', 'host', 'user', 'domain', 'hash'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** What a search may answer. */
export const SEARCH_ANSWERS = ['count', 'exists', 'distinct'] as const;
export type SearchAnswerName = (typeof SEARCH_ANSWERS)[number];

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

const constant = t.union([text({ min: 1, max: 256 }), number(), t.boolean]);

/** `thing` is the key of an entity: the field holds one of its names. `is`: the field holds one of these. */
const SearchMatch = t.union([
  record({ field: id, as: oneOf(SEARCH_KINDS), thing: key }),
  record({ field: id, is: list(constant, 16) }),
]);
export type SearchMatch = t.TypeOf<typeof SearchMatch>;

/** How many documents of some indices match, or how many values one of their fields has. */
const SearchQuery = record(
  {
    lookup: oneOf(['search']),
    name: described(id, 'As the policy calls it'),
    indices: list(id, 8),
    time: described(id, 'The field with the time of a document'),
    within_ms: number({ min: 1, max: LONGEST_LOOKUP_MS, integer: true }),
    match: list(SearchMatch, 8),
    answer: oneOf(SEARCH_ANSWERS),
  },
  { distinct: described(record({ field: id }, { as: oneOf(SEARCH_KINDS) }), 'Whose values are counted, and as what') },
);
export type SearchQuery = t.TypeOf<typeof SearchQuery>;

/** Whether an act is in effect on a target, or was done there within a day where it cannot be undone. */
const EarlierStepQuery = record({
  lookup: oneOf(['earlier_step']),
  action: id,
  target: Target,
  besides: described(id, 'The case that asks: what it did itself does not count'),
});
export type EarlierStepQuery = t.TypeOf<typeof EarlierStepQuery>;

export const LookupQuery = t.union([LateralChainQuery, HostIntegrityQuery, SearchQuery, EarlierStepQuery]);
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

/** What a search found: the one of them that was asked for. */
const SearchFound = t.union([
  record({ count: number({ min: 0, max: MOST_COUNTED, integer: true }) }),
  record({ exists: t.boolean }),
  record({ distinct: number({ min: 0, max: MOST_VALUES, integer: true }) }),
]);
export type SearchFound = t.TypeOf<typeof SearchFound>;

/** `in_effect_since`: when it was seen there, or done where it cannot be undone; null where it is not. */
const EarlierStep = record({ in_effect_since: t.union([instant, t.null]) });
export type EarlierStep = t.TypeOf<typeof EarlierStep>;

export const LookupAnswer = t.union([LateralChain, HostIntegrity, SearchFound, EarlierStep]);
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
