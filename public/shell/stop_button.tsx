import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { useStatusPart } from '../components/data/use_live';
import type { StopView } from '../../common/api/views';
import { say } from '../i18n';
import { ResumeDialog } from './stop_resume';
import { StopDialog } from './stop_dialog';

/**
 * The kill switch. Never hidden and never disabled: whoever may not use it learns so inside. Once everything stands
 * still it leads to resuming.
 */
export const StopButton = () => {
  const stops = useStatusPart('stops') ?? [];
  // What was asked for stays open, whatever is in force by the time.
  const [open, setOpen] = useState<'stop' | StopView>();
  const close = (): void => setOpen(undefined);
  const stopped = stops.find(({ scope, state = 'acknowledged' }) => scope === 'all' && state === 'acknowledged');
  return (
    <>
      <EuiButton
        fill
        color="danger"
        iconType="stopFilled"
        className="rfx-stop"
        data-test-subj="kill-switch"
        onClick={() => setOpen(stopped ?? 'stop')}
      >
        {stopped ? say('stop.stopped', 'Stopped: resume…') : say('stop.button', 'Stop')}
      </EuiButton>
      {open !== undefined &&
        (open === 'stop' ? <StopDialog onClose={close} /> : <ResumeDialog stop={open} onClose={close} />)}
    </>
  );
};
