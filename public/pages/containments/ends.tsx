import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { Countdown } from '../../components/text/countdown';
import { MomentText } from '../../components/text/moment_text';
import { useNow } from '../../components/data/use_now';
import { msOf } from '../../format/time';
import { say } from '../../i18n';

/** The time is over, and it may still be there. */
export const overdueText = (length: string): string =>
  say('containment.overdue', 'was to end {length} ago', { length });

/** When an effect ends: at its time, by a person's word, or right now. */
export const Ends = ({ row: { state, due } }: { readonly row: Pick<ContainmentView, 'state' | 'due'> }) => {
  const now = useNow();
  const isBeingUndone = state === 'undoing';
  if (due === null)
    return (
      <span>
        {isBeingUndone ? say('containment.ends_now', 'now') : say('containment.no_end', 'until somebody lifts it')}
      </span>
    );
  if (isBeingUndone && msOf(due) > now)
    return (
      <span>
        {say('containment.ends_early', 'now; it was to end at')} <MomentText at={due} />
      </span>
    );
  return <Countdown until={due} over={overdueText} />;
};
