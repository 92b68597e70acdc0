import React from 'react';
import { testConnector, type ConnectorView } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { ConfirmDialog } from '../../components/dialogs/confirm_dialog';
import { useTell } from '../../components/layout/announcer';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

interface TestDialogProps {
  readonly connector: Pick<ConnectorView, 'name' | 'settle_time_ms'>;
  readonly action: ConnectorView['actions'][number];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done at a real system: what, to what, and that it is taken back. */
export const TestDialog = ({ connector: { name }, action, onDone, onClose }: TestDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const title = actionTitle(action.action);
  const test = useAction(() => api.call(testConnector, { params: { name }, body: { action: action.action } }));
  const confirm = async (): Promise<void> => {
    if ((await test.run(undefined)) === undefined) return;
    tell(say('connector.test.begun', 'the test of {name} has begun', { name }));
    onDone();
    onClose();
  };
  return (
    <ConfirmDialog
      title={say('connector.test.title', 'Test {action} at {name}?', { action: title, name })}
      confirm={say('connector.test.confirm', 'Test now')}
      pending={test.pending}
      problem={test.problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {say('connector.test.about', 'This orders a real act at the target, on something that nobody uses:')}{' '}
        <strong>{title}</strong> <code>{action.test_on}</code>
      </p>
      <p>
        {say(
          'connector.test.steps_about',
          'Reflex looks that nothing is there, orders it, looks whether it is there, takes it back, and looks whether it is gone. Whatever goes wrong, the undo journal takes it back. The brakes are asked as for every act, and who tested is on record.',
        )}
      </p>
    </ConfirmDialog>
  );
};
