import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';

/** What has to be so before Reflex can be relied on, in the order in which it is set up. */
export const SETUP_LINES = [
  'role',
  'indices',
  'key',
  'folder',
  'webhook',
  'inventory',
  'source',
  'connector',
  'approver',
] as const;
export type SetupLine = (typeof SETUP_LINES)[number];

export const SETUP_STATES = ['green', 'amber', 'red', 'unknown'] as const;
export type SetupState = (typeof SETUP_STATES)[number];

/** Everything that a look can find, by its line; who shows it has the words. */
export const SETUP_CODES = [
  'role_enough',
  'role_lacks',
  'role_too_much',
  'role_no_security',
  'indices_ready',
  'indices_older',
  'indices_missing',
  'indices_blocked',
  'indices_down',
  'key_backed_up',
  'key_not_backed_up',
  'key_elsewhere',
  'key_at_signer',
  'signer_away',
  'folder_durable',
  'folder_untold',
  'folder_said_passing',
  'folder_passing',
  'folder_nearly_full',
  'folder_not_written',
  'webhook_arrives',
  'webhook_under_way',
  'webhook_untested',
  'webhook_fails',
  'webhook_lost',
  'webhook_no_channel',
  'inventory_covers',
  'inventory_nobody_seen',
  'inventory_empty',
  'source_brings',
  'source_old',
  'source_stands',
  'source_none',
  'connector_tested',
  'connector_untested',
  'connector_down',
  'connector_faulty',
  'connector_none',
  'approver_seen',
  'approver_single',
  'approver_none',
  'not_looked',
] as const;
export type SetupCode = (typeof SETUP_CODES)[number];

const line = oneOf(SETUP_LINES);

export const SetupLineView = record(
  {
    line,
    state: oneOf(SETUP_STATES),
    code: oneOf(SETUP_CODES),
    facts: described(t.record(t.string, t.union([text({ max: 1_024 }), number()])), 'What the words of the code name'),
    at: described(instant, 'When somebody looked last'),
  },
  {
    proof: described(list(text({ max: 1_024 }), 32), 'What was asked and what was answered, one a line'),
    aside: described(record({ by: idText, at: instant, reason: text({ max: 2_000 }) }), 'A person set the line aside'),
  },
);
export type SetupLineView = t.TypeOf<typeof SetupLineView>;

export const SetupView = record({
  as_of: instant,
  host: described(idText, 'The machine of the host that looked; folder and key are its own'),
  lines: list(SetupLineView, SETUP_LINES.length),
  open: described(number({ min: 0, integer: true }), 'Lines that are neither green nor set aside'),
});
export type SetupView = t.TypeOf<typeof SetupView>;

export const getSetup = route({
  method: 'get',
  path: `${BASE}/setup`,
  summary: 'What has to be set up, and how each of it stands as of the last look',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: SetupView,
});

export const checkSetup = route({
  method: 'post',
  path: `${BASE}/setup/check`,
  summary:
    'Look again and prove it: one line, or all. It changes nothing but one file that it takes away again; where there is a channel OpenSearch sends its test message',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({}, { line: described(line, 'Default: all') }),
  answer: SetupView,
});

export const asideSetup = route({
  method: 'put',
  path: `${BASE}/setup/{line}/aside`,
  summary: 'Set a line aside that is not wanted here, or take that back; on record with its reason',
  access: 'admin',
  params: record({ line }),
  query: nothing,
  body: record({ aside: t.boolean, reason: reasonText }),
  answer: SetupView,
});

export const confirmKeyBackup = route({
  method: 'post',
  path: `${BASE}/setup/key/backup`,
  summary:
    'Confirm that the signing key of this host has a backup, by the sha256 of the backup file; on record with who did',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({
    sha256: text({ min: 64, max: 64, pattern: /^[0-9a-fA-F]{64}$/, patternName: 'in hexadecimal digits' }),
  }),
  answer: SetupView,
});

export const SETUP_ROUTES = { getSetup, checkSetup, asideSetup, confirmKeyBackup } as const;
