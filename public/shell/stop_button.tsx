import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { useStatusPart } from '../components/data/use_live';
import { say } from '../i18n';
import { StopDialog } from './stop_dialog';

/** The kill switch. Never hidden and never disabled: whoever may not use it learns so inside. */
export const StopButton = () => {
  const stops = useStatusPart('stops') ?? [];
  const [open, setOpen] = useState(false);
  const stopped = stops.some(({ scope, state = 'acknowledged' }) => scope === 'all' && state === 'acknowledged');
  return (
    <>
      <EuiButton
        fill
        color="danger"
        iconType="stopFilled"
        className="rfx-stop"
        data-test-subj="kill-switch"
        onClick={() => setOpen(true)}
      >
        {stopped ? say('stop.stopped', 'Stopped') : say('stop.button', 'Stop')}
      </EuiButton>
      {open && <StopDialog onClose={() => setOpen(false)} />}
    </>
  );
};
