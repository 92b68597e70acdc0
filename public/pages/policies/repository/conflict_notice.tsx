import React from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { saveDraft } from '../../../../common/api/routes';
import { CodeView } from '../../../components/code/code_view';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { ToneText } from '../../../components/text/tone_text';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { LineDiffView } from '../../../components/code/line_diff_view';
import { useRepository } from './use_repository';

interface ConflictNoticeProps {
  readonly policy: string | undefined;
  /** The text as it stands in the editor. */
  readonly source: string;
  /** Puts a text into the editor. */
  readonly onTake: (source: string) => void;
  readonly onSaved: (source: string) => void;
}

/** For `seen`: the repository holds no such policy any more. */
const NOTHING = 'none';

/** Somebody else changed the same policy in the repository: what was, theirs, and yours. */
export const ConflictNotice = ({ policy, source, onTake, onSaved }: ConflictNoticeProps) => {
  const { api } = useServices();
  const repository = useRepository();
  const mayAuthor = useMay('author');
  const save = useAction((seen: string) =>
    api.call(saveDraft, { params: { policy_id: policy ?? '' }, body: { source, seen } }),
  );
  const conflict = repository.value?.conflicts.find((each) => each.policy === policy);
  if (conflict === undefined) return null;
  const { base, theirs, theirs_hash } = conflict;
  const keepMine = async (): Promise<void> => {
    if ((await save.run(theirs_hash ?? NOTHING)) === undefined) return;
    onSaved(source);
    repository.again();
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
      <LineDiffView before={theirs ?? ''} after={source} />
      {base !== undefined && (
        <details>
          <summary>{say('conflict.base', 'What is in force')}</summary>
          <CodeView code={base} label={say('conflict.base', 'What is in force')} />
        </details>
      )}
      <EuiButton size="s" isDisabled={!mayAuthor} isLoading={save.pending} onClick={() => void keepMine()}>
        {say('conflict.keep', 'Save my text over theirs')}
      </EuiButton>{' '}
      {theirs !== undefined && (
        <EuiButtonEmpty size="s" onClick={() => onTake(theirs)}>
          {say('conflict.take', 'Put theirs into the editor')}
        </EuiButtonEmpty>
      )}
      {save.problem && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={save.problem} />
      )}
    </Section>
  );
};
