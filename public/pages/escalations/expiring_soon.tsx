import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { useNow } from '../../components/data/use_now';
import { msOf } from '../../format/time';
import { say } from '../../i18n';

const HOUR_MS = 3_600_000;

interface ExpiringSoonProps {
  readonly waiting: readonly EscalationView[];
  /** More wait than are listed. */
  readonly isCut: boolean;
}

/** How many lapse within the hour if nobody answers. */
export const ExpiringSoon = ({ waiting, isCut }: ExpiringSoonProps) => {
  const now = useNow();
  const count = waiting.filter(({ expires_at: at }) => at !== undefined && msOf(at) - now <= HOUR_MS).length;
  if (count === 0) return null;
  return (
    <strong className="rfx-tone--warn">
      {isCut
        ? say('escalations.soon.at_least', '{count} or more expire within the hour', { count })
        : say('escalations.soon', '{count} expire within the hour', { count })}
    </strong>
  );
};
