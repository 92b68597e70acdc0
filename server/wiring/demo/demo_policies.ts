import { isMap, parseDocument } from 'yaml';
import type { PolicyFile } from '../../../common/policy/bundle';
import { DEMO_EDR } from '../../hosts/standalone/demo/demo_target';
import { parsePolicies } from '../../engine/policy/parse_policy';
import { FALSE_POSITIVE_POLICY } from './scenarios/false_positive';

/** How long a block lasts in the demo: so short that a person sees it lift itself. */
export const DEMO_TTL = '90s';

/** What a policy asks about hosts it asks the demo's endpoint agent: the starter set only has a place for a name. */
const askingTheDemo = (source: string): string => {
  const document = parseDocument(source);
  const place = ['spec', 'lookups', 'host_integrity', 'connector'];
  if (!isMap(document.get('spec')) || document.getIn(place) === undefined) return source;
  document.setIn(place, DEMO_EDR);
  return document.toString({ lineWidth: 0 });
};

/** A policy's text with the demo's ttl and a title that says so. What lasts, or has no ttl, stays. */
const shortened = (source: string, ttl: string): string => {
  const document = parseDocument(source);
  if (!isMap(document.get('spec')) || document.getIn(['spec', 'then', 'ttl']) === undefined) return source;
  document.setIn(['spec', 'then', 'ttl'], ttl);
  document.setIn(
    ['metadata', 'description'],
    `${String(document.getIn(['metadata', 'description']))} In the demo the effect lasts ${ttl} only.`,
  );
  return document.toString({ lineWidth: 0 });
};

/**
 * The starter set as the demo enforces it: every effect ends soon by itself, but that of the policy whose block is
 * there to be lifted by a person.
 *
 * @param ttl in place of each policy's own; default 90 s
 */
export const demoPolicies = (starter: readonly PolicyFile[], ttl = DEMO_TTL): readonly PolicyFile[] => {
  const sources = starter.map(({ path, source, policy }): readonly [string, string] => [
    path,
    policy.metadata.id === FALSE_POSITIVE_POLICY ? source : askingTheDemo(shortened(source, ttl)),
  ]);
  const parsed = parsePolicies(new Map(sources));
  if (!parsed.ok) throw new Error(`a policy of the demo is not valid: ${parsed.error[0]?.message ?? ''}`);
  return parsed.value;
};
