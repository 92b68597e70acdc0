import React from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { SEEN_NOTHING, type DraftChange } from '../../../../common/api/drafts';
import type { ConflictView } from '../../../../common/api/routes';
import type { Result } from '../../../../common/result';
import type { Refusal } from '../../../api_client';
import { CodeView } from '../../../components/code/code_view';
import { LineDiffView } from '../../../components/code/line_diff_view';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { useAction } from '../../../components/data/use_action';
import { ToneText } from '../../../components/text/tone_text';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import type { EditedText } from '../editor/use_text';

interface ConflictNoticeProps {
  readonly conflict: ConflictView;
  readonly text: EditedText;
  readonly save: (change: DraftChange) => Promise<Result<unknown, Refusal>>;
  readonly onSaved: () => void;
}

/** Somebody else changed the same policy in the repository: what was, theirs, and yours. */
export const ConflictNotice = ({ conflict, text, save, onSaved }: ConflictNoticeProps) => {
  const mayAuthor = useMay('author');
  const { base, theirs, theirs_hash = SEEN_NOTHING } = conflict;
  const keep = useAction(() => save({ source: text.source, seen: theirs_hash }));
  const keepMine = async (): Promise<void> => {
    if ((await keep.run(undefined)) !== undefined) onSaved();
  };
  return (
    <Section
      title={say('conflict.title', 'Somebody else changed this policy in the repository')}
      note={<ToneText tone="warn">{say('conflict.note', 'conflict')}</ToneText>}
    >
      <p>
        {say(
          'conflict.about',
          'Nothing was overwritten. Write into your text what is to hold, then say that it goes over theirs; or take theirs.',
        )}
      </p>
      <h3 className="rfx-section__title">{say('conflict.theirs', 'Theirs, compared with what is in force')}</h3>
      {theirs === undefined ? (
        <p>{say('conflict.gone', 'They removed the policy.')}</p>
      ) : (
        <LineDiffView before={base ?? ''} after={theirs} />
      )}
      <h3 className="rfx-section__title">{say('conflict.yours', 'Yours, compared with theirs')}</h3>
      <LineDiffView before={theirs ?? ''} after={text.source} />
      {base !== undefined && (
        <details>
          <summary>{say('conflict.base', 'What is in force')}</summary>
          <CodeView code={base} label={say('conflict.base', 'What is in force')} />
        </details>
      )}
      <EuiButton size="s" isDisabled={!mayAuthor} isLoading={keep.pending} onClick={() => void keepMine()}>
        {say('conflict.keep', 'Save my text over theirs')}
      </EuiButton>{' '}
      {theirs !== undefined && (
        <EuiButtonEmpty size="s" onClick={() => text.write(theirs)}>
          {say('conflict.take', 'Put theirs into the editor')}
        </EuiButtonEmpty>
      )}
      {keep.problem && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={keep.problem} />
      )}
    </Section>
  );
};
