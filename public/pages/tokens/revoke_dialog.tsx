import React from 'react';
import { revokeToken } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { say } from '../../i18n';

/** Ends a token at every host, for good. */
export const RevokeDialog = ({
  name,
  onDone,
  onClose,
}: {
  readonly name: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) => {
  const { api } = useServices();
  const tell = useTell();
  const revoke = useAction((reason: string) => api.call(revokeToken, { params: { name }, body: { reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await revoke.run(reason)) === undefined) return;
    tell(say('tokens.revoke.done', '{name} is revoked', { name }));
    onDone();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('tokens.revoke.title', 'Revoke {name}?', { name })}
      confirm={say('tokens.revoke.confirm', 'Revoke')}
      color="danger"
      pending={revoke.pending}
      problem={revoke.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'tokens.revoke.about',
          'This host refuses it at once, every other host within 2 s and the time of one request. That cannot be taken back: its successor is another token.',
        )}
      </p>
    </ReasonDialog>
  );
};
