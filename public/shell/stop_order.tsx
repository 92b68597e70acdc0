import React, { useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import type { Problem } from '../../common/api/contract';
import { Dialog } from '../components/dialogs/dialog';
import { focusReason, isReason, ReasonField } from '../components/dialogs/reason_field';
import { useMay } from '../components/data/use_live';
import { Sentence } from '../components/text/sentence';
import { scopeWord } from '../format/words';
import { say } from '../i18n';
import { ScopeChoice } from './scope_choice';
import type { StopWish } from './stop_wish';

interface StopOrderProps {
  readonly wish: StopWish;
  readonly onChange: (wish: StopWish) => void;
  readonly pending: boolean;
  readonly problem: Problem | undefined;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

export const stopReasons = (): readonly string[] => [
  say('stop.suggest.wrong', 'it acts on the wrong targets'),
  say('stop.suggest.unclear', 'unclear what it is doing, looking into it'),
  say('stop.suggest.change', 'change window on the enforcement systems'),
];

const Failed = ({ problem }: { problem: Problem }) => (
  <EuiCallOut
    role="alert"
    color="danger"
    iconType="alert"
    title={say('stop.failed', 'It is not known whether anything stopped')}
  >
    <p>
      <Sentence text={problem.message} /> <span className="rfx-subdued">({problem.code})</span>
    </p>
    <p>
      {say(
        'stop.failed.advice',
        'Try again. If it stays so, stop the process of the host, or cut the connectors off at their systems.',
      )}
    </p>
  </EuiCallOut>
);

/**
 * What is to stand still. The button that opened this was the first step, and the one in here is the second: the focus
 * is on it, so that Enter stops. Nobody has to find words first.
 */
export const StopOrder = ({ wish, onChange, pending, problem, onStop, onClose }: StopOrderProps) => {
  const may = useMay('respond');
  const [tried, setTried] = useState(false);
  // Too short to say anything is refused by the host; nothing at all follows later.
  const isRight = wish.reason.trim() === '' || isReason(wish.reason);
  const stop = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isRight) focusReason(event);
    if (may && isRight && !pending) onStop();
  };
  return (
    <Dialog
      onSubmit={stop}
      title={say('stop.title', 'Kill switch: stop Reflex')}
      onClose={onClose}
      initialFocus="[data-test-subj=stop-now]"
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton
            fill
            color="danger"
            type="submit"
            iconType="stopFilled"
            isLoading={pending}
            data-test-subj="stop-now"
          >
            {wish.isPause
              ? say('pause.confirm.button', 'Pause {what} for 30 minutes', { what: scopeWord(wish.scope) })
              : say('stop.confirm.button', 'Stop {what} now', { what: scopeWord(wish.scope) })}
          </EuiButton>
        </>
      }
    >
      <p className="rfx-dialog__text">
        {say(
          'stop.about',
          'No new effect starts until somebody resumes. What is in effect stays and is still undone when its time is over. Intake and deciding continue; what would act waits for a person.',
        )}
        {wish.isPause && (
          <>
            {' '}
            {say(
              'pause.about',
              'A pause ends by itself after 30 minutes, unless somebody gives it again. What it held goes on waiting.',
            )}
          </>
        )}
      </p>
      <ScopeChoice wish={wish} onChange={onChange} />
      <ReasonField
        value={wish.reason}
        onChange={(reason) => onChange({ ...wish, reason })}
        suggestions={stopReasons()}
        missing={tried && !isRight}
        optional={say('stop.reason.later', 'May follow afterwards')}
      />
      {!may && (
        <EuiCallOut
          size="s"
          color="warning"
          title={say('stop.may_not', 'You may not stop Reflex: your roles lack the right to respond')}
        />
      )}
      {problem && <Failed problem={problem} />}
    </Dialog>
  );
};
