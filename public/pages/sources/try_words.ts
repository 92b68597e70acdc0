import type { PresetView, ReadingView, TriedDocument, TriedEvent } from '../../../common/api/routes';
import type { Tone } from '../../format/act_status';
import { say } from '../../i18n';

type NotOurs = TriedDocument['not_ours'][number];
type Seen = NonNullable<TriedEvent['seen']>;

export const seenWord = (seen: Seen): readonly [Tone, string] => {
  switch (seen) {
    case 'new':
      return ['good', say('trial.seen.new', 'new: it would make a case')];
    case 'duplicate':
      return ['calm', say('trial.seen.duplicate', 'a duplicate: its case is there already')];
    case 'update':
      return ['busy', say('trial.seen.update', 'newer data of a case that is there')];
    case 'conflict':
      return ['bad', say('trial.seen.conflict', 'a conflict: its case is there with another content')];
  }
};

export const notOursWords = ({ why, text = '', count }: NotOurs): string => {
  switch (why) {
    case 'other':
      return say('trial.not_ours.other', 'holds “{text}”, which the map does not ask for ({count})', { text, count });
    case 'missing':
      return say('trial.not_ours.missing', 'is not there, and the map asks for it ({count})', { count });
    case 'empty':
      return say('trial.not_ours.empty', 'is the list of events, and has none ({count})', { count });
  }
};

/** What another content under a known id is. */
export const repetitionWords = (repetition: PresetView['repetition']): string => {
  switch (repetition) {
    case 'same':
      return say('reading.same', 'the same detection');
    case 'update':
      return say('reading.update', 'newer data of it');
    case 'new':
      return say('reading.new', 'another detection');
    case undefined:
      return say('reading.conflict', 'a conflict, for a person');
  }
};

/** How the documents of a source are read, in words. */
export const readingWords = ({ in_force, preset = '' }: ReadingView): string => {
  switch (in_force) {
    case 'preset':
      return say('reading.by_preset', 'by the preset {preset}', { preset });
    case 'map':
      return say('reading.by_map', 'by the map of the settings');
    case 'wire':
      return say('reading.by_wire', 'as events in the form of Reflex itself');
  }
};
