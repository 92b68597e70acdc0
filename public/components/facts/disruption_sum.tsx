import React from 'react';
import type { DisruptionSumView } from '../../../common/api/routes';
import { countText } from '../../format/numbers';
import { targetTypeWord } from '../../format/targets';
import { say } from '../../i18n';

/** How much is out of use because of Reflex now, by kind of target. */
export const DisruptionSum = ({
  disruption: { kinds, unstated, at_least: isCut },
}: {
  disruption: DisruptionSumView;
}) =>
  kinds.length === 0 && unstated === 0 ? (
    <p className="rfx-subdued">{say('disruption.none', 'Nothing is out of use because of Reflex.')}</p>
  ) : (
    <>
      <ul className="rfx-rows">
        {kinds.map(({ type, targets, sum }) => (
          <li key={type}>
            {say('disruption.sum', '{type}: together {sum} of {targets} out of use', {
              type: targetTypeWord(type),
              sum: sum.toFixed(1),
              targets: countText(targets),
            })}
          </li>
        ))}
      </ul>
      {unstated > 0 && (
        <p className="rfx-small rfx-subdued">
          {say(
            'disruption.unstated',
            '{unstated, plural, one {Of # containment} other {Of # containments}} no connector states what it takes away.',
            { unstated },
          )}
        </p>
      )}
      {isCut === true && (
        <p className="rfx-small rfx-subdued">{say('disruption.cut', 'There is more: the first 10,000 were read.')}</p>
      )}
    </>
  );
