import { present } from '../../../../common/present';
import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty, EuiSelect } from '@elastic/eui';
import { cancelBacktest, startBacktest, type BacktestView, type ReleaseGateView } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { download } from '../../../components/data/download';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { useCaller } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { whyNotApprove } from '../releases/why_not_approve';
import { OverrideDialog } from './override_dialog';

interface BacktestActionsProps {
  readonly candidate: CandidateView;
  readonly gate: ReleaseGateView;
  readonly backtest: BacktestView | undefined;
  readonly onChanged: () => void;
}

const SPANS = [1, 7, 30, 90];

export const saveBacktest = (backtest: BacktestView): void =>
  download(
    `reflex-backtest-${backtest.digest.slice(0, 12)}.json`,
    'application/json',
    JSON.stringify(backtest, null, 2),
  );

interface DaysSelectProps {
  readonly days: number;
  readonly least: number;
  readonly onChange: (days: number) => void;
}

/** Over how many days a run looks. */
export const DaysSelect = ({ days, least, onChange }: DaysSelectProps) => (
  <span className="rfx-days">
    <EuiSelect
      compressed
      aria-label={say('backtest.days', 'Days of decisions')}
      value={days}
      options={[...new Set([...SPANS, least])]
        .sort((a, b) => a - b)
        .map((each) => ({
          value: each,
          text: say('backtest.days.of', '{days, plural, one {last day} other {last # days}}', { days: each }),
        }))}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  </span>
);

/** Start, cancel, save, override. */
export const BacktestActions = ({ candidate, gate, backtest, onChanged }: BacktestActionsProps) => {
  const { api } = useServices();
  const caller = useCaller();
  const [days, setDays] = useState(gate.days);
  const [overriding, setOverriding] = useState(false);
  const start = useAction((over: number) =>
    api.call(startBacktest, { body: { of: 'candidate', candidate_id: candidate.id, days: over } }),
  );
  const cancel = useAction((digest: string) => api.call(cancelBacktest, { params: { digest }, body: {} }));
  const open = candidate.state === 'proposed' || candidate.state === 'approved';
  const running = backtest?.state === 'running';
  const after = async (action: Promise<unknown>): Promise<void> => {
    await action;
    onChanged();
  };
  const problem = start.problem ?? cancel.problem;
  return (
    <>
      <div className="rfx-candidate-actions">
        {running ? (
          <EuiButton size="s" isLoading={cancel.pending} onClick={() => void after(cancel.run(backtest.digest))}>
            {say('backtest.cancel', 'Cancel the backtest')}
          </EuiButton>
        ) : (
          open && (
            <>
              <DaysSelect days={days} least={gate.days} onChange={setDays} />
              <EuiButton size="s" isLoading={start.pending} onClick={() => void after(start.run(days))}>
                {backtest ? say('backtest.again', 'Run again') : say('backtest.run', 'Run the backtest')}
              </EuiButton>
            </>
          )
        )}
        {backtest?.report && (
          <EuiButtonEmpty size="s" iconType="download" onClick={() => saveBacktest(backtest)}>
            {say('backtest.json', 'JSON')}
          </EuiButtonEmpty>
        )}
        {open && !gate.open && !running && (
          <EuiButtonEmpty
            size="s"
            color="danger"
            isDisabled={
              whyNotApprove(caller, {
                author: candidate.author,
                ...present({ writers: candidate.writers }),
              }) !== undefined
            }
            onClick={() => setOverriding(true)}
          >
            {gate.state === 'no_history'
              ? say('backtest.no_history', 'There is no history yet…')
              : say('backtest.override', 'Release without it…')}
          </EuiButtonEmpty>
        )}
      </div>
      {problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={problem} />}
      {overriding && (
        <OverrideDialog
          candidate={candidate}
          gate={gate}
          onClose={() => setOverriding(false)}
          onDone={() => {
            setOverriding(false);
            onChanged();
          }}
        />
      )}
    </>
  );
};
