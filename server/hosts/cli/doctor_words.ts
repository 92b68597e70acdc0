import type { SetupCode, SetupLine, SetupLineView } from '../../../common/api/routes';

/* The set-up in words, for a terminal. The page has its own, which can be translated. */

export const LINE_WORDS: Readonly<Record<SetupLine, string>> = {
  role: 'account in OpenSearch',
  indices: 'indices',
  key: 'signing key and its backup',
  folder: 'data folder',
  webhook: 'webhook, from the nodes of OpenSearch',
  inventory: 'inventory',
  source: 'first source',
  connector: 'first connector',
  approver: 'first approver',
};

interface Words {
  /** `{name}` stands for a fact. */
  readonly says: string;
  /** What to do about it; missing where nothing is to be done. */
  readonly todo?: string;
}

const CODE_WORDS: Readonly<Record<SetupCode, Words>> = {
  role_enough: { says: '`{user}` may do what Reflex needs: {probes} requests were allowed' },
  role_lacks: { says: '`{user}` may not: {lacks}', todo: 'give it the role of docs/guides/run.md' },
  role_too_much: {
    says: '`{user}` has the role `{role}` and may do everything in the cluster',
    todo: 'give Reflex a user of its own with the role of docs/guides/run.md',
  },
  role_no_security: {
    says: 'OpenSearch has no security plugin: whoever reaches it may do everything, so no role can be looked at',
    todo: 'install the security plugin, or set this line aside where nobody else reaches OpenSearch',
  },
  indices_ready: { says: 'all {count} are there, as this version wants them, and can be written' },
  indices_older: {
    says: 'made by an earlier version: {names}',
    todo: 'they are brought up to date once no earlier version runs any more: docs/guides/upgrade.md',
  },
  indices_missing: { says: 'missing: {names}', todo: 'look at `reflex status`; it says what the start waits for' },
  indices_blocked: {
    says: 'cannot be written: {names} ({block})',
    todo: 'free space on the disks of OpenSearch, then take the block away',
  },
  indices_down: { says: 'a shard is nowhere: {names}', todo: 'start the node that has it' },
  key_backed_up: {
    says: 'key {key} lies on this host; `{by}` confirmed its backup at {at}; a release takes {threshold} of {trusted} keys',
  },
  key_not_backed_up: {
    says: 'key {key} lies on this host and signs the policies, and nobody confirmed a backup of it',
    todo: 'copy its file to a safe place, run sha256sum on the copy, and enter that on the page Set-up',
  },
  key_elsewhere: { says: 'no key signs here; {trusted} keys are believed, and policies are released where they are' },
  key_at_signer: {
    says: 'a signer of its own keeps key {key}, and answers; a release takes {threshold} of {trusted} keys',
  },
  signer_away: {
    says: 'the signer with key {key} does not answer: {why}',
    todo: 'start it, and look at its socket; nothing can be released until then, and policies grow stale',
  },
  folder_durable: { says: '{path} lies on {kind}; a file was durable within {sync_ms} ms' },
  folder_untold: {
    says: '{path}: this machine does not tell on what it lies',
    todo: 'look whether it outlives a restart',
  },
  folder_said_passing: {
    says: '{path}: the settings do not say that it outlives a restart',
    todo: 'put it where it does, and set `data_persistent: true`',
  },
  folder_passing: {
    says: '{path} lies on {kind}, which is gone with the machine or the container',
    todo: 'set `data_folder` to a disk or a volume that stays: the undo journal is there',
  },
  folder_nearly_full: { says: '{path}: only {free_mib} MiB are free', todo: 'free at least 512 MiB' },
  folder_not_written: {
    says: '{path} cannot be written: {fault}',
    todo: 'mend that; nothing starts without the journal',
  },
  webhook_arrives: { says: 'a message of OpenSearch arrived at {arrived}, sent to {url}' },
  webhook_under_way: { says: 'a message was sent to {url} at {sent} and has not arrived', todo: 'check again' },
  webhook_untested: {
    says: 'there is a channel to {url}, and no message was sent through it',
    todo: 'check this line',
  },
  webhook_fails: {
    says: 'nothing comes through to {url}: {why}',
    todo: 'set `intake.public_url` to what the nodes reach',
  },
  webhook_lost: {
    says: 'OpenSearch says that it sent a message to {url}, and within {within_s} s it did not arrive here',
    todo: 'look who else answers at that address; set `intake.public_url` to this Reflex',
  },
  webhook_no_channel: {
    says: 'there is no channel yet, so nothing of OpenSearch sends to {url}',
    todo: 'subscribe to a monitor on the page Sources, or set this line aside where all is read from indices',
  },
  inventory_covers: {
    says: '{percent} % of the {seen} hosts that the decisions of the last day name are listed; {missing} are not',
    todo: 'list the missing ones: nothing may be done to what nobody listed',
  },
  inventory_nobody_seen: {
    says: '{listed} things are listed; no decision of the last day names a host',
    todo: 'check again once events came in',
  },
  inventory_empty: { says: 'it is empty', todo: 'load it: PUT /api/reflex/inventory' },
  source_brings: { says: '{source} brought an event at {at}' },
  source_old: { says: 'the last event came from {source} at {at}', todo: 'look at `reflex sources`' },
  source_stands: { says: '{source} is not read: {why}', todo: 'look at `reflex sources`' },
  source_none: { says: 'no event ever came in', todo: 'connect one: docs/guides/connect_a_source.md' },
  connector_tested: { says: '{name} works; `{by}` tested it, and its act was seen and taken back ({at})' },
  connector_untested: { says: 'works, and was never tested: {names}', todo: 'reflex connectors test NAME' },
  connector_down: { says: '{name} does not work: {why}', todo: 'look at `reflex connectors`' },
  connector_faulty: { says: 'none starts: {fault}', todo: 'mend the settings; the page Connectors checks them before' },
  connector_none: {
    says: 'none is configured: Reflex decides and executes nothing',
    todo: 'the page Connectors writes the lines for the settings',
  },
  approver_seen: { says: '{count} who may approve were here in the last 12 hours: {names}' },
  approver_single: {
    says: 'this host tells no users apart, so whoever asks also approves',
    todo: 'use users and roles (docs/guides/run.md), or set this line aside where only one person works',
  },
  approver_none: {
    says: 'nobody who may approve was here in the last 12 hours',
    todo: 'give somebody the role `reflex_approve`, and have them open the page once',
  },
  not_looked: { says: 'it could not be looked at: {why}', todo: 'check again' },
};

const filled = (text: string, facts: SetupLineView['facts']): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'));

/** What a line says, and what to do about it. */
export const wordsOf = ({ code, facts, state }: SetupLineView): { readonly says: string; readonly todo?: string } => {
  const { says, todo } = CODE_WORDS[code];
  return { says: filled(says, facts), ...(todo === undefined || state === 'green' ? {} : { todo }) };
};
