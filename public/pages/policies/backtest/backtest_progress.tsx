import React from 'react';
import type { BacktestView } from '../../../../common/api/routes';
import { countText } from '../../../format/numbers';
import { say } from '../../../i18n';

/** How far a run is, as a bar and in figures. */
export const BacktestProgress = ({ backtest: { done, total, rate, by } }: { backtest: BacktestView }) => {
  const left = rate > 0 ? Math.ceil(Math.max(0, total - done) / rate) : undefined;
  return (
    <div>
      <progress
        className="rfx-progress"
        aria-label={say('backtest.progress', 'Progress of the backtest')}
        max={Math.max(1, total)}
        value={Math.min(done, total)}
      />
      <p className="rfx-small rfx-tabular">
        {say('backtest.running', '{done} of {total} decisions, {rate} a second, started by {by}', {
          done: countText(done),
          total: countText(total),
          rate: countText(rate),
          by,
        })}
        {left !== undefined && <> · {say('backtest.left', 'about {seconds} s left', { seconds: countText(left) })}</>}
      </p>
    </div>
  );
};
