import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { endDemo } from '../../common/api/routes';
import { useTell } from '../components/layout/announcer';
import { ConfirmDialog } from '../components/dialogs/confirm_dialog';
import { focusPage } from '../components/layout/focus_page';
import { useServices } from '../components/data/services';
import { useAction } from '../components/data/use_action';
import { useMay } from '../components/data/use_live';
import { say } from '../i18n';
import { UserSwitcher } from './user_switcher';

const EndDialog = ({ onClose }: { onClose: () => void }) => {
  const { api, live } = useServices();
  const tell = useTell();
  const end = useAction((_: void) => api.call(endDemo));
  const confirm = async (): Promise<void> => {
    const answer = await end.run();
    if (answer === undefined) return;
    tell(say('demo.ended', 'the demo has ended, {count} documents were cleared', { count: answer.cleared }));
    await live.refresh();
    onClose();
    focusPage();
  };
  return (
    <ConfirmDialog
      title={say('demo.end.title', 'End the demo and clear it?')}
      confirm={say('demo.end.confirm', 'End the demo')}
      color="danger"
      typed={say('demo.end.typed', 'end the demo')}
      pending={end.pending}
      problem={end.problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {say(
          'demo.end.about',
          'Its events, decisions, effects, inventory and connectors are removed for good. Policies stay.',
        )}
      </p>
    </ConfirmDialog>
  );
};

/** On every page while the demo runs: nobody should take its figures for real ones. */
export const DemoBanner = () => {
  const may = useMay('admin');
  const [open, setOpen] = useState(false);
  return (
    <div className="rfx-demo" role="region" aria-label={say('demo.label', 'Demo')}>
      <strong>{say('demo.title', 'Demo')}</strong>
      <span>{say('demo.about', 'made-up alerts on a made-up network; nothing outside this machine is touched')}</span>
      <span className="rfx-demo__acts">
        <UserSwitcher />
        {may && (
          <EuiButtonEmpty size="xs" color="text" onClick={() => setOpen(true)}>
            {say('demo.end', 'End the demo…')}
          </EuiButtonEmpty>
        )}
      </span>
      {open && <EndDialog onClose={() => setOpen(false)} />}
    </div>
  );
};
