import type { ActionRecord } from '../../common/flow/outcome';
import { say } from '../i18n';
import type { Tone } from './act_status';

type CommandState = ActionRecord['state'];

interface LineWords {
  readonly word: string;
  readonly tone: Tone;
}

/** The target of an effect in place was told how long to keep it. */
export const toldWords = ({ connector }: Pick<ActionRecord['command'], 'connector'>): LineWords => ({
  word: say('command.told', 'told to {connector}', { connector }),
  tone: 'good',
});

/** A state of a command as a line of its timeline. */
export const commandStateWords = (state: CommandState): LineWords => {
  switch (state) {
    case 'claimed':
      return { word: say('command.claimed', 'requested'), tone: 'calm' };
    case 'sent':
      return { word: say('command.sent', 'sent'), tone: 'busy' };
    case 'succeeded':
      return { word: say('command.succeeded', 'confirmed by the target'), tone: 'good' };
    case 'failed':
      return { word: say('command.failed', 'failed'), tone: 'bad' };
    case 'unknown':
      return { word: say('command.unknown', 'no certain answer'), tone: 'warn' };
    case 'verified_present':
      return { word: say('command.verified_present', 'verified: in effect'), tone: 'good' };
    case 'verified_absent':
      return { word: say('command.verified_absent', 'verified: not in effect'), tone: 'calm' };
    case 'gone':
      return { word: say('command.gone', 'gone before its end'), tone: 'bad' };
    case 'seen_again':
      return { word: say('command.seen_again', 'seen at the target again'), tone: 'good' };
    case 'reason_added':
      return { word: say('command.reason_added', 'joined an effect that was there'), tone: 'calm' };
    case 'reason_folded':
      return { word: say('command.reason_folded', 'counted with a later event of the same policy'), tone: 'calm' };
    case 'undo_started':
      return { word: say('command.undo_started', 'undoing started'), tone: 'busy' };
    case 'undone':
      return { word: say('command.undone', 'undone'), tone: 'good' };
    case 'undo_failed':
      return { word: say('command.undo_failed', 'undoing failed, tried again'), tone: 'bad' };
    case 'undo_refused':
      return { word: say('command.undo_refused', 'undoing refused: somebody changed it since'), tone: 'bad' };
    case 'taken_over':
      return { word: say('command.taken_over', 'taken over from an agent that died'), tone: 'warn' };
    case 'late_effect_removed':
      return { word: say('command.late_effect_removed', 'a late effect was removed'), tone: 'warn' };
    case 'closed_by_person':
      return { word: say('command.closed_by_person', 'closed by a person, not seen by Reflex'), tone: 'warn' };
    case 'taken_back':
      return { word: say('command.taken_back', 'taken back before anything was sent'), tone: 'calm' };
  }
};
