import React from 'react';
import type { Reapplied } from '../../../common/api/progress';
import { say } from '../../i18n';
import { SinceText } from '../text/moment_text';

/** That an effect was removed at its target, when, and how often it is applied again. */
export const ReappliedNote = ({ reapplied: { times, of, removed_at } }: { readonly reapplied: Reapplied }) => (
  <div className="rfx-small rfx-tone--warn">
    {say('reapplied.removed', 'removed at the target')} <SinceText at={removed_at} />
    {times <= of
      ? say('reapplied.again', '; re-applied {times} of {of}', { times, of })
      : say('reapplied.asked', '; {times} times by now, so that a person decides', { times })}
  </div>
);
