import React from 'react';
import { flushSync } from 'react-dom';
import { useHistory } from 'react-router-dom';
import { discardGuardDraft, saveGuardDraft } from '../../../../common/api/routes';
import type { DraftChange, GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/views';
import { useAnnounce } from '../../../components/layout/announcer';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { DraftButtons } from '../editor/draft_buttons';
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
  const save = useAction((body: DraftChange) => api.call(saveGuardDraft, { params: { guard }, body }));
  const discard = useAction((name: string) => api.call(discardGuardDraft, { params: { guard: name } }));

  const saveText = async (): Promise<void> => {
    if ((await save.run({ source })) === undefined) return;
    announce(say('draft.announce', 'draft of {id} saved', { id: guard }));
    onSaved(source);
  };
  const done = (answer: unknown): void => {
    if (answer === undefined) return;
    flushSync(() => onSaved(source));
    history.push(DRAFTS);
  };
  return (
    <DraftButtons
      id={guard}
      unsaved={unsaved}
      inTheWay={may ? undefined : say('draft.may_not', 'saving takes the right to author')}
      hasDraft={draft !== undefined}
      isRemovable={inForce !== undefined && draft?.deleted !== true}
      remove={{
        label: say('guard.remove', 'Remove this guard…'),
        about: say(
          'guard.remove.about',
          'It goes on being asked until a candidate with this draft is released, which is refused while a policy asks it.',
        ),
      }}
      save={save}
      discard={discard}
      onSave={() => void saveText()}
      onDiscard={() => void discard.run(guard).then(done)}
      onRemove={() => void save.run({ deleted: true }).then(done)}
    />
  );
};
