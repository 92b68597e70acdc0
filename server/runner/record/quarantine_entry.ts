import type { BadField } from '../../../common/codec/decode';
import { maskedOriginal } from '../../../common/codec/mask';
import type { Intake } from '../../../common/flow/event';
import { distinctNames } from './person';
import type { EvidenceEntry } from '../ports';

export type QuarantineReason =
  | 'invalid'
  | 'future'
  | 'too_old'
  | 'conflicting_duplicate'
  | 'unreadable'
  | 'poison'
  | 'own_records'
  | 'unverified'
  | 'lookup_failed'
  | 'too_many_entities'
  /** A record of Reflex itself that OpenSearch will not have where it belongs. */
  | 'record_refused';

const MOST_ORIGINAL = 60_000;
const MOST_FIELDS = 100;
const MOST_OWNERS = 64;

/** JSON is read however deep it is nested, but not written: the sender must not stall the door with it. */
const textOf = (original: unknown): string => {
  try {
    return typeof original === 'string' ? original : (JSON.stringify(original) ?? '');
  } catch {
    return 'nested too deep to be kept';
  }
};

/** What could not be accepted, with its reason and as much of the original as is kept, without its secrets. */
export const quarantineEntry = (
  id: string,
  at: string,
  {
    reason,
    source,
    original,
    fields,
    owners = [],
  }: {
    readonly reason: QuarantineReason;
    readonly source: Intake;
    readonly original: unknown;
    readonly fields: readonly BadField[];
    readonly owners?: readonly string[];
  },
): EvidenceEntry => ({
  family: 'quarantine',
  id,
  at,
  body: {
    reason,
    intake: source,
    fields: fields.slice(0, MOST_FIELDS),
    original: maskedOriginal(textOf(original)).slice(0, MOST_ORIGINAL),
    ...(owners.length === 0 ? {} : { owners: distinctNames(owners).slice(0, MOST_OWNERS) }),
  },
});
