import React from 'react';
import { EuiCheckbox } from '@elastic/eui';
import type { SourceView } from '../../../common/api/routes';
import { say } from '../../i18n';

interface TriggerChoiceProps {
  readonly triggers: SourceView['triggers'];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Which triggers of a monitor tell Reflex. */
export const TriggerChoice = ({ triggers, chosen, onChange }: TriggerChoiceProps) => (
  <fieldset className="rfx-fieldset">
    <legend>{say('sources.triggers', 'Triggers that tell Reflex')}</legend>
    {triggers.map(({ id, name, severity }) => (
      <EuiCheckbox
        key={id}
        id={`trigger-${id}`}
        label={say('sources.trigger', '{name} (severity {severity} of Alerting)', { name, severity })}
        checked={chosen.includes(id)}
        onChange={({ target }) => onChange(target.checked ? [...chosen, id] : chosen.filter((each) => each !== id))}
      />
    ))}
    {chosen.length === 0 && (
      <p role="alert" className="rfx-tone--bad">
        {say('sources.triggers.none', 'choose at least one trigger')}
      </p>
    )}
  </fieldset>
);
