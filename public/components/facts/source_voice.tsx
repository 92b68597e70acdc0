import React from 'react';
import { countsInstead, type HeardEvent } from '../../format/field_voices';
import { say } from '../../i18n';
import { GrantLink, isGrantable, sourceName } from '../text/source_links';
import { ToneText } from '../text/tone_text';

/** What was said of severity and confidence counts for less: what counts. Nothing where it counts as it was said. */
export const CountsInstead = ({ heard }: { heard: HeardEvent }) => {
  const text = countsInstead(heard);
  return text === undefined ? null : <ToneText tone="warn">{text}</ToneText>;
};

const wordsOf = ({ intake, voice }: HeardEvent): string => {
  const source = sourceName(intake);
  if (voice === undefined)
    return say('voice.none', 'It came in before sources had grants: everything that it says is claimed.');
  if (voice.unverified === true)
    return say('voice.unverified', 'The message could not be checked with Alerting: nothing in it is believed.');
  if (voice.grant === undefined)
    return say(
      'voice.no_grant',
      'Nothing was granted to {source} when it came in: everything that it says is claimed.',
      {
        source,
      },
    );
  return voice.grant.version === 0
    ? say('voice.by_settings', 'What {source} may say was granted by the settings.', { source })
    : say('voice.by_version', 'What {source} may say was granted by version {version} of its grant.', {
        source,
        version: voice.grant.version,
      });
};

const Handed = ({ voice }: HeardEvent) => {
  const handed = voice?.handed;
  if (handed === undefined) return null;
  const { by, from, changed } = handed;
  const isOrder = from.type === 'analyst' && from.id === by;
  if (isOrder)
    return (
      <p>
        <ToneText tone="warn">
          {say('voice.ordered', '{by} ordered it by hand. Nothing in it counts by itself.', { by })}
        </ToneText>
      </p>
    );
  return (
    <p>
      <ToneText tone="warn">
        {changed.length === 0
          ? say('voice.handed', '{by} handed it in; {source} had sent it. Nothing in it counts by itself.', {
              by,
              source: sourceName(from),
            })
          : say(
              'voice.handed.changed',
              '{by} handed it in; {source} had sent it. Changed: {changed}. Nothing in it counts by itself.',
              { by, source: sourceName(from), changed: changed.join(', ') },
            )}
      </ToneText>
    </p>
  );
};

/** Who said it, and by which grant it counts. */
export const SourceVoice = ({ heard }: { heard: HeardEvent }) => (
  <div className="rfx-small rfx-voice">
    <Handed {...heard} />
    {isGrantable(heard.intake) && (
      <p>
        {wordsOf(heard)} <GrantLink source={heard.intake} />
      </p>
    )}
    <p className="rfx-subdued">
      {say(
        'voice.entities',
        'Hosts, addresses and accounts are only named by a source. What Reflex itself observed of them stands apart.',
      )}
    </p>
  </div>
);
