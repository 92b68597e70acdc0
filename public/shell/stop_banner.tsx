import React, { useState } from 'react';
import { EuiButton, EuiIcon } from '@elastic/eui';
import type { StopView } from '../../common/api/views';
import { SinceText } from '../components/text/moment_text';
import { useMay } from '../components/data/use_live';
import { scopeWord } from '../format/words';
import { say } from '../i18n';
import { ExplainDialog, ResumeDialog, stopWords } from './stop_resume';

/** How far the order has come. Only what is acknowledged is called stopped. */
const titleOf = ({ scope, state }: StopView): string => {
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
      return say('stopped.title', 'Stopped: {what}', { what });
  }
};

/** Red, on every page, for as long as it lasts: what stands still, who said so, why, since when. */
export const StopBanner = ({ stop }: { stop: StopView }) => {
  const may = useMay('approve');
  const mayExplain = useMay('respond');
  const [open, setOpen] = useState<'resume' | 'explain'>();
  const close = (): void => setOpen(undefined);
  return (
    <div className="rfx-stopped" role="region" aria-label={say('stopped.label', 'Kill switch is thrown')}>
      <EuiIcon type="stopFilled" aria-hidden="true" />
      <strong>{titleOf(stop)}</strong>
      <span className="rfx-stopped__why">
        {stopWords(stop)} <SinceText at={stop.at} />{' '}
        {stop.acknowledged_ms !== undefined &&
          say('stopped.after', 'acknowledged after {ms} ms', { ms: stop.acknowledged_ms })}
      </span>
      {stop.why === undefined && mayExplain && (
        <EuiButton size="s" onClick={() => setOpen('explain')}>
          {say('stopped.explain', 'Say why…')}
        </EuiButton>
      )}
      {may ? (
        <EuiButton size="s" onClick={() => setOpen('resume')}>
          {say('stopped.resume', 'Resume…')}
        </EuiButton>
      ) : (
        <span className="rfx-stopped__may">{say('stopped.may_not', 'only an approver may resume')}</span>
      )}
      {open === 'resume' && <ResumeDialog stop={stop} onClose={close} />}
      {open === 'explain' && <ExplainDialog stop={stop} onClose={close} />}
    </div>
  );
};
