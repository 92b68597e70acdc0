import React from 'react';
import type { BacktestView, ReleaseGateView } from '../../../../common/api/routes';
import type { CandidateView } from '../../../../common/api/policy_views';
import { Loaded } from '../../../components/layout/loaded';
import { Section } from '../../../components/layout/section';
import { ToneText } from '../../../components/text/tone_text';
import type { Tone } from '../../../format/act_status';
import { say } from '../../../i18n';
import { BacktestActions } from './backtest_actions';
import { BacktestProgress } from './backtest_progress';
import { BacktestReport } from './backtest_report';
import { useCandidateBacktest } from './use_candidate_backtest';

const toneOf = ({ state, open }: ReleaseGateView): Tone => {
  if (state === 'running') return 'busy';
  if (state === 'passed' || state === 'first_release') return 'good';
  return open ? 'warn' : 'bad';
};

const Gate = ({ gate }: { gate: ReleaseGateView }) => (
  <p>
    <ToneText tone={toneOf(gate)}>{gate.text}</ToneText>{' '}
    <span className="rfx-subdued rfx-small">
      {gate.rule === 'required'
        ? say('backtest.required', 'a release takes a backtest over at least {days} days', { days: gate.days })
        : say('backtest.optional', 'a release does not take a backtest here')}
    </span>
    {gate.override && (
      <span className="rfx-small">
        {' '}
        {say('backtest.override.by', 'overridden by {by}: “{reason}”', {
          by: gate.override.by,
          reason: gate.override.reason,
        })}
        {gate.override.waits_for_second === true &&
          ` ${say('backtest.override.second', '(another approver has to say the same: an unknown address had a hand in it)')}`}
      </span>
    )}
  </p>
);

/** What came of the run, or how far it is. */
export const BacktestOutcome = ({ backtest }: { backtest: BacktestView | undefined }) => {
  if (backtest === undefined) return null;
  switch (backtest.state) {
    case 'running':
      return <BacktestProgress backtest={backtest} />;
    case 'cancelled':
    case 'failed':
      return (
        <p role="status">
          <ToneText tone="bad">
            {say('backtest.ended', 'ended after {done} of {total} decisions: {why}', {
              done: backtest.done,
              total: backtest.total,
              why: backtest.why ?? '',
            })}
          </ToneText>
        </p>
      );
    case 'done':
      return backtest.report ? <BacktestReport backtest={backtest} report={backtest.report} /> : null;
  }
};

/** What the candidate would have decided on the events of the last days, beside what was decided. */
export const BacktestSection = ({ candidate }: { candidate: CandidateView }) => {
  const resource = useCandidateBacktest(candidate.id);
  return (
    <Section title={say('backtest.title', 'Backtest on stored decisions')}>
      <Loaded resource={resource} what={say('backtest.title', 'Backtest on stored decisions')}>
        {({ gate, backtest }) => (
          <>
            <Gate gate={gate} />
            <BacktestActions candidate={candidate} gate={gate} backtest={backtest} onChanged={resource.again} />
            <BacktestOutcome backtest={backtest} />
          </>
        )}
      </Loaded>
    </Section>
  );
};
