import { present } from '../../../../common/present';
import React, { useState } from 'react';
import { EuiCheckbox } from '@elastic/eui';
import { useHistory } from 'react-router-dom';
import { proposeCandidate } from '../../../../common/api/routes';
import type { DraftView, GuardDraftView } from '../../../../common/api/drafts';
import { ReasonDialog } from '../../../components/dialogs/reason_dialog';
import { useServices } from '../../../components/data/services';
import { ToneText } from '../../../components/text/tone_text';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';
import { draftState, guardDraftState } from './draft_state';
import { candidatePath } from '../paths';

interface ProposeDialogProps {
  readonly drafts: readonly DraftView[];
  readonly guards?: readonly GuardDraftView[];
  readonly onClose: () => void;
  readonly onProposed: () => void;
}

/** No id of a policy has a slash. */
const keyOf = (guard: string): string => `guards/${guard}`;

/** Which drafts go into the candidate, and the changelog that the approver and everybody later reads. */
export const ProposeDialog = ({ drafts, guards = [], onClose, onProposed }: ProposeDialogProps) => {
  const { api } = useServices();
  const history = useHistory();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = drafts.filter(({ id }) => !left.has(id));
  const chosenGuards = guards.filter(({ guard }) => !left.has(keyOf(guard)));
  const count = chosen.length + chosenGuards.length;
  const propose = useAction((changelog: string) =>
    api.call(proposeCandidate, {
      body: {
        changelog,
        policies: chosen.map(({ id }) => id),
        ...present({ guards: chosenGuards.length === 0 ? undefined : chosenGuards.map(({ guard }) => guard) }),
      },
    }),
  );
  const choices = [
    ...drafts.map((draft) => ({ key: draft.id, label: draft.id, state: draftState(draft) })),
    ...guards.map((draft) => ({
      key: keyOf(draft.guard),
      label: say('change.guard', 'Guard {guard}', { guard: draft.guard }),
      state: guardDraftState(draft),
    })),
  ];
  const toggle = (id: string): void =>
    setLeft((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  const confirm = async (changelog: string): Promise<void> => {
    const candidate = await propose.run(changelog);
    if (candidate === undefined) return;
    onProposed();
    history.push(candidatePath(candidate.id));
  };
  return (
    <ReasonDialog
      title={say('propose.title', 'Propose drafts for release')}
      confirm={say('propose.confirm', 'Propose {count}', { count })}
      pending={propose.pending}
      problem={propose.problem}
      blocked={count === 0 ? say('propose.nothing', 'choose at least one draft') : undefined}
      blockedAt="[type=checkbox]"
      onConfirm={(changelog) => void confirm(changelog)}
      onClose={onClose}
    >
      <p>
        {say(
          'propose.about',
          'The reason below is the changelog of the version. Somebody else approves exactly what you propose.',
        )}
      </p>
      <fieldset className="rfx-choices">
        <legend>{say('propose.drafts', 'Drafts')}</legend>
        {choices.map(({ key, label, state: [tone, word] }) => (
          <div key={key} className="rfx-choices__row">
            <EuiCheckbox id={`propose ${key}`} label={label} checked={!left.has(key)} onChange={() => toggle(key)} />
            <ToneText tone={tone}>{word}</ToneText>
          </div>
        ))}
      </fieldset>
    </ReasonDialog>
  );
};
