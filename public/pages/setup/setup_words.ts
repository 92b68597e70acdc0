import type { SetupLine, SetupLineView, SetupState } from '../../../common/api/routes';
import type { Tone } from '../../format/act_status';
import { say } from '../../i18n';

/** What is to be set up. */
export const lineTitle = (line: SetupLine): string => {
  switch (line) {
    case 'role':
      return say('setup.line.role', 'Account in OpenSearch');
    case 'indices':
      return say('setup.line.indices', 'Indices');
    case 'key':
      return say('setup.line.key', 'Signing key and its backup');
    case 'folder':
      return say('setup.line.folder', 'Data folder');
    case 'webhook':
      return say('setup.line.webhook', 'Webhook, from the nodes of OpenSearch');
    case 'inventory':
      return say('setup.line.inventory', 'Inventory');
    case 'source':
      return say('setup.line.source', 'First source');
    case 'connector':
      return say('setup.line.connector', 'First connector');
    case 'approver':
      return say('setup.line.approver', 'First approver');
  }
};

/** Why it has to be so. */
export const lineAbout = (line: SetupLine): string => {
  switch (line) {
    case 'role':
      return say('setup.about.role', 'what it lacks stops Reflex in the middle of an incident');
    case 'indices':
      return say('setup.about.indices', 'where everything that was decided and done is kept');
    case 'key':
      return say('setup.about.key', 'without it no policy can be released any more, and nothing replaces it');
    case 'folder':
      return say(
        'setup.about.folder',
        'the undo journal is there: what was begun ends, whatever happens to OpenSearch',
      );
    case 'webhook':
      return say(
        'setup.about.webhook',
        'alerts come within the second, and only the nodes can prove that they get here',
      );
    case 'inventory':
      return say('setup.about.inventory', 'what nobody listed may be critical, so nothing is done to it by itself');
    case 'source':
      return say('setup.about.source', 'without one there is nothing to decide');
    case 'connector':
      return say('setup.about.connector', 'without one nothing is executed');
    case 'approver':
      return say('setup.about.approver', 'nobody approves what they asked for themselves');
  }
};

export const STATE_TONES: Readonly<Record<SetupState, Tone>> = {
  green: 'good',
  amber: 'warn',
  red: 'bad',
  unknown: 'calm',
};

export const stateWord = (state: SetupState): string => {
  switch (state) {
    case 'green':
      return say('setup.green', 'as it should be');
    case 'amber':
      return say('setup.amber', 'not yet');
    case 'red':
      return say('setup.red', 'missing or broken');
    case 'unknown':
      return say('setup.unknown', 'not known');
  }
};

type Code = SetupLineView['code'];
type Facts = SetupLineView['facts'];

const SAYS: Readonly<Record<Code, (facts: Facts) => string>> = {
  role_enough: (facts) =>
    say('setup.role_enough', '`{user}` may do what Reflex needs: {probes} requests were allowed.', facts),
  role_lacks: (facts) => say('setup.role_lacks', '`{user}` may not: {lacks}.', facts),
  role_too_much: (facts) =>
    say('setup.role_too_much', '`{user}` has the role `{role}` and may do everything in the cluster.', facts),
  role_no_security: () =>
    say(
      'setup.role_no_security',
      'OpenSearch has no security plugin: whoever reaches it may do everything, so no role can be looked at.',
    ),
  indices_ready: (facts) =>
    say('setup.indices_ready', 'All {count} are there, as this version wants them, and can be written.', facts),
  indices_older: (facts) => say('setup.indices_older', 'Made by an earlier version: {names}.', facts),
  indices_missing: (facts) => say('setup.indices_missing', 'Missing: {names}.', facts),
  indices_blocked: (facts) => say('setup.indices_blocked', 'Cannot be written: {names} (`{block}`).', facts),
  indices_down: (facts) => say('setup.indices_down', 'A shard is nowhere: {names}.', facts),
  key_backed_up: (facts) =>
    say(
      'setup.key_backed_up',
      'Key `{key}` lies on this host; `{by}` confirmed its backup at {at}. A release takes {threshold} of {trusted} trusted keys.',
      facts,
    ),
  key_not_backed_up: (facts) =>
    say(
      'setup.key_not_backed_up',
      'Key `{key}` lies on this host and signs the policies, and nobody confirmed a backup of it. A release takes {threshold} of {trusted} trusted keys.',
      facts,
    ),
  key_at_signer: (facts) =>
    say(
      'setup.key_at_signer',
      'A signer of its own keeps key `{key}`, and answers. A release takes {threshold} of {trusted} trusted keys.',
      facts,
    ),
  signer_away: (facts) => say('setup.signer_away', 'The signer with key `{key}` does not answer: {why}.', facts),
  key_elsewhere: (facts) =>
    say(
      'setup.key_elsewhere',
      'No key signs here; {trusted} keys are believed, and policies are released where they are.',
      facts,
    ),
  folder_durable: (facts) =>
    say('setup.folder_durable', '`{path}` lies on {kind}; a file was durable within {sync_ms} ms.', facts),
  folder_untold: (facts) => say('setup.folder_untold', '`{path}`: this machine does not tell on what it lies.', facts),
  folder_said_passing: (facts) =>
    say('setup.folder_said_passing', '`{path}`: the settings do not say that it outlives a restart.', facts),
  folder_passing: (facts) =>
    say('setup.folder_passing', '`{path}` lies on {kind}, which is gone with the machine or the container.', facts),
  folder_nearly_full: (facts) => say('setup.folder_nearly_full', '`{path}`: only {free_mib} MiB are free.', facts),
  folder_not_written: (facts) => say('setup.folder_not_written', '`{path}` cannot be written: {fault}.', facts),
  webhook_arrives: (facts) =>
    say('setup.webhook_arrives', 'A message of OpenSearch arrived at {arrived}, sent to `{url}`.', facts),
  webhook_under_way: (facts) =>
    say('setup.webhook_under_way', 'A message was sent to `{url}` at {sent} and has not arrived.', facts),
  webhook_untested: (facts) =>
    say('setup.webhook_untested', 'There is a channel to `{url}`, and no message was sent through it.', facts),
  webhook_fails: (facts) => say('setup.webhook_fails', 'Nothing comes through to `{url}`: {why}', facts),
  webhook_lost: (facts) =>
    say(
      'setup.webhook_lost',
      'OpenSearch says that it sent a message to `{url}`, and within {within_s} s it did not arrive here.',
      facts,
    ),
  webhook_no_channel: (facts) =>
    say('setup.webhook_no_channel', 'There is no channel yet, so nothing of OpenSearch sends to `{url}`.', facts),
  inventory_covers: (facts) =>
    say(
      'setup.inventory_covers',
      '{percent} % of the {seen} hosts that the decisions of the last day name are listed; {missing} are not.',
      facts,
    ),
  inventory_nobody_seen: (facts) =>
    say('setup.inventory_nobody_seen', '{listed} things are listed; no decision of the last day names a host.', facts),
  inventory_empty: () => say('setup.inventory_empty', 'It is empty.'),
  source_brings: (facts) => say('setup.source_brings', '`{source}` brought an event at {at}.', facts),
  source_old: (facts) => say('setup.source_old', 'The last event came from `{source}` at {at}.', facts),
  source_stands: (facts) => say('setup.source_stands', '`{source}` is not read: {why}', facts),
  source_none: () => say('setup.source_none', 'No event ever came in.'),
  connector_tested: (facts) =>
    say(
      'setup.connector_tested',
      '`{name}` works; `{by}` tested it, and its act was seen and taken back at {at}.',
      facts,
    ),
  connector_untested: (facts) => say('setup.connector_untested', 'Works, and was never tested: {names}.', facts),
  connector_down: (facts) => say('setup.connector_down', '`{name}` does not work: {why}', facts),
  connector_faulty: (facts) => say('setup.connector_faulty', 'None starts: {fault}', facts),
  connector_none: () => say('setup.connector_none', 'None is configured: Reflex decides and executes nothing.'),
  approver_seen: (facts) =>
    say('setup.approver_seen', '{count} who may approve were here in the last 12 hours: {names}.', facts),
  approver_single: () => say('setup.approver_single', 'This host tells no users apart, so whoever asks also approves.'),
  approver_none: () => say('setup.approver_none', 'Nobody who may approve was here in the last 12 hours.'),
  not_looked: (facts) => say('setup.not_looked', 'It could not be looked at: {why}', facts),
};

/** A fact that a host does not tell must not take the whole page away. */
const UNTOLD: Facts = Object.fromEntries(
  (
    'user probes lacks role count names block key by at trusted threshold path kind sync_ms free_mib fault arrived url sent why ' +
    'within_s percent seen missing listed source name'
  )
    .split(' ')
    .map((fact) => [fact, '?']),
);

/** What a line says. */
export const lineSays = ({ code, facts }: Pick<SetupLineView, 'code' | 'facts'>): string =>
  SAYS[code]({ ...UNTOLD, ...facts });

const TODO: Partial<Readonly<Record<Code, () => string>>> = {
  role_lacks: () => say('setup.todo.role_lacks', 'Give it the role of `docs/guides/run.md`.'),
  role_too_much: () =>
    say('setup.todo.role_too_much', 'Give Reflex a user of its own, with the role of `docs/guides/run.md`.'),
  role_no_security: () =>
    say(
      'setup.todo.role_no_security',
      'Install the security plugin, or set this line aside where nobody else reaches OpenSearch.',
    ),
  indices_older: () =>
    say('setup.todo.indices_older', 'They are brought up to date once no earlier version runs any more.'),
  indices_missing: () => say('setup.todo.indices_missing', 'The overview says what the start waits for.'),
  indices_blocked: () =>
    say('setup.todo.indices_blocked', 'Free space on the disks of OpenSearch, then take the block away.'),
  indices_down: () => say('setup.todo.indices_down', 'Start the node that has it.'),
  key_not_backed_up: () =>
    say(
      'setup.todo.key_not_backed_up',
      'Copy its file to a safe place, run `sha256sum` on the copy, and confirm the backup with that.',
    ),
  signer_away: () =>
    say(
      'setup.todo.signer_away',
      'Start it, and look at its socket. Nothing can be released, and policies grow stale.',
    ),
  folder_untold: () => say('setup.todo.folder_untold', 'Look whether it outlives a restart.'),
  folder_said_passing: () =>
    say('setup.todo.folder_said_passing', 'Put it where it does, and set `data_persistent: true`.'),
  folder_passing: () => say('setup.todo.folder_passing', 'Set `data_folder` to a disk or a volume that stays.'),
  folder_nearly_full: () => say('setup.todo.folder_nearly_full', 'Free at least 512 MiB.'),
  folder_not_written: () => say('setup.todo.folder_not_written', 'Mend that: nothing starts without the undo journal.'),
  webhook_under_way: () => say('setup.todo.webhook_under_way', 'Check it again.'),
  webhook_untested: () => say('setup.todo.webhook_untested', 'Check it: OpenSearch then sends its test message.'),
  webhook_fails: () =>
    say('setup.todo.webhook_fails', 'Set `intake.public_url` to an address of this Reflex that the nodes reach.'),
  webhook_lost: () =>
    say('setup.todo.webhook_lost', 'Look who else answers there; set `intake.public_url` to this Reflex.'),
  webhook_no_channel: () =>
    say(
      'setup.todo.webhook_no_channel',
      'Subscribe to a monitor, or set this line aside where all alerts are read from their indices.',
    ),
  inventory_covers: () =>
    say('setup.todo.inventory_covers', 'List the missing ones: nothing is done by itself to what nobody listed.'),
  inventory_nobody_seen: () => say('setup.todo.inventory_nobody_seen', 'Check it again once events came in.'),
  inventory_empty: () => say('setup.todo.inventory_empty', 'Load it: `PUT /api/reflex/inventory`.'),
  source_old: () => say('setup.todo.source_old', 'Look at the sources.'),
  source_stands: () => say('setup.todo.source_stands', 'Look at the sources.'),
  source_none: () => say('setup.todo.source_none', 'Connect one: `docs/guides/connect_a_source.md`.'),
  connector_untested: () => say('setup.todo.connector_untested', 'Test one on its page.'),
  connector_down: () => say('setup.todo.connector_down', 'Look at the connectors.'),
  connector_faulty: () => say('setup.todo.connector_faulty', 'Mend the settings; the form checks them before.'),
  connector_none: () => say('setup.todo.connector_none', 'The form writes the lines for the settings.'),
  approver_single: () =>
    say('setup.todo.approver_single', 'Use users and roles, or set this line aside where only one person works.'),
  approver_none: () =>
    say('setup.todo.approver_none', 'Give somebody the role `reflex_approve`, and have them open the page once.'),
  not_looked: () => say('setup.todo.not_looked', 'Check it again.'),
};

/** What to do about a line; undefined where nothing is to be done. */
export const lineToDo = ({ code, state }: Pick<SetupLineView, 'code' | 'state'>): string | undefined =>
  state === 'green' ? undefined : TODO[code]?.();

/** Where it is done. */
export const linePlace = (line: SetupLine): { readonly to: string; readonly title: string } | undefined => {
  switch (line) {
    case 'webhook':
    case 'source':
      return { to: '/sources', title: say('nav.sources', 'Sources') };
    case 'connector':
      return { to: '/connectors', title: say('connectors.title', 'Connectors') };
    case 'key':
      return { to: '/policies/releases/trust', title: say('setup.place.trust', 'Keys that are believed') };
    case 'role':
    case 'indices':
    case 'folder':
    case 'inventory':
    case 'approver':
      return undefined;
  }
};
