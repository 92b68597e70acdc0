import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { ConfirmDialog } from '../../../components/dialogs/confirm_dialog';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import type { Action } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';

type Pending = Pick<Action<never, never>, 'pending' | 'problem'>;

interface DraftButtonsProps {
  /** Id of the policy or name of the guard. */
  readonly id: string;
  readonly unsaved: boolean;
  /** Why the text cannot be saved, if it cannot. */
  readonly inTheWay: string | undefined;
  readonly hasDraft: boolean;
  readonly isRemovable: boolean;
  readonly remove: { readonly label: string; readonly about: string };
  readonly save: Pending;
  readonly discard: Pending;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
  readonly onRemove: () => void;
}

/** Save, discard, remove: what can be done to the draft of a policy or of a guard. */
export const DraftButtons = (props: DraftButtonsProps) => {
  const { id, unsaved, inTheWay, hasDraft, isRemovable, remove, save, discard, onSave, onDiscard, onRemove } = props;
  const may = useMay('author');
  const [asking, setAsking] = useState<'discard' | 'remove'>();
  const isDiscarding = asking === 'discard';
  const { problem } = isDiscarding ? discard : save;
  return (
    <div className="rfx-draft-actions">
      <EuiButton
        size="s"
        fill
        isLoading={save.pending}
        isDisabled={inTheWay !== undefined || !unsaved}
        onClick={onSave}
      >
        {say('draft.save', 'Save draft')}
      </EuiButton>
      {hasDraft && may && (
        <EuiButtonEmpty size="s" color="danger" onClick={() => setAsking('discard')}>
          {say('draft.discard', 'Discard draft…')}
        </EuiButtonEmpty>
      )}
      {isRemovable && may && (
        <EuiButtonEmpty size="s" color="danger" onClick={() => setAsking('remove')}>
          {remove.label}
        </EuiButtonEmpty>
      )}
      {inTheWay !== undefined && <span className="rfx-small rfx-subdued">{inTheWay}</span>}
      {problem && asking === undefined && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={problem} />
      )}
      {asking !== undefined && (
        <ConfirmDialog
          title={
            isDiscarding
              ? say('draft.discard.title', 'Discard the draft of {id}?', { id })
              : say('draft.remove.title', 'Remove {id} with the next release?', { id })
          }
          confirm={
            isDiscarding
              ? say('draft.discard.confirm', 'Discard')
              : say('draft.remove.confirm', 'Keep as a draft that removes it')
          }
          color="danger"
          pending={discard.pending || save.pending}
          problem={problem}
          onConfirm={isDiscarding ? onDiscard : onRemove}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {isDiscarding
              ? say('draft.discard.about', 'The text of the draft is gone then; what is in force stays as it is.')
              : remove.about}
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
};
