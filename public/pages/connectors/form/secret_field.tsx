import React, { useCallback, useMemo, useState } from 'react';
import { EuiButtonEmpty, EuiFieldText, EuiTextArea } from '@elastic/eui';
import { listSecrets } from '../../../../common/api/routes';
import { STORED_PREFIX } from '../../../../common/stored_secret';
import { useServices } from '../../../components/data/services';
import { useResource } from '../../../components/data/use_resource';
import { WriteDialog } from '../../../components/dialogs/write_secret';
import { say } from '../../../i18n';

/** The secrets of this host by name, and whether new ones can be stored. */
export interface KnownSecrets {
  readonly names: readonly string[];
  readonly mayStore: boolean;
  readonly again: () => void;
}

/** Names only: no route tells what a secret is. */
export const useSecrets = (): KnownSecrets => {
  const { api } = useServices();
  const { value, again } = useResource(
    useCallback(() => api.call(listSecrets), [api]),
    ['secret'],
  );
  return useMemo(
    () => ({
      names: (value?.secrets ?? []).filter(({ state }) => state === 'there').map(({ name }) => name),
      mayStore: value?.keys[0]?.state === 'there',
      again,
    }),
    [value, again],
  );
};

interface SecretFieldProps {
  readonly id: string;
  readonly label: string;
  readonly invalid: boolean;
  readonly describedBy: string | undefined;
  readonly secret: string;
  /** A text may stand in its place; undefined: none may. */
  readonly text: string | undefined;
  readonly secrets: KnownSecrets;
  readonly onChange: (change: { readonly secret: string; readonly text: string }) => void;
}

/** Which secret is used, by its name, be it one that only other hosts have. A new one is never shown again. */
export const SecretField = (props: SecretFieldProps) => {
  const { id, label, invalid, describedBy, secret, text, secrets, onChange } = props;
  const [writing, setWriting] = useState(false);
  const choose = (name: string): void => onChange({ secret: name, text: name === '' ? (text ?? '') : '' });
  return (
    <div className="rfx-secret-field">
      <EuiFieldText
        id={id}
        fullWidth
        autoComplete="off"
        spellCheck={false}
        list={`${id}-names`}
        placeholder={say('connector.form.secret_name', 'name of a secret')}
        value={secret}
        isInvalid={invalid}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onChange={(event) => choose(event.target.value)}
      />
      <datalist id={`${id}-names`}>
        {secrets.names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
      {secrets.mayStore && (
        <EuiButtonEmpty
          size="xs"
          flush="left"
          aria-label={say('connector.form.new_secret.label', 'Store a new secret for {name}…', { name: label })}
          onClick={() => setWriting(true)}
        >
          {say('connector.form.new_secret', 'Store a new one…')}
        </EuiButtonEmpty>
      )}
      {text !== undefined && secret === '' && (
        <EuiTextArea
          fullWidth
          rows={4}
          spellCheck={false}
          placeholder={say('connector.form.or_text', 'or the text itself')}
          aria-label={say('connector.form.text_of', '{name}, written out', { name: label })}
          value={text}
          onChange={(event) => onChange({ secret: '', text: event.target.value })}
        />
      )}
      {writing && (
        <WriteDialog
          onDone={(name) => {
            secrets.again();
            choose(`${STORED_PREFIX}${name}`);
          }}
          onClose={() => setWriting(false)}
        />
      )}
    </div>
  );
};
