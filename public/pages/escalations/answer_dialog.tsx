import React, { useEffect, useState } from 'react';
import { EuiButton, EuiCheckbox } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import type { Refusal } from '../../api_client';
import { ActState } from '../../components/facts/act_state';
import { useTell } from '../../components/layout/announcer';
import { Dialog } from '../../components/dialogs/dialog';
import { AskFor } from '../../components/dialogs/ask_for';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useStatusPart } from '../../components/data/use_live';
import { MomentText } from '../../components/text/moment_text';
import { actStatusWords } from '../../format/act_status';
import { durationText } from '../../format/duration';
import type { Label } from '../../../common/flow/feedback';
import { say } from '../../i18n';
import { absentFor, currentProgress, isMovedOn, sendAnswer, type Answered, type Verb } from './answer';
import { actName } from './escalation_key';
import { suggestedReasons } from './suggested_reasons';

interface AnswerDialogProps {
  readonly escalation: EscalationView;
  readonly verb: Verb;
  readonly onDone: (answered: Answered) => void;
  readonly onClose: () => void;
  /** What was shown is no longer so. */
  readonly onMovedOn: () => void;
}

const FasterDialog = ({
  escalation,
  refusal,
  onClose,
}: {
  escalation: EscalationView;
  refusal: Refusal;
  onClose: () => void;
}) => {
  const progress = currentProgress(refusal, escalation.act_id);
  return (
    <Dialog
      title={say('answer.faster', 'It has moved on meanwhile')}
      onClose={onClose}
      initialFocus="[data-test-subj=look-again]"
      footer={
        <EuiButton fill onClick={onClose} data-test-subj="look-again">
          {say('answer.look_again', 'Look again')}
        </EuiButton>
      }
    >
      <p>
        {say('answer.faster.about', 'Your answer was not taken, and nothing was done because of it: {why}.', {
          why: refusal.message,
        })}
      </p>
      {progress && (
        <>
          <p>{say('answer.now', 'As it is now:')}</p>
          <ActState progress={progress} />
        </>
      )}
    </Dialog>
  );
};

/** How many more people it takes after this one; 0 where this one is the last. */
const stillMissing = ({ approval }: EscalationView): number =>
  Math.max(0, ...(approval?.demands ?? []).map(({ by, have }) => by - have - 1));

const whatHappens = (escalation: EscalationView, verb: Verb): string => {
  const { act } = escalation;
  const missing = stillMissing(escalation);
  if (verb === 'approve' && missing > 0)
    return say('answer.approve.others', 'Nothing is done yet: {count} more have to approve it within 15 minutes.', {
      count: missing,
    });
  if (verb === 'deny') return say('answer.deny.about', 'It is not executed. The case is closed with your reason.');
  const ends =
    act.rollback === null
      ? say('answer.ends.never', 'It cannot be undone.')
      : act.ttl_ms === null
        ? say('answer.ends.by_hand', 'It stays until somebody lifts it.')
        : say('answer.ends.by_ttl', 'It is undone by itself after {length}.', { length: durationText(act.ttl_ms) });
  return say('answer.approve.about', 'The brakes judge it once more, then it is sent to its connector. {ends}', {
    ends,
  });
};

/** One answer with its reason. If somebody else was faster, says who and what, and takes nothing back. */
export const AnswerDialog = ({ escalation, verb, onDone, onClose, onMovedOn }: AnswerDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const [askFor, setAskFor] = useState<number>();
  const absent = absentFor(escalation, useStatusPart('caller')?.name);
  const [isForAbsent, setForAbsent] = useState(true);
  const standsFor = isForAbsent ? absent?.name : undefined;
  const action = useAction((word: { reason: string; label: Label | undefined }) =>
    sendAnswer(api, escalation, { verb, askFor, standsFor, ...word }),
  );
  const moved = action.problem !== undefined && isMovedOn(action.problem);
  useEffect(() => {
    if (moved) onMovedOn();
  }, [moved, onMovedOn]);
  const confirm = async (reason: string, label: Label | undefined): Promise<void> => {
    const answered = await action.run({ reason, label });
    if (answered === undefined) return;
    const { tone, word } = answered.progress
      ? actStatusWords(answered.progress.status)
      : { tone: 'good', word: say('bulk.taken', 'taken') };
    const status = { act: actName(escalation), status: word };
    tell(say('answer.announce', '{act}: {status}', status), ['warn', 'bad'].includes(tone) ? 'warn' : 'good');
    onDone(answered);
  };
  if (moved && action.problem)
    return <FasterDialog escalation={escalation} refusal={action.problem} onClose={onClose} />;
  const approving = verb === 'approve';
  return (
    <ReasonDialog
      title={
        approving
          ? say('answer.approve.title', 'Approve: {act}?', { act: actName(escalation) })
          : say('answer.deny.title', 'Deny: {act}?', { act: actName(escalation) })
      }
      confirm={approving ? say('answer.approve.confirm', 'Approve') : say('answer.deny.confirm', 'Deny')}
      color={approving ? 'primary' : 'danger'}
      suggestions={suggestedReasons(verb)}
      pending={action.pending}
      problem={action.problem}
      labels
      onConfirm={(reason, label) => void confirm(reason, label)}
      onClose={onClose}
    >
      <p>{whatHappens(escalation, verb)}</p>
      {approving && absent && (
        <EuiCheckbox
          id="answer for who is away"
          checked={isForAbsent}
          onChange={() => setForAbsent(!isForAbsent)}
          label={
            <>
              {say('answer.for', 'for {name}, who is away until', { name: absent.name })}{' '}
              <MomentText at={absent.until} />
            </>
          }
        />
      )}
      {!approving && <AskFor value={askFor} onChange={setAskFor} />}
    </ReasonDialog>
  );
};
