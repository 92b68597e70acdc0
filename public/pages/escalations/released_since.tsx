import React, { useState } from 'react';
import { EuiButton, EuiCallOut } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import { speakerOf } from '../../../common/flow/intake';
import { covers } from '../../../common/flow/stop_scope';
import { decideHeldAgain } from '../../components/data/decide_held_again';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay, useStatusPart } from '../../components/data/use_live';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useAnnounce } from '../../components/layout/announcer';
import { focusPage } from '../../components/layout/focus_page';
import { say } from '../../i18n';

interface ReleasedSinceProps {
  readonly waiting: readonly EscalationView[];
  readonly onChanged: () => void;
}

const AgainDialog = ({ onChanged, onClose }: { readonly onChanged: () => void; readonly onClose: () => void }) => {
  const { api } = useServices();
  const announce = useAnnounce();
  const again = useAction((reason: string) => decideHeldAgain(api, { scope: 'all', reason }));
  const confirm = async (reason: string): Promise<void> => {
    const cases = await again.run(reason);
    if (cases === undefined) return;
    announce(say('released.done', '{cases, plural, one {# case is} other {# cases are}} decided again', { cases }));
    onChanged();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('released.title', 'Decide again what only a stop or a breaker held?')}
      confirm={say('released.confirm', 'Decide again')}
      color="danger"
      suggestions={[say('released.suggest', 'what held it is over')]}
      pending={again.pending}
      problem={again.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'released.about',
          'What the policies in force permit and no brake stops acts at once. What they leave to a person goes on waiting.',
        )}
      </p>
    </ReasonDialog>
  );
};

/** What waits only because of an order to stop that is over by now: whoever may approve can have it decided again. */
export const ReleasedSince = ({ waiting, onChanged }: ReleasedSinceProps) => {
  const may = useMay('approve');
  const stops = useStatusPart('stops') ?? [];
  const [open, setOpen] = useState(false);
  const isStopped = ({ act, brief }: EscalationView): boolean =>
    stops.some(({ scope }) => covers(scope, { ...act, policy: act.policy.id, source: speakerOf(brief.intake) }));
  const { length: acts } = waiting.filter((each) => each.resumed_at !== undefined && !isStopped(each));
  if (acts === 0 && !open) return null;
  return (
    <EuiCallOut
      size="s"
      iconType="clock"
      title={say(
        'released.held',
        '{acts, plural, one {# act waits} other {# acts wait}} only because of a stop or a breaker that is over',
        { acts },
      )}
    >
      {may && (
        <EuiButton size="s" onClick={() => setOpen(true)}>
          {say('released.again', 'Decide again…')}
        </EuiButton>
      )}
      {open && <AgainDialog onChanged={onChanged} onClose={() => setOpen(false)} />}
    </EuiCallOut>
  );
};
