import React, { useCallback } from 'react';
import { EuiCheckbox, EuiFieldText, EuiFormRow, EuiRadioGroup, EuiSelect } from '@elastic/eui';
import { listPolicies } from '../../common/api/routes';
import { partsOf } from '../../common/flow/stop_scope';
import { ACTIONS } from '../../common/policy/actions';
import { useServices } from '../components/data/services';
import { useResource } from '../components/data/use_resource';
import { useStatusPart } from '../components/data/use_live';
import { actionTitle } from '../format/words';
import { say } from '../i18n';
import type { StopWish } from './stop_wish';

interface ScopeChoiceProps {
  readonly wish: StopWish;
  readonly onChange: (wish: StopWish) => void;
}

/** Only action policies propose acts. While they cannot be listed one is named by hand: a stop waits for nothing. */
const PolicyChoice = ({ wish, onChange }: ScopeChoiceProps) => {
  const { api } = useServices();
  const { value } = useResource(
    useCallback(() => api.call(listPolicies), [api]),
    ['bundle'],
  );
  const [, id] = partsOf(wish.scope);
  const known = (value?.policies ?? []).filter(({ layer }) => layer === 'action').map((each) => each.id);
  const choose = (policy: string): void => onChange({ ...wish, scope: `policy:${policy.trim()}` });
  return (
    <>
      <EuiFormRow label={say('stop.which.policy', 'Policy')}>
        {known.length === 0 ? (
          <EuiFieldText compressed value={id} onChange={(event) => choose(event.target.value)} />
        ) : (
          <EuiSelect
            compressed
            hasNoInitialSelection={!known.includes(id)}
            options={known.map((each) => ({ value: each, text: each }))}
            value={id}
            onChange={(event) => choose(event.target.value)}
          />
        )}
      </EuiFormRow>
      <EuiCheckbox
        id="stop-pause"
        checked={wish.isPause}
        onChange={(event) => onChange({ ...wish, isPause: event.target.checked })}
        label={say('stop.pause', 'Only for 30 minutes, then it continues by itself')}
      />
    </>
  );
};

const NamedChoice = ({ wish, onChange }: ScopeChoiceProps) => {
  const connectors = useStatusPart('connectors') ?? [];
  const [kind] = partsOf(wish.scope);
  const scopes =
    kind === 'action'
      ? ACTIONS.map(({ action }) => ({ value: `action:${action}`, text: actionTitle(action) }))
      : connectors.map(({ name }) => ({ value: `connector:${name}`, text: name }));
  return (
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
  );
};

/** What an order to stop covers. */
export const ScopeChoice = ({ wish, onChange }: ScopeChoiceProps) => {
  const connectors = useStatusPart('connectors') ?? [];
  const [kind] = partsOf(wish.scope);
  const first: Readonly<Record<string, string>> = {
    all: 'all',
    action: `action:${ACTIONS[0]?.action ?? ''}`,
    connector: `connector:${connectors[0]?.name ?? ''}`,
    policy: 'policy:',
  };
  return (
    <>
      <EuiRadioGroup
        compressed
        name="scope"
        legend={{ children: say('stop.scope', 'What is to stand still') }}
        idSelected={`scope-${kind}`}
        onChange={(id) =>
          onChange({ ...wish, scope: first[id.slice('scope-'.length)] ?? 'all', isPause: id === 'scope-policy' })
        }
        options={[
          { id: 'scope-all', label: say('stop.scope.all', 'Everything') },
          { id: 'scope-action', label: say('stop.scope.action', 'One action') },
          {
            id: 'scope-connector',
            label: say('stop.scope.connector', 'One connector'),
            disabled: connectors.length === 0,
          },
          { id: 'scope-policy', label: say('stop.scope.policy', 'One policy') },
        ]}
      />
      {kind === 'policy' && <PolicyChoice wish={wish} onChange={onChange} />}
      {(kind === 'action' || kind === 'connector') && <NamedChoice wish={wish} onChange={onChange} />}
    </>
  );
};
