import type { IntakeHealthView, LeftOutRow, LeftOutWhy } from '../../../common/api/routes';
import { say } from '../../i18n';

/** Events and documents that did not become a case of their own; details of events that did are not counted here. */
export const leftOutTotal = ({ left_out: { not_ours, beyond, quarantined } }: IntakeHealthView): number =>
  not_ours + beyond + quarantined;

export const whyWord = (why: LeftOutWhy): string => {
  switch (why) {
    case 'not_ours':
      return say('left_out.not_ours', 'not ours');
    case 'beyond':
      return say('left_out.beyond', 'beyond the 500 events of one document');
    case 'quarantined':
      return say('left_out.quarantined', 'in quarantine');
    case 'no_entity':
      return say('left_out.no_entity', 'event that names no entity');
    case 'mended':
      return say('left_out.mended', 'detail mended');
    case 'placeholder':
      return say('left_out.placeholder', 'word that names nothing');
    case 'cut':
      return say('left_out.cut', 'original not kept whole');
  }
};

/** Why, in a sentence that needs no look into the map of the source. */
export const whySentence = ({ why, how }: Pick<LeftOutRow, 'why' | 'how'>): string => {
  switch (why) {
    case 'not_ours':
      return notOursSentence(how);
    case 'beyond':
      return say('left_out.beyond.why', 'Of one document the first 500 events are taken. It is in quarantine as well.');
    case 'quarantined':
      return say('left_out.quarantined.why', 'It could not be accepted. It waits in quarantine for a person.');
    case 'no_entity':
      return say('left_out.no_entity.why', 'It names no host, address, account, program or file: no act has a target.');
    case 'mended':
      return mendedSentence(how);
    case 'placeholder':
      return say('left_out.placeholder.why', 'The field held a word such as “-” or “N/A”. The event does not have it.');
    case 'cut':
      return say(
        'left_out.cut.why',
        'Only its beginning, its size and its SHA-256 are kept. All fields were read before.',
      );
  }
};

const notOursSentence = (how: LeftOutRow['how']): string => {
  if (how === 'missing')
    return say('left_out.missing.why', 'The map asks for a word here (`only`), and nothing is here.');
  if (how === 'empty') return say('left_out.empty.why', 'The list of events has none.');
  return say('left_out.other.why', 'The map asks for another word here (`only`).');
};

const mendedSentence = (how: LeftOutRow['how']): string => {
  if (how === 'several')
    return say('left_out.several.why', 'There were more values than the field holds. The first ones count.');
  if (how === 'cut') return say('left_out.long.why', 'It was too long. Its beginning is kept.');
  if (how === 'fallback')
    return say(
      'left_out.fallback.why',
      'Nothing was here, or nothing that can be read. The map says what stands there.',
    );
  if (how === 'unread') return say('left_out.unread.why', 'The map says that this text holds JSON. It holds none.');
  return say('left_out.left_out.why', 'This is no value of the field. The event does not have it.');
};
