import type * as t from 'io-ts';
import { oneOf, record, text } from '../codec/codecs';

/** The kinds of place that an event can come from. */
export const INTAKE_TYPES = [
  'webhook',
  'alerting',
  'detector',
  'kafka',
  'rabbitmq',
  'index',
  'analyst',
  'asker',
  'demo',
] as const;

/** Where an event came from. The authenticated source is part of an event's identity. */
export const Intake = record({ type: oneOf(INTAKE_TYPES), id: text({ min: 1, max: 256 }) });
export type Intake = t.TypeOf<typeof Intake>;

/** Who speaks, as `type:id`. Who asks does so with the token of a webhook, and is the same source. */
export const speakerOf = ({ type, id }: Intake): string => `${type === 'asker' ? 'webhook' : type}:${id}`;
