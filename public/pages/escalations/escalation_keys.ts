import type { KeyHelp } from '../../components/dialogs/keys_help';
import { say } from '../../i18n';

export const escalationKeys = (): readonly KeyHelp[] => [
  { keys: ['J', '↓'], does: say('escalations.key.next', 'next') },
  { keys: ['K', '↑'], does: say('escalations.key.previous', 'previous') },
  { keys: ['A'], does: say('escalations.key.approve', 'approve, with a reason: what is selected, else what is shown') },
  { keys: ['D'], does: say('escalations.key.deny', 'deny, with a reason: what is selected, else what is shown') },
  { keys: ['X'], does: say('escalations.key.select', 'select, or no longer') },
  { keys: ['S'], does: say('escalations.key.select_all', 'select everything in the list, or nothing') },
  { keys: ['?'], does: say('escalations.key.help', 'show these keys') },
];
