import React from 'react';
import { EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import type { Problem } from '../../../common/api/contract';
import { clockTime } from '../../format/time';
import { Sentence } from '../text/sentence';
import { say } from '../../i18n';

interface StaleNoticeProps {
  readonly problem: Problem;
  /** ms of this browser's clock. */
  readonly heardAt: number | undefined;
  readonly onRetry: () => void;
}

/** What is shown is old, since when, and why. */
export const StaleNotice = ({ problem, heardAt, onRetry }: StaleNoticeProps) => (
  <EuiCallOut
    color="warning"
    size="s"
    iconType="clock"
    title={
      <Sentence
        text={say('stale.title', 'Figures as of {time}: {message}', {
          time: heardAt === undefined ? '?' : clockTime(heardAt),
          message: problem.message,
        })}
      />
    }
  >
    <EuiButtonEmpty size="xs" flush="left" onClick={onRetry}>
      {say('problem.retry', 'Try again')}
    </EuiButtonEmpty>
  </EuiCallOut>
);
