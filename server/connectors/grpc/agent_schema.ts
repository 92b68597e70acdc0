/*
 * `reflex.agent.v1` as a table: the one place from which the descriptor at run time and the text of
 * `common/proto/reflex/agent/v1/agent.proto` are made. Numbers are for ever: never used again, never changed.
 */

type FieldType = 'string' | 'uint64' | 'bool' | { readonly message: string } | { readonly enum: string };

export interface FieldRow {
  readonly name: string;
  readonly number: number;
  readonly type: FieldType;
  readonly about: string;
  readonly label?: 'repeated' | 'optional';
}

export interface MessageRow {
  readonly name: string;
  readonly about: string;
  readonly fields: readonly FieldRow[];
}

export interface EnumRow {
  readonly name: string;
  readonly about: string;
  /** Numbered from 1; 0 is that nothing is said. */
  readonly values: ReadonlyArray<readonly [value: string, about: string]>;
}

/** A method takes `<name>Request` and answers `<name>Response`. */
export interface MethodRow {
  readonly name: Method;
  readonly about: string;
}

export const METHODS_IN_ORDER = [
  'GetCapabilities',
  'Status',
  'Execute',
  'Verify',
  'Extend',
  'Undo',
  'Cancel',
  'List',
] as const;
export type Method = (typeof METHODS_IN_ORDER)[number];

export const PACKAGE = 'reflex.agent.v1';
export const FILE_NAME = 'reflex/agent/v1/agent.proto';
export const SERVICE = 'AgentService';

const text = (number: number, name: string, about: string): FieldRow => ({ name, number, type: 'string', about });
const texts = (number: number, name: string, about: string): FieldRow => ({
  ...text(number, name, about),
  label: 'repeated',
});
const count = (number: number, name: string, about: string): FieldRow => ({ name, number, type: 'uint64', about });
const flag = (number: number, name: string, about: string): FieldRow => ({ name, number, type: 'bool', about });
const choice = (number: number, name: string, of: string, about: string): FieldRow => ({
  name,
  number,
  type: { enum: of },
  about,
});
const part = (number: number, name: string, of: string, about: string): FieldRow => ({
  name,
  number,
  type: { message: of },
  about,
});
const parts = (number: number, name: string, of: string, about: string): FieldRow => ({
  ...part(number, name, of, about),
  label: 'repeated',
});

const FENCE = count(
  3,
  'fence',
  'Grows with each order for an effect. Refuse one that is lower than the last you took.',
);
const LASTS: FieldRow = {
  ...count(7, 'ttl_ms', 'How long it is to last from now on. Missing: until it is undone.'),
  label: 'optional',
};
const EFFECT_ID = text(1, 'effect_id', 'The effect that it is about: what is done to one target. Empty: not said.');
const COMMAND_IDS = texts(2, 'command_ids', 'The orders whose effect it is. Any of them may be its mark.');
const ACTION = text(4, 'action', 'Such as `block_ip`.');
const TARGET = part(5, 'target', 'Target', 'On what.');
const SAID = text(15, 'text', 'For people, one line.');

export const METHODS: readonly MethodRow[] = [
  { name: 'GetCapabilities', about: 'What the agent can do. It is compared with what its operator configured.' },
  { name: 'Status', about: 'How the agent and the system behind it are now.' },
  {
    name: 'Execute',
    about:
      'Brings an effect about, marked with `command_id`. Repeating the order changes nothing. Answer after it is done.',
  },
  {
    name: 'Verify',
    about:
      'Looks whether the effect is there. Read the real state of the system, never your own notes. Changes nothing.',
  },
  { name: 'Extend', about: 'Keeps an effect for longer. Only for agents that end effects by themselves.' },
  {
    name: 'Undo',
    about: 'Takes an effect away: exactly what bears one of `command_ids`. Nothing there is a success.',
  },
  { name: 'Cancel', about: 'Takes an order that has not begun out of a queue. An agent without a queue does nothing.' },
  { name: 'List', about: 'All effects of Reflex that are there, or an error: a part of them would mislead.' },
];

export const MESSAGES: readonly MessageRow[] = [
  {
    name: 'Target',
    about: 'On what an action acts, as the inventory writes it.',
    fields: [
      text(1, 'type', '`ip`, `domain`, `host`, `user`, `file` or `process`.'),
      text(2, 'value', 'An address, a name, a path.'),
      text(3, 'host', 'Where a file or a process is. Else empty.'),
    ],
  },
  { name: 'GetCapabilitiesRequest', about: 'Nothing is asked but what is there.', fields: [] },
  {
    name: 'GetCapabilitiesResponse',
    about: 'What the agent promises.',
    fields: [
      text(1, 'agent', 'Name and version of the program.'),
      parts(2, 'actions', 'ActionCapability', 'What it does.'),
      flag(3, 'native_ttl', 'It ends effects by itself, and takes Extend.'),
      count(4, 'settle_time_ms', 'Longest time from an answer to the effect.'),
    ],
  },
  {
    name: 'ActionCapability',
    about: 'One action.',
    fields: [
      text(1, 'action', 'Such as `block_ip`.'),
      text(2, 'second_observer', 'Who else says in Verify whether it is there. Empty: only who took the order.'),
    ],
  },
  { name: 'StatusRequest', about: 'Nothing is asked but how it is.', fields: [] },
  {
    name: 'StatusResponse',
    about: 'How it is.',
    fields: [
      choice(1, 'health', 'Health', 'As a whole.'),
      parts(2, 'cannot', 'Cannot', 'Actions that cannot be done now, each with its reason.'),
      SAID,
    ],
  },
  {
    name: 'Cannot',
    about: 'An action that cannot be done now.',
    fields: [text(1, 'action', 'Such as `block_ip`.'), text(2, 'why', 'For people, one line.')],
  },
  {
    name: 'ExecuteRequest',
    about: 'One order. Its deadline is that of the call (`grpc-timeout`): do not begin after it.',
    fields: [
      EFFECT_ID,
      text(2, 'command_id', 'UUID: the key by which repeated orders are known, and the mark of the effect.'),
      FENCE,
      ACTION,
      TARGET,
      text(6, 'reason', 'For people who look into the system.'),
      LASTS,
    ],
  },
  {
    name: 'ExecuteResponse',
    about: 'It is done. What was not done is answered with a gRPC status, see the service.',
    fields: [
      choice(1, 'result', 'Result', 'DONE, or nothing is taken for certain.'),
      text(2, 'before', 'JSON of what was there before. It comes back with Undo.'),
      text(3, 'after', 'JSON of what is there now. It comes back with Undo.'),
      SAID,
    ],
  },
  { name: 'VerifyRequest', about: 'An effect.', fields: [EFFECT_ID, COMMAND_IDS, ACTION, TARGET] },
  {
    name: 'VerifyResponse',
    about: 'What is seen.',
    fields: [
      choice(1, 'presence', 'Presence', 'Present is only what bears one of `command_ids` and is enforced.'),
      text(2, 'seen', 'JSON of what was seen, for the record.'),
      SAID,
    ],
  },
  {
    name: 'ExtendRequest',
    about: 'An effect, and its new end.',
    fields: [EFFECT_ID, COMMAND_IDS, FENCE, ACTION, TARGET, LASTS],
  },
  {
    name: 'ExtendResponse',
    about: 'It lasts as long now.',
    fields: [choice(1, 'result', 'Result', 'DONE, or nothing is taken for certain.'), SAID],
  },
  {
    name: 'UndoRequest',
    about: 'An effect, and what Execute said of it.',
    fields: [
      EFFECT_ID,
      COMMAND_IDS,
      FENCE,
      ACTION,
      TARGET,
      text(8, 'before', 'The same value as Execute answered; empty if it did not, or if it was longer than 32 KiB.'),
      text(9, 'after', 'The same value as Execute answered; empty if it did not, or if it was longer than 32 KiB.'),
      flag(10, 'force', 'A person said: undo it although it was changed.'),
    ],
  },
  {
    name: 'UndoResponse',
    about: 'It is gone, or was changed.',
    fields: [
      choice(1, 'result', 'Result', 'DONE, or CHANGED: somebody changed it since, and nothing was done.'),
      text(2, 'current', 'JSON of what is there now, with CHANGED.'),
      SAID,
    ],
  },
  { name: 'CancelRequest', about: 'An order.', fields: [text(1, 'command_id', 'Of the order.')] },
  { name: 'CancelResponse', about: 'It does not begin any more, or has begun.', fields: [] },
  { name: 'ListRequest', about: 'Nothing is asked but what is there.', fields: [] },
  { name: 'ListResponse', about: 'All of them.', fields: [parts(1, 'effects', 'Effect', 'At most 8 MiB together.')] },
  {
    name: 'Effect',
    about: 'An effect of Reflex.',
    fields: [
      text(1, 'command_id', 'Its mark.'),
      text(2, 'action', 'Such as `block_ip`.'),
      part(3, 'target', 'Target', 'On what.'),
      text(4, 'since', 'RFC 3339, UTC. Empty: not known.'),
    ],
  },
];

export const ENUMS: readonly EnumRow[] = [
  {
    name: 'Result',
    about: 'What an order came to.',
    values: [
      ['DONE', 'It is as was ordered, now or already.'],
      ['CHANGED', 'Only of Undo: it was changed since, and nothing was done.'],
    ],
  },
  {
    name: 'Presence',
    about: 'Whether an effect is there.',
    values: [
      ['PRESENT', 'It is there, by our mark, and enforced.'],
      ['ABSENT', 'There is none of ours.'],
      ['UNKNOWN', 'Nobody can tell now.'],
    ],
  },
  {
    name: 'Health',
    about: 'How something is.',
    values: [
      ['OK', 'All that is promised can be done.'],
      ['DEGRADED', 'Some of it cannot be done.'],
      ['DOWN', 'Nothing can be done.'],
    ],
  },
];
