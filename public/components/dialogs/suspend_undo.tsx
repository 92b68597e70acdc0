import React, { useState } from 'react';
import { EuiButton, EuiFormRow, EuiSelect } from '@elastic/eui';
import { suspendUndo } from '../../../common/api/routes';
import { ACTIONS } from '../../../common/policy/actions';
import { useServices } from '../data/services';
import { useAction } from '../data/use_action';
import { useMay, useStatusPart } from '../data/use_live';
import { ReasonDialog } from './reason_dialog';
import { focusPage } from '../layout/focus_page';
import { scopeWord } from '../../format/words';
import { say } from '../../i18n';

const MINUTE_MS = 60_000;

const lengths = (): ReadonlyArray<{ readonly value: number; readonly text: string }> => [
  { value: 30 * MINUTE_MS, text: say('undo.length.half', '30 minutes') },
  { value: 60 * MINUTE_MS, text: say('undo.length.one', '1 hour') },
  { value: 120 * MINUTE_MS, text: say('undo.length.two', '2 hours') },
  { value: 240 * MINUTE_MS, text: say('undo.length.four', '4 hours, the most') },
];

const SuspendDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { api, live } = useServices();
  const may = useMay('approve');
  const connectors = useStatusPart('connectors') ?? [];
  const [scope, setScope] = useState('all');
  const [forMs, setForMs] = useState(60 * MINUTE_MS);
  const scopes = [
    'all',
    ...connectors.map(({ name }) => `connector:${name}`),
    ...ACTIONS.filter(({ undo }) => undo !== null).map(({ action }) => `action:${action}`),
  ];
  const suspend = useAction((reason: string) => api.call(suspendUndo, { body: { scope, reason, for_ms: forMs } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await suspend.run(reason)) === undefined) return;
    await live.refresh();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('undo.suspend.title', 'Suspend undoing?')}
      confirm={say('undo.suspend.confirm', 'Suspend undoing')}
      color="danger"
      suggestions={[
        say('undo.suspend.suggest.incident', 'incident under way, nothing may be let loose'),
        say('undo.suspend.suggest.target', 'work on the enforcement system'),
      ]}
      blocked={may ? undefined : say('undo.suspend.may_not', 'only an approver may suspend undoing')}
      pending={suspend.pending}
      problem={suspend.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'undo.suspend.about',
          'What is contained stays beyond its end until the suspension is over. It ends by itself; people can lift each containment. A target that ends effects by itself still does.',
        )}
      </p>
      <EuiFormRow label={say('undo.suspend.scope', 'What is not undone by itself')}>
        <EuiSelect
          compressed
          options={scopes.map((each) => ({ value: each, text: scopeWord(each) }))}
          value={scope}
          onChange={(event) => setScope(event.target.value)}
        />
      </EuiFormRow>
      <EuiFormRow label={say('undo.suspend.length', 'For how long')}>
        <EuiSelect
          compressed
          options={lengths().map((each) => ({ ...each }))}
          value={forMs}
          onChange={(event) => setForMs(Number(event.target.value))}
        />
      </EuiFormRow>
    </ReasonDialog>
  );
};

/** Keeps what is contained beyond its end for a while; whoever may not learns so inside. */
export const SuspendUndoButton = () => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <EuiButton size="s" onClick={() => setOpen(true)}>
        {say('undo.suspend.button', 'Suspend undoing…')}
      </EuiButton>
      {open && <SuspendDialog onClose={() => setOpen(false)} />}
    </>
  );
};
