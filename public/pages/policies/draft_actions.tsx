import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { flushSync } from 'react-dom';
import { useHistory } from 'react-router-dom';
import { discardDraft, saveDraft } from '../../../common/api/routes';
import type { DraftView, PolicyView } from '../../../common/api/views';
import { ok } from '../../../common/result';
import { useAnnounce } from '../../components/announcer';
import { ConfirmDialog } from '../../components/confirm_dialog';
import { ProblemCallout } from '../../components/problem_callout';
import { useServices } from '../../components/services';
import { useAction } from '../../components/use_action';
import { useMay } from '../../components/use_live';
import { say } from '../../i18n';
import { DRAFTS, editPath } from './paths';

interface DraftActionsProps {
  /** Id of the policy; undefined while the text does not tell it. */
  readonly id: string | undefined;
  readonly source: string;
  readonly unsaved: boolean;
  readonly draft: DraftView | undefined;
  readonly inForce: PolicyView | undefined;
  readonly collides: boolean;
  readonly onSaved: (source: string) => void;
}

/** Why the text cannot be saved, if it cannot. */
const obstacle = ({ id, collides }: DraftActionsProps, may: boolean): string | undefined => {
  if (!may) return say('draft.may_not', 'saving takes the right to author');
  if (id === undefined) return say('draft.no_id', 'the text has to tell metadata.id first');
  return collides
    ? say('draft.collides', 'a policy “{id}” is in force: choose another id, or change that one', { id })
    : undefined;
};

/** Save, discard, remove. What is saved decides nothing yet. */
export const DraftActions = (props: DraftActionsProps) => {
  const { id = '', source, unsaved, draft, inForce, onSaved } = props;
  const { api } = useServices();
  const history = useHistory();
  const announce = useAnnounce();
  const may = useMay('author');
  const [asking, setAsking] = useState<'discard' | 'remove'>();
  const save = useAction((body: { readonly source?: string; readonly deleted?: boolean }) =>
    api.call(saveDraft, { params: { policy_id: id }, body }),
  );
  const discard = useAction(async (policy_id: string) => {
    const answer = await api.call(discardDraft, { params: { policy_id } });
    return answer.ok ? ok(policy_id) : answer;
  });
  const inTheWay = obstacle(props, may);

  /** Saved first, gone then: else the page would ask whether the text is to be left unsaved. */
  const leaveTo = (path: string, how: 'push' | 'replace'): void => {
    flushSync(() => onSaved(source));
    history[how](path);
  };

  const saveText = async (): Promise<void> => {
    if ((await save.run({ source })) === undefined) return;
    announce(say('draft.announce', 'draft of {id} saved', { id }));
    leaveTo(editPath(id), 'replace');
  };
  const confirmed = async (): Promise<void> => {
    const done = asking === 'discard' ? await discard.run(id) : await save.run({ deleted: true });
    if (done === undefined) return;
    leaveTo(DRAFTS, 'push');
  };
  const { problem } = asking === 'discard' ? discard : save;
  return (
    <div className="rfx-draft-actions">
      <EuiButton
        size="s"
        fill
        isLoading={save.pending}
        isDisabled={inTheWay !== undefined || !unsaved}
        onClick={() => void saveText()}
      >
        {say('draft.save', 'Save draft')}
      </EuiButton>
      {draft && may && (
        <EuiButtonEmpty size="s" color="danger" onClick={() => setAsking('discard')}>
          {say('draft.discard', 'Discard draft…')}
        </EuiButtonEmpty>
      )}
      {inForce && may && draft?.deleted !== true && (
        <EuiButtonEmpty size="s" color="danger" onClick={() => setAsking('remove')}>
          {say('draft.remove', 'Remove this policy…')}
        </EuiButtonEmpty>
      )}
      {inTheWay !== undefined && <span className="rfx-small rfx-subdued">{inTheWay}</span>}
      {problem && asking === undefined && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={problem} />
      )}
      {asking !== undefined && (
        <ConfirmDialog
          title={
            asking === 'discard'
              ? say('draft.discard.title', 'Discard the draft of {id}?', { id })
              : say('draft.remove.title', 'Remove {id} with the next release?', { id })
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
                  'draft.remove.about',
                  'It goes on deciding until a candidate with this draft is approved and released.',
                )}
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
};
