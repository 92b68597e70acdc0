import React from 'react';
import type { DraftChange, DraftView } from '../../../../common/api/drafts';
import type { Result } from '../../../../common/result';
import type { Refusal } from '../../../api_client';
import { say } from '../../../i18n';
import { OvertakenNotice } from '../editor/overtaken_notice';
import type { EditedText } from '../editor/use_text';
import { ConflictNotice } from './conflict_notice';
import { useRepository } from './use_repository';

interface ChangedMeanwhileProps {
  readonly draft: DraftView;
  readonly text: EditedText;
  readonly save: (change: DraftChange) => Promise<Result<unknown, Refusal>>;
  readonly onSaved: () => void;
}

/** What others changed since a draft was made: in the repository, or where none is kept here in what is in force. */
export const ChangedMeanwhile = ({ draft, text, save, onSaved }: ChangedMeanwhileProps) => {
  const { value, problem, again } = useRepository();
  const conflict = value?.conflicts.find(({ policy }) => policy === draft.id);
  if (conflict) {
    const saved = (): void => {
      text.noteSaved(text.source);
      onSaved();
      again();
    };
    return <ConflictNotice conflict={conflict} text={text} save={save} onSaved={saved} />;
  }
  const isKept = value === undefined ? problem?.code !== 'not_here' : value.head !== undefined;
  if (isKept || draft.is_overtaken !== true) return null;
  const title =
    draft.base_source === undefined
      ? say('edit.gone', 'Others removed this policy since the draft was made')
      : say('edit.overtaken', 'Others changed this policy since the draft was made');
  return <OvertakenNotice title={title} draft={draft} save={save} onSaved={onSaved} />;
};
