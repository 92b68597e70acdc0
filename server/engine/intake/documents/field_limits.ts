import type * as t from 'io-ts';
import { fieldsOf, itemOf } from '../../../../common/codec/codecs';
import { decode } from '../../../../common/codec/decode';
import { DetectionEvent } from '../../../../common/flow/event';
import { WIRE_FIELDS, type WireField } from '../field_map';

/* What the wire takes in each field, so that a detail which does not fit is mended before it stops the whole. */

const codecOf = (field: WireField): t.Mixed | undefined =>
  field
    .split('.')
    .reduce<t.Mixed | undefined>((codec, name) => codec && fieldsOf(codec)?.get(name)?.codec, DetectionEvent);

const CODECS: ReadonlyMap<WireField, t.Mixed | undefined> = new Map(
  WIRE_FIELDS.map((field) => {
    const codec = codecOf(field);
    return [field, field === 'tags' ? codec && itemOf(codec) : codec];
  }),
);

/** True if the wire takes a value in a field; of tags, as one of them. */
export const fits = (field: WireField, value: unknown): boolean => {
  const codec = CODECS.get(field);
  return codec !== undefined && decode(codec, value).ok;
};

/** Texts that a person reads, or that may only narrow: their beginning is better than nothing. Characters. */
const CUT_AT: Partial<Record<WireField, number>> = { 'rule.name': 256, recommended_action: 256, policy_scope: 200 };

/**
 * The beginning of a text that is too long, where that still says something. The beginning of a name is another name,
 * so names are never cut.
 */
export const cutToFit = (field: WireField, value: unknown): string | undefined => {
  const most = CUT_AT[field];
  if (most === undefined || typeof value !== 'string' || value.length <= most) return undefined;
  const cut = value.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return fits(field, cut) ? cut : undefined;
};
