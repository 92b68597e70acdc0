import type * as t from 'io-ts';
import { oneOf, record, text } from '../codec/codecs';

export const TARGET_TYPES = ['ip', 'host', 'user', 'domain', 'file', 'process'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

/** What a command acts on. `value` is canonical: one entity has one spelling; "" if the event does not tell it. */
export const Target = record(
  { type: oneOf(TARGET_TYPES), value: text({ max: 4096 }) },
  { host: text({ min: 1, max: 256 }) },
);
export type Target = t.TypeOf<typeof Target>;
