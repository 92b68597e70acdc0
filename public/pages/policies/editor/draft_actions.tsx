import React from 'react';
import { flushSync } from 'react-dom';
import { useHistory } from 'react-router-dom';
import type { DraftChange } from '../../../../common/api/drafts';
import type { Result } from '../../../../common/result';
import type { Refusal } from '../../../api_client';
import { useTell } from '../../../components/layout/announcer';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { DRAFTS } from '../paths';
import { DraftButtons } from './draft_buttons';
import type { EditedText } from './use_text';

interface DraftActionsProps {
  /** Of the policy, or the name of the guard; empty while the text does not tell it. */
  readonly id: string;
  readonly text: EditedText;
  readonly draft: { readonly deleted: boolean } | undefined;
  readonly isInForce: boolean;
  /** Why the text cannot be saved, whoever may save it. */
  readonly obstacle?: string | undefined;
  readonly remove: { readonly label: string; readonly about: string };
  /** Where the draft is edited once it is saved. */
  readonly path: string;
  readonly save: (change: DraftChange) => Promise<Result<unknown, Refusal>>;
  readonly discard: () => Promise<Result<unknown, Refusal>>;
  readonly onSaved: () => void;
}

/** Save, discard, remove. What is saved decides nothing yet. */
export const DraftActions = (props: DraftActionsProps) => {
  const { id, text, draft, isInForce, obstacle, remove, path, onSaved } = props;
  const history = useHistory();
  const tell = useTell();
  const may = useMay('author');
  const save = useAction(props.save);
  const discard = useAction(props.discard);
  const isDeleted = draft?.deleted === true;

  /** Saved first, gone then: else the page would ask whether the text is to be left unsaved. */
  const leaveTo = (address: string, how: 'push' | 'replace'): void => {
    flushSync(() => {
      text.noteSaved(text.source);
      onSaved();
    });
    history[how](address);
  };

  const saveText = async (): Promise<void> => {
    if ((await save.run({ source: text.source })) === undefined) return;
    tell(say('draft.announce', 'draft of {id} saved', { id }));
    leaveTo(path, 'replace');
  };
  const done = (answer: unknown): void => {
    if (answer !== undefined) leaveTo(DRAFTS, 'push');
  };
  return (
    <DraftButtons
      id={id}
      unsaved={text.unsaved || isDeleted}
      inTheWay={may ? obstacle : say('draft.may_not', 'saving takes the right to author')}
      hasDraft={draft !== undefined}
      isRemovable={isInForce && !isDeleted}
      remove={remove}
      save={save}
      discard={discard}
      onSave={() => void saveText()}
      onDiscard={() => void discard.run(undefined).then(done)}
      onRemove={() => void save.run({ deleted: true }).then(done)}
    />
  );
};
