import React, { useEffect, useState, type FormEvent } from 'react';
import { EuiButton, EuiFieldText, EuiFormRow, EuiSelect } from '@elastic/eui';
import { ACTIONS } from '../../../common/policy/actions';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { needsHost, type BrakesAddress } from './brakes_address';

type Question = Pick<BrakesAddress, 'action' | 'target' | 'host' | 'sources'>;

interface WouldFormProps {
  readonly asked: Question;
  readonly onAsk: (question: Question) => void;
}

const FIRST_ACTION = ACTIONS[0]?.action ?? '';

/** An action and a target. What is asked goes into the address, so that the answer can be linked to. */
export const WouldForm = ({ asked, onAsk }: WouldFormProps) => {
  const { action: first, target: named, host: on, sources: so } = asked;
  const [action, setAction] = useState(first === '' ? FIRST_ACTION : first);
  const [target, setTarget] = useState(named);
  const [host, setHost] = useState(on);
  const [sources, setSources] = useState(so);
  // Another link shows another question.
  useEffect(() => {
    if (first !== '') setAction(first);
    setTarget(named);
    setHost(on);
    setSources(so);
  }, [first, named, on, so]);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const trimmed = target.trim();
    if (trimmed !== '') onAsk({ action, target: trimmed, host: needsHost(action) ? host.trim() : '', sources });
  };
  return (
    <form className="rfx-question" onSubmit={ask}>
      <EuiFormRow label={say('would.action', 'Action')} display="rowCompressed">
        <EuiSelect
          compressed
          value={action}
          options={ACTIONS.map((each) => ({ value: each.action, text: actionTitle(each.action) }))}
          onChange={(event) => setAction(event.target.value)}
        />
      </EuiFormRow>
      <EuiFormRow label={say('would.target', 'Target')} display="rowCompressed">
        <EuiFieldText
          compressed
          value={target}
          placeholder={say('would.target.placeholder', 'address, host, user …')}
          onChange={(event) => setTarget(event.target.value)}
        />
      </EuiFormRow>
      {needsHost(action) && (
        <EuiFormRow label={say('would.host', 'On which host')} display="rowCompressed">
          <EuiFieldText compressed value={host} onChange={(event) => setHost(event.target.value)} />
        </EuiFormRow>
      )}
      <EuiFormRow label={say('would.sources', 'Reported by')} display="rowCompressed">
        <EuiSelect
          compressed
          value={sources}
          options={[
            { value: '', text: say('would.sources.one', 'one source') },
            { value: '2', text: say('would.sources.two', 'sources of two domains') },
          ]}
          onChange={(event) => setSources(event.target.value)}
        />
      </EuiFormRow>
      <EuiFormRow hasEmptyLabelSpace display="rowCompressed">
        <EuiButton size="s" type="submit">
          {say('would.ask', 'Ask the brakes')}
        </EuiButton>
      </EuiFormRow>
    </form>
  );
};
