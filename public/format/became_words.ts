import type { Became } from '../../common/api/became';
import { say } from '../i18n';

/** What became of events, in a word or two. */
export const becameWord = (became: Became): string => {
  switch (became) {
    case 'waits':
      return say('became.waits', 'waiting');
    case 'failed':
      return say('became.failed', 'failed');
    case 'in_effect':
      return say('became.in_effect', 'acted: in effect');
    case 'ended':
      return say('became.ended', 'acted: ended');
    case 'limits':
      return say('became.limits', 'refused: limit');
    case 'protected':
      return say('became.protected', 'refused: protected');
    case 'brakes':
      return say('became.brakes', 'refused: other brake');
    case 'policy':
      return say('became.policy', 'refused: policy');
    case 'person':
      return say('became.person', 'refused: person');
    case 'shadow':
      return say('became.shadow', 'shadow');
    case 'nothing':
      return say('became.nothing', 'nothing');
    case 'not_known':
      return say('became.not_known', 'not known');
  }
};

/** What a group means, for legends. */
export const becameMeaning = (became: Became): string => {
  switch (became) {
    case 'waits':
      return say('became.waits.meaning', 'a person decides, or it is looked at again soon');
    case 'failed':
      return say('became.failed.meaning', 'an act was not applied');
    case 'in_effect':
      return say('became.in_effect.meaning', 'or under way');
    case 'ended':
      return say('became.ended.meaning', 'done, undone or gone');
    case 'limits':
      return say('became.limits.meaning', 'too many at once or in a time');
    case 'protected':
      return say('became.protected.meaning', 'because of what the target is');
    case 'brakes':
      return say('became.brakes.meaning', 'kill switch, connector and others');
    case 'policy':
      return say('became.policy.meaning', 'the policies refuse it');
    case 'person':
      return say('became.person.meaning', 'denied, or not answered in time');
    case 'shadow':
      return say('became.shadow.meaning', 'recorded, never executed');
    case 'nothing':
      return say('became.nothing.meaning', 'no act was proposed');
    case 'not_known':
      return say('became.not_known.meaning', 'not on record any more');
  }
};
