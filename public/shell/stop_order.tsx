import React, { useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiCallOut, EuiFormRow, EuiRadioGroup, EuiSelect } from '@elastic/eui';
import { ACTIONS } from '../../common/policy/actions';
import { Dialog } from '../components/dialogs/dialog';
import { isReason, ReasonField } from '../components/dialogs/reason_field';
import { useMay, useStatusPart } from '../components/data/use_live';
import { actionTitle } from '../format/words';
import { say } from '../i18n';

export interface StopWish {
  /** `all`, `action:<name>` or `connector:<name>`. */
  readonly scope: string;
  readonly reason: string;
}

interface StopOrderProps {
  readonly wish: StopWish;
  readonly onChange: (wish: StopWish) => void;
  readonly onGoOn: () => void;
  readonly onClose: () => void;
}

const suggestions = (): readonly string[] => [
  say('stop.suggest.wrong', 'it acts on the wrong targets'),
  say('stop.suggest.unclear', 'unclear what it is doing, looking into it'),
  say('stop.suggest.change', 'change window on the enforcement systems'),
];

const ScopeChoice = ({ wish, onChange }: Pick<StopOrderProps, 'wish' | 'onChange'>) => {
  const connectors = useStatusPart('connectors') ?? [];
  const kind = wish.scope.split(':')[0] ?? 'all';
  const first: Readonly<Record<string, string>> = {
    all: 'all',
    action: `action:${ACTIONS[0]?.action ?? ''}`,
    connector: `connector:${connectors[0]?.name ?? ''}`,
  };
  const scopes =
    kind === 'action'
      ? ACTIONS.map(({ action }) => ({ value: `action:${action}`, text: actionTitle(action) }))
      : connectors.map(({ name }) => ({ value: `connector:${name}`, text: name }));
  return (
    <>
      <EuiRadioGroup
        compressed
        name="scope"
        legend={{ children: say('stop.scope', 'What is to stand still') }}
        idSelected={`scope-${kind}`}
        onChange={(id) => onChange({ ...wish, scope: first[id.slice('scope-'.length)] ?? 'all' })}
        options={[
          { id: 'scope-all', label: say('stop.scope.all', 'Everything') },
          { id: 'scope-action', label: say('stop.scope.action', 'One action') },
          {
            id: 'scope-connector',
            label: say('stop.scope.connector', 'One connector'),
            disabled: connectors.length === 0,
          },
        ]}
      />
      {kind !== 'all' && (
        <EuiFormRow
          label={kind === 'action' ? say('stop.which.action', 'Action') : say('stop.which.connector', 'Connector')}
        >
          <EuiSelect
            compressed
            options={scopes}
            value={wish.scope}
            onChange={(event) => onChange({ ...wish, scope: event.target.value })}
          />
        </EuiFormRow>
      )}
    </>
  );
};

/** First step: what is to stand still, and why. */
export const StopOrder = ({ wish, onChange, onGoOn, onClose }: StopOrderProps) => {
  const may = useMay('respond');
  const [tried, setTried] = useState(false);
  const goOn = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (may && isReason(wish.reason)) onGoOn();
  };
  return (
    <Dialog
      onSubmit={goOn}
      title={say('stop.title', 'Kill switch: stop Reflex')}
      onClose={onClose}
      initialFocus="[name=reason]"
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill color="danger" type="submit">
            {say('stop.next', 'Next: confirm')}
          </EuiButton>
        </>
      }
    >
      <p className="rfx-dialog__text">
        {say(
          'stop.about',
          'No new effect starts until somebody resumes. What is in effect stays and is still undone when its time is over.',
        )}
      </p>
      <ScopeChoice wish={wish} onChange={onChange} />
      <ReasonField
        value={wish.reason}
        onChange={(reason) => onChange({ ...wish, reason })}
        suggestions={suggestions()}
        missing={tried}
      />
      {!may && (
        <EuiCallOut
          size="s"
          color="warning"
          title={say('stop.may_not', 'You may not stop Reflex: your roles lack the right to respond')}
        />
      )}
    </Dialog>
  );
};
