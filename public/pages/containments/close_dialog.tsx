import React, { useState } from 'react';
import { EuiRadioGroup } from '@elastic/eui';
import { closeContainment } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { focusPage } from '../../components/layout/focus_page';
import { say } from '../../i18n';
import { effectName } from './containment_words';

type Found = 'happened' | 'not_happened';

interface CloseDialogProps {
  readonly row: ContainmentView;
  readonly onClose: () => void;
  readonly onClosed: () => void;
}

/** A person looked at the target of what nothing takes back, and says what came of it. */
export const CloseDialog = ({ row, onClose, onClosed }: CloseDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const [found, setFound] = useState<Found>();
  const close = useAction((body: { as: Found; reason: string }) =>
    api.call(closeContainment, { params: { effect_id: row.effect_id }, body }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if (found === undefined || (await close.run({ as: found, reason })) === undefined) return;
    tell(say('close.done', 'closed on your word: {effect}', { effect: effectName(row) }));
    onClosed();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('close.title', 'Say what came of it: {effect}', { effect: effectName(row) })}
      confirm={say('close.confirm', 'Close')}
      pending={close.pending}
      problem={close.problem}
      blocked={found === undefined ? say('close.choose', 'Say what you found') : undefined}
      blockedAt="[name=found]"
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'close.about',
          'The target did not say whether it was done, and nothing takes it back. Look there, then say what you found. It is on record as your word, not as seen by Reflex.',
        )}
      </p>
      <EuiRadioGroup
        name="found"
        legend={{ children: say('close.found', 'What I found at {connector}', { connector: row.connector }) }}
        idSelected={found === undefined ? '' : `found-${found}`}
        options={[
          { id: 'found-happened', label: say('close.happened', 'It happened') },
          { id: 'found-not_happened', label: say('close.not_happened', 'It did not happen') },
        ]}
        onChange={(id) => setFound(id === 'found-happened' ? 'happened' : 'not_happened')}
      />
    </ReasonDialog>
  );
};
