import React from 'react';
import { removeSecret } from '../../../common/api/routes';
import { STORED_PREFIX } from '../../../common/stored_secret';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { say } from '../../i18n';

interface RemoveDialogProps {
  readonly known: { readonly name: string; readonly version: number };
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Takes a stored secret away; the host refuses where something uses it, and says what. */
export const RemoveDialog = ({ known: { name, version }, onDone, onClose }: RemoveDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const full = `${STORED_PREFIX}${name}`;
  const remove = useAction((reason: string) => api.call(removeSecret, { params: { name }, body: { version, reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await remove.run(reason)) === undefined) return;
    tell(say('secrets.removed', '{name} is removed', { name: full }));
    onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('secrets.remove.title', 'Remove {name}?', { name: full })}
      confirm={say('secrets.remove.confirm', 'Remove')}
      color="danger"
      pending={remove.pending}
      problem={remove.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'secrets.remove.about',
          'No agent gets it any more. One that the settings of a running agent name is not removed.',
        )}
      </p>
    </ReasonDialog>
  );
};
