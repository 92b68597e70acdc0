import React from 'react';
import { discardDraft, saveDraft } from '../../../../common/api/routes';
import type { DraftChange, DraftView } from '../../../../common/api/drafts';
import type { PolicyView } from '../../../../common/api/policy_views';
import { useServices } from '../../../components/data/services';
import { say } from '../../../i18n';
import { CheckResult } from '../check/check_result';
import { ChangesSoFar } from '../diff/changes_so_far';
import { DraftActions } from '../editor/draft_actions';
import { ModeSelect } from '../editor/mode_select';
import { TextEditor } from '../editor/text_editor';
import { useText } from '../editor/use_text';
import { ChangedMeanwhile } from '../repository/changed_meanwhile';
import { TryPanel } from '../try/try_panel';
import { idInText } from '../check/id_in_text';
import { useCheck } from '../check/use_check';
import { editPath } from '../paths';

interface DraftEditorProps {
  readonly start: { readonly id: string | undefined; readonly source: string };
  readonly draft: DraftView | undefined;
  readonly inForce: PolicyView | undefined;
  /** Ids of policies in force: a new policy must not take one of them by accident. */
  readonly takenIds: readonly string[];
  /** Told what is kept by now. */
  readonly onSaved: (saved: { readonly id: string; readonly source: string }) => void;
}

/** Why a new policy cannot be saved yet, if it cannot. */
const obstacleOf = (id: string | undefined, takenIds: readonly string[]): string | undefined => {
  if (id === undefined) return say('draft.no_id', 'the text has to tell metadata.id first');
  return takenIds.includes(id)
    ? say('draft.collides', 'a policy “{id}” is in force: choose another id, or change that one', { id })
    : undefined;
};

/** The text of a policy as a draft, with its faults, tests and differences, and a decision to try. */
export const DraftEditor = ({ start, draft, inForce, takenIds, onSaved }: DraftEditorProps) => {
  const { api } = useServices();
  const text = useText(start.source, start.id === undefined ? undefined : start.source);
  const check = useCheck(text.source);
  const id = start.id ?? check.result?.id ?? idInText(text.source);
  const params = { policy_id: id ?? '' };
  const saved = (): void => onSaved({ id: id ?? '', source: text.source });
  const save = (body: DraftChange) => api.call(saveDraft, { params, body });
  return (
    <TextEditor
      text={text}
      label={say('edit.label', 'Text of the policy (YAML)')}
      faults={check.result?.faults ?? []}
      draft={draft}
      removes={say(
        'edit.deleted',
        'This draft removes the policy: the next release will not have it. Saving a text keeps it.',
      )}
      notices={draft && <ChangedMeanwhile draft={draft} text={text} save={save} onSaved={saved} />}
      tools={<ModeSelect source={text.source} onChange={text.write} />}
      actions={
        <DraftActions
          id={id ?? ''}
          text={text}
          draft={draft}
          isInForce={inForce !== undefined}
          obstacle={start.id === undefined ? obstacleOf(id, takenIds) : undefined}
          remove={{
            label: say('draft.remove', 'Remove this policy…'),
            about: say(
              'draft.remove.about',
              'It goes on deciding until a candidate with this draft is approved and released.',
            ),
          }}
          path={editPath(id ?? '')}
          save={save}
          discard={() => api.call(discardDraft, { params })}
          onSaved={saved}
        />
      }
      beside={(go) => (
        <>
          <CheckResult check={check} onGo={go} />
          {inForce && <ChangesSoFar before={inForce.source} after={text.source} />}
          <TryPanel source={text.source} />
        </>
      )}
    />
  );
};
