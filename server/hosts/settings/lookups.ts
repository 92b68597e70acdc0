import type * as t from 'io-ts';
import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { searchPatternFault } from '../../../common/policy/search_indices';

/** What policies may look up besides the records of Reflex and what connectors say. */
export interface LookupSettings {
  /** Indices that declared searches may read: names, or starts of names with a `*`. None by default. */
  readonly indices: readonly string[];
}

export const LookupsFile = record({}, { indices: list(text({ min: 1, max: 255 }), 64) });
type LookupsGiven = t.TypeOf<typeof LookupsFile>;

export const lookupSettings = ({ indices = [] }: LookupsGiven = {}): LookupSettings => ({ indices });

/** Patterns that would open more than an operator means to. */
export const lookupFaults = ({ indices = [] }: LookupsGiven = {}): readonly BadField[] =>
  indices.flatMap((pattern, index) => {
    const message = searchPatternFault(pattern);
    return message === undefined ? [] : [{ path: `lookups.indices.${index}`, message }];
  });
