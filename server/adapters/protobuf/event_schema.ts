import { RULE_STATUSES, SEVERITIES } from '../../../common/flow/event';

/*
 * `reflex.v1` as a table: the one place from which the descriptor at run time and the text of
 * `common/proto/reflex/v1/event.proto` are made. Numbers are for ever: never used again, never changed.
 */

export type FieldKind =
  'string' | 'double' | 'uint32' | 'timestamp' | 'json' | { readonly message: string } | { readonly enum: string };

export interface FieldRow {
  readonly name: string;
  readonly number: number;
  readonly kind: FieldKind;
  readonly about: string;
  readonly repeated?: true;
  /** Its absence differs from its zero. */
  readonly optional?: true;
}

export interface MessageRow {
  readonly name: string;
  readonly about: string;
  readonly fields: readonly FieldRow[];
}

export interface EnumRow {
  readonly name: string;
  readonly about: string;
  /** Values of the wire form, numbered from 1; 0 is that nothing is said. */
  readonly values: readonly string[];
}

export const PACKAGE = 'reflex.v1';
export const FILE_NAME = 'reflex/v1/event.proto';

const text = (number: number, name: string, about: string): FieldRow => ({ name, number, kind: 'string', about });
const part = (number: number, name: string, message: string, about: string): FieldRow => ({
  name,
  number,
  kind: { message },
  about,
});

export const ENUMS: readonly EnumRow[] = [
  { name: 'Severity', about: 'How bad it is if true.', values: SEVERITIES },
  { name: 'RuleStatus', about: 'How the author of a detection rule rates it.', values: RULE_STATUSES },
];

export const MESSAGES: readonly MessageRow[] = [
  {
    name: 'Event',
    about: 'A confirmed detection about one entity. What is empty counts as not said.',
    fields: [
      text(1, 'event_id', 'Identity of the event at its source; a repeated one is a duplicate. Required.'),
      { name: 'timestamp', number: 2, kind: 'timestamp', about: 'When it happened. Required.' },
      {
        name: 'confidence',
        number: 3,
        kind: 'double',
        optional: true,
        about: 'How sure the detector is, 0 to 1. Required.',
      },
      { name: 'severity', number: 4, kind: { enum: 'Severity' }, about: 'How bad it is if true. Required.' },
      text(5, 'src_host', 'Host that the activity comes from.'),
      text(6, 'dst_host', 'Host that the activity goes to.'),
      { name: 'tags', number: 7, kind: 'string', repeated: true, about: 'At most 64 words.' },
      text(8, 'recommended_action', 'What the detector would do; evidence only.'),
      text(9, 'policy_scope', 'Only this policy may propose: `id` or `id@content-hash`.'),
      part(10, 'source', 'Source', 'Where the traffic comes from.'),
      part(11, 'destination', 'Destination', 'Where the traffic goes to.'),
      part(12, 'user', 'User', 'Who acted.'),
      part(13, 'process', 'Process', 'What ran.'),
      part(14, 'file', 'File', 'What was touched.'),
      part(15, 'rule', 'Rule', 'What detected it.'),
      {
        name: 'raw',
        number: 16,
        kind: 'json',
        about: 'The original alert as a text in JSON; kept as evidence, never evaluated.',
      },
    ],
  },
  {
    name: 'EventBatch',
    about: 'Events in the order in which they are to be taken.',
    fields: [
      { name: 'events', number: 1, kind: { message: 'Event' }, repeated: true, about: 'At most 500 over HTTP.' },
    ],
  },
  { name: 'Source', about: 'ECS `source`.', fields: [text(1, 'ip', 'IPv4 or IPv6.')] },
  {
    name: 'Destination',
    about: 'ECS `destination`.',
    fields: [text(1, 'ip', 'IPv4 or IPv6.'), text(2, 'domain', 'Its name.')],
  },
  { name: 'User', about: 'ECS `user`.', fields: [text(1, 'name', 'Its name.')] },
  {
    name: 'Process',
    about: 'ECS `process`.',
    fields: [
      text(1, 'name', 'Its name.'),
      { name: 'pid', number: 2, kind: 'uint32', optional: true, about: 'Its number.' },
      text(3, 'executable', 'Its path.'),
      text(4, 'hash', 'Of the executable.'),
    ],
  },
  {
    name: 'File',
    about: 'ECS `file`.',
    fields: [text(1, 'name', 'Its name.'), text(2, 'path', 'Its whole path.'), text(3, 'hash', 'Of its content.')],
  },
  {
    name: 'Rule',
    about: 'ECS `rule`.',
    fields: [
      text(1, 'id', 'Its identity.'),
      text(2, 'name', 'Its name.'),
      text(3, 'origin', 'Which kind of detection it is.'),
      { name: 'status', number: 4, kind: { enum: 'RuleStatus' }, about: 'How its author rates it.' },
    ],
  },
];
