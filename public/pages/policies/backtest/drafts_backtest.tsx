import React, { useCallback, useEffect, useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { cancelBacktest, getBacktest, startBacktest, type BacktestView } from '../../../../common/api/routes';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';
import { DaysSelect, saveBacktest } from './backtest_actions';
import { BacktestOutcome } from './backtest_section';

const DEFAULT_DAYS = 7;
const PROGRESS_MS = 1_000;

/** Tries all drafts together on history, before they are proposed. */
export const DraftsBacktest = () => {
  const { api } = useServices();
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [backtest, setBacktest] = useState<BacktestView>();
  const start = useAction((over: number) => api.call(startBacktest, { body: { of: 'drafts', days: over } }));
  const cancel = useAction((digest: string) => api.call(cancelBacktest, { params: { digest }, body: {} }));
  const look = useCallback((digest: string) => api.call(getBacktest, { params: { digest } }), [api]);
  useEffect(() => {
    if (backtest?.state !== 'running') return undefined;
    const timer = window.setTimeout(() => {
      void look(backtest.digest).then((found) => setBacktest(found.ok ? found.value : { ...backtest }));
    }, PROGRESS_MS);
    return () => window.clearTimeout(timer);
  }, [backtest, look]);
  const keep = (view: BacktestView | undefined): void => {
    if (view) setBacktest(view);
  };
  const problem = start.problem ?? cancel.problem;
  return (
    <Section
      title={say('backtest.drafts', 'All drafts on stored decisions')}
      note={say('backtest.drafts.note', 'what they would have decided; nothing is kept of the drafts themselves')}
    >
      <div className="rfx-candidate-actions">
        {backtest?.state === 'running' ? (
          <EuiButton size="s" isLoading={cancel.pending} onClick={() => void cancel.run(backtest.digest).then(keep)}>
            {say('backtest.cancel', 'Cancel the backtest')}
          </EuiButton>
        ) : (
          <>
            <DaysSelect days={days} least={DEFAULT_DAYS} onChange={setDays} />
            <EuiButton size="s" isLoading={start.pending} onClick={() => void start.run(days).then(keep)}>
              {say('backtest.run', 'Run the backtest')}
            </EuiButton>
          </>
        )}
        {backtest?.report && (
          <EuiButtonEmpty size="s" iconType="download" onClick={() => saveBacktest(backtest)}>
            {say('backtest.json', 'JSON')}
          </EuiButtonEmpty>
        )}
      </div>
      {problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={problem} />}
      <BacktestOutcome backtest={backtest} />
    </Section>
  );
};
