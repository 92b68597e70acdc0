import React from 'react';
import { flushSync } from 'react-dom';
import { useHistory } from 'react-router-dom';
import { discardDraft, saveDraft } from '../../../../common/api/routes';
import type { DraftView } from '../../../../common/api/drafts';
import type { PolicyView } from '../../../../common/api/views';
import { ok } from '../../../../common/result';
import { useAnnounce } from '../../../components/layout/announcer';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { DraftButtons } from '../editor/draft_buttons';
import { DRAFTS, editPath } from '../paths';

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
  const save = useAction((body: { readonly source?: string; readonly deleted?: boolean }) =>
    api.call(saveDraft, { params: { policy_id: id }, body }),
  );
  const discard = useAction(async (policy_id: string) => {
    const answer = await api.call(discardDraft, { params: { policy_id } });
    return answer.ok ? ok(policy_id) : answer;
  });

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
  const done = (answer: unknown): void => {
    if (answer !== undefined) leaveTo(DRAFTS, 'push');
  };
  return (
    <DraftButtons
      id={id}
      unsaved={unsaved}
      inTheWay={obstacle(props, may)}
      hasDraft={draft !== undefined}
      isRemovable={inForce !== undefined && draft?.deleted !== true}
      remove={{
        label: say('draft.remove', 'Remove this policy…'),
        about: say(
          'draft.remove.about',
          'It goes on deciding until a candidate with this draft is approved and released.',
        ),
      }}
      save={save}
      discard={discard}
      onSave={() => void saveText()}
      onDiscard={() => void discard.run(id).then(done)}
      onRemove={() => void save.run({ deleted: true }).then(done)}
    />
  );
};
