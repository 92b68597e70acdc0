import React from 'react';
import type { DisruptionView } from '../../../common/api/many_as_one';
import { actionTitle } from '../../format/words';
import { percentText } from '../../format/numbers';
import { say } from '../../i18n';
import { ToneText } from '../text/tone_text';

/** Half of what a target does, or more: whoever approves it should see that at once. */
const MUCH = 0.5;

const shareWords = ({ share, tag, unlisted }: DisruptionView): string => {
  const percent = percentText(share);
  if (unlisted === true)
    return say('disruption.unlisted', 'up to {percent} of its work: nobody listed it, and it may be `{tag}`', {
      percent,
      tag: tag ?? '',
    });
  return tag === undefined
    ? say('disruption.share', '{percent} of its work', { percent })
    : say('disruption.by_tag', '{percent} of its work, as it is `{tag}`', { percent, tag });
};

/** What an act takes away from its target, and which milder acts would take less. */
export const Disruption = ({ disruption }: { readonly disruption: DisruptionView }) => (
  <p>
    {say('disruption.takes', 'Takes away')}{' '}
    <ToneText tone={disruption.share >= MUCH ? 'warn' : 'calm'}>{shareWords(disruption)}</ToneText>
    {disruption.milder.length > 0 && (
      <span className="rfx-small rfx-subdued">
        {' '}
        {say('disruption.milder', 'Milder: {actions}', {
          actions: disruption.milder
            .map(({ action, share }) =>
              say('disruption.milder.one', '{action} ({percent})', {
                action: actionTitle(action),
                percent: percentText(share),
              }),
            )
            .join(', '),
        })}
      </span>
    )}
  </p>
);
