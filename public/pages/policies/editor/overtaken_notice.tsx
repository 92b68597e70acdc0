import React from 'react';
import { EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import { SEEN_NOTHING, type DraftChange, type DraftView } from '../../../../common/api/drafts';
import type { Result } from '../../../../common/result';
import type { Refusal } from '../../../api_client';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';

interface OvertakenNoticeProps {
  readonly title: string;
  readonly draft: Pick<DraftView, 'source' | 'deleted' | 'base_hash'>;
  readonly save: (change: DraftChange) => Promise<Result<unknown, Refusal>>;
  readonly onSaved: () => void;
}

/** Others changed the text that a draft was made from: the draft goes on once its author says to have seen that. */
export const OvertakenNotice = ({ title, draft, save, onSaved }: OvertakenNoticeProps) => {
  const { source, deleted, base_hash = SEEN_NOTHING } = draft;
  const may = useMay('author');
  const take = useAction(() => save({ source, deleted, seen: base_hash }));
  const goOn = async (): Promise<void> => {
    if ((await take.run(undefined)) !== undefined) onSaved();
  };
  return (
    <EuiCallOut size="s" color="warning" title={title}>
      <EuiButtonEmpty size="xs" isDisabled={!may} isLoading={take.pending} onClick={() => void goOn()}>
        {say('overtaken.seen', 'I have looked at both: go on with the draft')}
      </EuiButtonEmpty>
      {take.problem && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={take.problem} />
      )}
    </EuiCallOut>
  );
};
