import { voiceIn } from '../../common/flow/claims';
import type { ReceivedEvent } from '../../common/flow/event';
import { VOICE_FIELDS, type Origin, type VoiceField } from '../../common/flow/voice';
import { say } from '../i18n';
import type { Tone } from './act_status';
import { scoreText } from './numbers';

/* Beside what an event says: whether it counts, and what counts instead. */

/** An event with what of it counts. */
export type HeardEvent = Pick<ReceivedEvent, 'event' | 'intake' | 'voice' | 'as_said' | 'mended'>;

interface FieldVoice {
  readonly tone: Tone;
  readonly text: string;
}

const rating = (origin: Origin, said: string, counts: string): FieldVoice => {
  if (origin === 'claimed')
    return { tone: 'warn', text: say('voice.claimed.counts', 'only claimed, counts as {counts}', { counts }) };
  return said === counts
    ? { tone: 'good', text: say('voice.granted', 'granted') }
    : { tone: 'warn', text: say('voice.granted.counts', 'granted up to {counts}, counts as {counts}', { counts }) };
};

const tagsVoice = (origin: Origin, left: readonly string[]): FieldVoice => {
  if (origin === 'claimed')
    return { tone: 'warn', text: say('voice.tags.claimed', 'only claimed, none of them counts') };
  return left.length === 0
    ? { tone: 'good', text: say('voice.granted', 'granted') }
    : { tone: 'warn', text: say('voice.tags.left', 'granted, except {tags}', { tags: left.join(', ') }) };
};

/** For each field of authority that an event has: whether it is granted or only claimed, and what counts. */
export const fieldVoices = (heard: HeardEvent): ReadonlyMap<string, FieldVoice> => {
  const { origins, counts = {}, tags_left: left = [] } = voiceIn(heard);
  const { confidence, severity } = heard.event;
  const voiceOf = (field: VoiceField, origin: Origin): FieldVoice => {
    switch (field) {
      case 'confidence':
        return rating(origin, scoreText(confidence), scoreText(counts.confidence ?? confidence));
      case 'severity':
        return rating(origin, severity, counts.severity ?? severity);
      case 'tags':
        return tagsVoice(origin, left);
      case 'rule.id':
      case 'rule.name':
      case 'rule.origin':
      case 'rule.status':
        return origin === 'granted'
          ? { tone: 'good', text: say('voice.granted', 'granted') }
          : { tone: 'warn', text: say('voice.claimed', 'only claimed, does not count') };
    }
  };
  return new Map(
    VOICE_FIELDS.flatMap((field) => {
      const origin = origins[field];
      return origin === undefined ? [] : [[field, voiceOf(field, origin)] as const];
    }),
  );
};

/** What counts instead of the confidence and the severity that were said; undefined where those count. */
export const countsInstead = (heard: HeardEvent): string | undefined => {
  const { confidence, severity } = voiceIn(heard).counts ?? {};
  const counting = [
    ...(severity === undefined || severity === heard.event.severity ? [] : [severity]),
    ...(confidence === undefined || confidence === heard.event.confidence ? [] : [scoreText(confidence)]),
  ];
  return counting.length === 0
    ? undefined
    : say('voice.instead', 'counts as {counts}', { counts: counting.join(', ') });
};
