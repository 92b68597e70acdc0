import React from 'react';
import { EuiButton, EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import type { Problem } from '../../common/api/contract';
import { Dialog } from '../components/dialogs/dialog';
import { Facts } from '../components/facts/facts';
import { scopeWord } from '../format/words';
import { say } from '../i18n';
import type { StopWish } from './stop_order';

interface StopConfirmProps {
  readonly wish: StopWish;
  readonly pending: boolean;
  readonly problem: Problem | undefined;
  readonly onConfirm: () => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** Second step. The focus is on the button, so that Enter stops. */
export const StopConfirm = ({ wish, pending, problem, onConfirm, onBack, onClose }: StopConfirmProps) => (
  <Dialog
    title={say('stop.confirm.title', 'Stop {what} now?', { what: scopeWord(wish.scope) })}
    onClose={onClose}
    initialFocus="[data-test-subj=stop-now]"
    footer={
      <>
        <EuiButtonEmpty onClick={onBack}>{say('dialog.back', 'Back')}</EuiButtonEmpty>
        <EuiButton
          fill
          color="danger"
          iconType="stopFilled"
          isLoading={pending}
          onClick={onConfirm}
          data-test-subj="stop-now"
        >
          {say('stop.confirm.button', 'Stop {what} now', { what: scopeWord(wish.scope) })}
        </EuiButton>
      </>
    }
  >
    <Facts
      facts={[
        { name: say('stop.confirm.scope', 'Stands still'), value: scopeWord(wish.scope) },
        { name: say('stop.confirm.reason', 'Reason'), value: wish.reason },
        {
          name: say('stop.confirm.goes_on', 'Goes on'),
          value: say('stop.confirm.goes_on.text', 'intake, deciding and every undo; what would act waits for a person'),
        },
      ]}
    />
    {problem && (
      <EuiCallOut
        role="alert"
        color="danger"
        iconType="alert"
        title={say('stop.failed', 'It is not known whether anything stopped')}
      >
        <p>
          {problem.message} <span className="rfx-subdued">({problem.code})</span>
        </p>
        <p>
          {say(
            'stop.failed.advice',
            'Try again. If it stays so, stop the process of the host, or cut the connectors off at their systems.',
          )}
        </p>
      </EuiCallOut>
    )}
  </Dialog>
);
