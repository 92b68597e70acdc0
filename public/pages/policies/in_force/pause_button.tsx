import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { useStatusPart } from '../../../components/data/use_live';
import { StopDialog } from '../../../shell/stop_dialog';
import { say } from '../../../i18n';

/** Keeps one policy from starting anything for half an hour. The banner of a pause says who, why and until when. */
export const PauseButton = ({ policy }: { policy: string }) => {
  const stops = useStatusPart('stops') ?? [];
  const [open, setOpen] = useState(false);
  const scope = `policy:${policy}`;
  const isStopped = stops.some((stop) => stop.scope === scope);
  return (
    <>
      {!isStopped && (
        <EuiButton size="s" iconType="pause" onClick={() => setOpen(true)}>
          {say('policy.pause', 'Pause…')}
        </EuiButton>
      )}
      {open && <StopDialog first={{ scope, reason: '', isPause: true }} onClose={() => setOpen(false)} />}
    </>
  );
};
