import type { ActStatus } from '../../common/api/views';
import { say } from '../i18n';

/** How a status is to be read at a glance. `busy`: not settled yet. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'calm';

interface StatusWords {
  readonly word: string;
  readonly tone: Tone;
  /** Nothing more happens to it by itself. */
  readonly settled: boolean;
}

const words = (word: string, tone: Tone, settled: boolean): StatusWords => ({ word, tone, settled });

/** The state of an act in words that promise no more than is known. */
export const actStatusWords = (status: ActStatus): StatusWords => {
  switch (status) {
    case 'shadow':
      return words(say('act_status.shadow', 'shadow: recorded, never executed'), 'calm', true);
    case 'denied':
      return words(say('act_status.denied', 'denied'), 'bad', true);
    case 'stopped':
      return words(say('act_status.stopped', 'stopped by the brakes'), 'warn', true);
    case 'held':
      return words(say('act_status.held', 'held, looked at again soon'), 'busy', false);
    case 'waiting':
      return words(say('act_status.waiting', 'waits for a person'), 'warn', false);
    case 'applying':
      return words(say('act_status.applying', 'sent, not confirmed yet'), 'busy', false);
    case 'unknown':
      return words(say('act_status.unknown', 'unknown: no certain answer, being verified'), 'warn', false);
    case 'present':
      return words(say('act_status.present', 'in effect'), 'good', true);
    case 'gone':
      return words(say('act_status.gone', 'not in effect any more'), 'bad', true);
    case 'done':
      return words(say('act_status.done', 'done'), 'good', true);
    case 'failed':
      return words(say('act_status.failed', 'failed, not applied'), 'bad', true);
    case 'refused':
      return words(say('act_status.refused', 'refused by a person'), 'calm', true);
    case 'expired':
      return words(say('act_status.expired', 'expired: nobody decided in time'), 'calm', true);
  }
};
