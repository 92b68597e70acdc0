import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { flushSync } from 'react-dom';
import { useHistory } from 'react-router-dom';
import { discardGuardDraft, saveGuardDraft } from '../../../../common/api/routes';
import type { GuardDraftView, GuardView } from '../../../../common/api/views';
import { useAnnounce } from '../../../components/announcer';
import { ConfirmDialog } from '../../../components/confirm_dialog';
import { ProblemCallout } from '../../../components/problem_callout';
import { useServices } from '../../../components/services';
import { useAction } from '../../../components/use_action';
import { useMay } from '../../../components/use_live';
import { say } from '../../../i18n';
import { DRAFTS } from '../paths';

interface GuardActionsProps {
  readonly guard: string;
  readonly source: string;
  readonly unsaved: boolean;
  readonly draft: GuardDraftView | undefined;
  readonly inForce: GuardView | undefined;
  readonly onSaved: (source: string) => void;
}

/** Save, discard, remove. What is saved decides nothing yet. */
export const GuardActions = ({ guard, source, unsaved, draft, inForce, onSaved }: GuardActionsProps) => {
  const { api } = useServices();
  const history = useHistory();
  const announce = useAnnounce();
  const may = useMay('author');
  const [asking, setAsking] = useState<'discard' | 'remove'>();
  const save = useAction((body: { readonly source?: string; readonly deleted?: boolean; readonly seen?: boolean }) =>
    api.call(saveGuardDraft, { params: { guard }, body }),
  );
  const discard = useAction((name: string) => api.call(discardGuardDraft, { params: { guard: name } }));

  const saveText = async (): Promise<void> => {
    if ((await save.run({ source })) === undefined) return;
    announce(say('draft.announce', 'draft of {id} saved', { id: guard }));
    onSaved(source);
  };
  const confirmed = async (): Promise<void> => {
    const done = asking === 'discard' ? await discard.run(guard) : await save.run({ deleted: true });
    if (done === undefined) return;
    flushSync(() => onSaved(source));
    history.push(DRAFTS);
  };
  const { problem } = asking === 'discard' ? discard : save;
  return (
    <div className="rfx-draft-actions">
      <EuiButton size="s" fill isLoading={save.pending} isDisabled={!may || !unsaved} onClick={() => void saveText()}>
        {say('draft.save', 'Save draft')}
      </EuiButton>
      {draft && may && (
        <EuiButtonEmpty size="s" color="danger" onClick={() => setAsking('discard')}>
          {say('draft.discard', 'Discard draft…')}
        </EuiButtonEmpty>
      )}
      {inForce && may && draft?.deleted !== true && (
        <EuiButtonEmpty size="s" color="danger" onClick={() => setAsking('remove')}>
          {say('guard.remove', 'Remove this guard…')}
        </EuiButtonEmpty>
      )}
      {!may && (
        <span className="rfx-small rfx-subdued">{say('draft.may_not', 'saving takes the right to author')}</span>
      )}
      {problem && asking === undefined && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={problem} />
      )}
      {asking !== undefined && (
        <ConfirmDialog
          title={
            asking === 'discard'
              ? say('draft.discard.title', 'Discard the draft of {id}?', { id: guard })
              : say('draft.remove.title', 'Remove {id} with the next release?', { id: guard })
          }
          confirm={
            asking === 'discard'
              ? say('draft.discard.confirm', 'Discard')
              : say('draft.remove.confirm', 'Keep as a draft that removes it')
          }
          color="danger"
          pending={discard.pending || save.pending}
          problem={problem}
          onConfirm={() => void confirmed()}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {asking === 'discard'
              ? say('draft.discard.about', 'The text of the draft is gone then; what is in force stays as it is.')
              : say(
                  'guard.remove.about',
                  'It goes on being asked until a candidate with this draft is released, which is refused while a policy asks it.',
                )}
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
};
