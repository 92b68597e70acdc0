import { hash } from 'crypto';
import { canonicalJson } from '../digest/canonical_json';
import { digestParts, partsOf } from './record_parts';

/** A record as it is stored, and where it stands in its chain. */
export interface ChainedRecord {
  readonly family: string;
  readonly id: string;
  readonly at: string;
  /** What was written: JSON. */
  readonly record: string;
  /** What it is searched by. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly chain: string;
  readonly seq: number;
  /** Hash of the record before it, 64 hex digits. */
  readonly prev: string;
  /** Base64; of this record alone. */
  readonly salt: string;
}

/** Raise it with every change of what is hashed; records name no version, so verifying tries each that there was. */
const FORM = 1;

/** What the first record of a chain names before it, where its writer knows of no checkpoint. */
export const NOTHING_BEFORE = '0'.repeat(64);

/**
 * The hash of a record at its place: over its place, its identity, and the digests of all its parts. Whoever changes a
 * part, a search field, the place or the order changes it.
 *
 * @returns 64 hex digits
 * @throws SyntaxError if the record is no JSON
 */
export const recordHash = ({ family, id, at, record, fields, chain, seq, prev, salt }: ChainedRecord): string => {
  const body = JSON.parse(record) as Readonly<Record<string, unknown>>;
  const searched = Object.keys(fields).map((name) => [`fields ${name}`, fields[name]] as const);
  const parts = digestParts([...partsOf(body), ...searched], salt);
  return hash('sha256', canonicalJson({ form: FORM, chain, seq, prev, family, id, at, parts }), 'hex');
};
