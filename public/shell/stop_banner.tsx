import React, { useState } from 'react';
import { EuiButton, EuiIcon } from '@elastic/eui';
import type { StopView } from '../../common/api/views';
import { MomentText, SinceText } from '../components/text/moment_text';
import { useMay } from '../components/data/use_live';
import { scopeWord } from '../format/words';
import { say } from '../i18n';
import { BreakerNext } from './breaker_next';
import { StopDialog } from './stop_dialog';
import { ExplainDialog, ResumeDialog, stopWords } from './stop_resume';

/** How far the order has come. Only what is acknowledged is called stopped. */
const titleOf = ({ scope, state, lasts_ms, breaker }: StopView): string => {
  const what = scopeWord(scope);
  switch (state) {
    case 'local':
      return say('stopped.local', 'This host stands still, others may not: {what}', { what });
    case 'ordered':
      return say('stopped.ordered', 'Stopping: {what}', { what });
    case 'overdue':
      return say('stopped.overdue', 'Stop overdue, some agent may still start effects: {what}', { what });
    case 'acknowledged':
    case undefined:
      if (breaker !== undefined) return say('stopped.breaker', 'Stopped by its breaker: {what}', { what });
      if (lasts_ms !== undefined) return say('stopped.paused', 'Paused: {what}', { what });
      return say('stopped.title', 'Stopped: {what}', { what });
  }
};

/** When a pause ends by itself. */
const PauseEnd = ({ stop: { until } }: { stop: StopView }) =>
  until === undefined ? (
    <>{say('stopped.no_end_yet', 'ends 30 minutes after all agents know of it at the latest')}</>
  ) : (
    <>
      {say('stopped.until', 'ends by itself at')} <MomentText at={until} />
    </>
  );

/** Red, on every page, for as long as it lasts: what stands still, who said so, why, since when. */
export const StopBanner = ({ stop }: { stop: StopView }) => {
  const may = useMay('approve');
  const mayExplain = useMay('respond');
  const [open, setOpen] = useState<'resume' | 'explain' | 'renew'>();
  const close = (): void => setOpen(undefined);
  return (
    <div
      className="rfx-stopped"
      role="region"
      aria-label={
        stop.breaker === undefined
          ? say('stopped.label', 'Kill switch is thrown')
          : say('stopped.breaker.label', 'A breaker tripped')
      }
    >
      <EuiIcon type="stopFilled" aria-hidden="true" />
      <strong>{titleOf(stop)}</strong>
      <span className="rfx-stopped__why">
        {stopWords(stop)} <SinceText at={stop.at} />{' '}
        {stop.acknowledged_ms !== undefined &&
          say('stopped.after', 'acknowledged after {ms} ms', { ms: stop.acknowledged_ms })}{' '}
        {stop.breaker !== undefined && <BreakerNext breaker={stop.breaker} />}
        {stop.lasts_ms !== undefined && <PauseEnd stop={stop} />}
      </span>
      {stop.lasts_ms !== undefined && mayExplain && (
        <EuiButton size="s" onClick={() => setOpen('renew')}>
          {say('stopped.renew', 'Pause again…')}
        </EuiButton>
      )}
      {stop.why === undefined && mayExplain && (
        <EuiButton size="s" onClick={() => setOpen('explain')}>
          {say('stopped.explain', 'Say why…')}
        </EuiButton>
      )}
      {may ? (
        <EuiButton size="s" onClick={() => setOpen('resume')}>
          {stop.breaker === undefined ? say('stopped.resume', 'Resume…') : say('stopped.reset', 'Reset…')}
        </EuiButton>
      ) : (
        <span className="rfx-stopped__may">{say('stopped.may_not', 'only an approver may resume')}</span>
      )}
      {open === 'resume' && <ResumeDialog stop={stop} onClose={close} />}
      {open === 'renew' && (
        <StopDialog first={{ scope: stop.scope, reason: stop.why ?? '', isPause: true }} onClose={close} />
      )}
      {open === 'explain' && <ExplainDialog stop={stop} onClose={close} />}
    </div>
  );
};
