import React, { useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiCheckbox, EuiFieldText, EuiFormRow, EuiTextArea } from '@elastic/eui';
import { setSecret } from '../../../common/api/routes';
import { isStoredName, STORED_PREFIX } from '../../../common/stored_secret';
import { useAction } from '../data/use_action';
import { useServices } from '../data/services';
import { Dialog } from './dialog';
import { focusField, isReason, ReasonField } from './reason_field';
import { useTell } from '../layout/announcer';
import { ProblemCallout } from '../layout/problem_callout';
import { say } from '../../i18n';

/** Shorter ones no connector takes. */
const SHORTEST = 4;

interface WriteDialogProps {
  /** The one that gets a new version; undefined: a new one. */
  readonly known?: { readonly name: string; readonly version: number };
  /** @param name without what stands before it in settings */
  readonly onDone: (name: string) => void;
  readonly onClose: () => void;
}

interface Form {
  readonly name: string;
  readonly value: string;
  readonly lines: boolean;
  readonly reason: string;
}

const NameField = ({
  name,
  missing,
  onChange,
}: {
  name: string;
  missing: boolean;
  onChange: (name: string) => void;
}) => {
  const isWrong = missing && !isStoredName(name);
  return (
    <EuiFormRow
      fullWidth
      label={say('secrets.write.name', 'Name')}
      helpText={say('secrets.write.name.help', 'Settings name it as {name}', { name: `${STORED_PREFIX}${name}` })}
      isInvalid={isWrong}
      error={say('secrets.write.name.wrong', 'lower case letters, digits, dots and lines, 100 at most')}
    >
      <EuiFieldText
        fullWidth
        name="name"
        autoComplete="off"
        spellCheck={false}
        value={name}
        isInvalid={isWrong}
        aria-invalid={isWrong}
        onChange={(event) => onChange(event.target.value)}
      />
    </EuiFormRow>
  );
};

/** What is typed is not shown, and no browser keeps it. */
const ValueField = ({
  form: { value, lines },
  missing,
  onChange,
}: {
  form: Form;
  missing: boolean;
  onChange: (change: Partial<Form>) => void;
}) => {
  const isWrong = missing && value.trim().length < SHORTEST;
  const field = {
    fullWidth: true,
    name: 'value',
    spellCheck: false,
    value,
    isInvalid: isWrong,
    'aria-invalid': isWrong,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange({ value: event.target.value }),
  };
  return (
    <>
      <EuiFormRow
        fullWidth
        label={say('secrets.write.value', 'Secret')}
        helpText={say('secrets.write.value.help', 'Nobody can read it here afterwards, not even you')}
        isInvalid={isWrong}
        error={say('secrets.write.value.missing', 'at least {least} characters', { least: SHORTEST })}
      >
        {lines ? (
          <EuiTextArea {...field} autoComplete="off" rows={4} className="rfx-hidden-letters" />
        ) : (
          <EuiFieldText {...field} autoComplete="new-password" type="password" />
        )}
      </EuiFormRow>
      <EuiCheckbox
        id="rfx-secret-lines"
        checked={lines}
        label={say('secrets.write.lines', 'It has several lines, as a key does')}
        onChange={(event) => onChange({ lines: event.target.checked })}
      />
    </>
  );
};

/** Where the first thing that is missing is to be mended. */
const faultAt = ({ name, value, reason }: Form): string | undefined => {
  if (!isStoredName(name)) return '[name=name]';
  if (value.trim().length < SHORTEST) return '[name=value]';
  return isReason(reason) ? undefined : '[name=reason]';
};

/** Writes a secret: a new one, or the next version of one that there is. */
export const WriteDialog = ({ known, onDone, onClose }: WriteDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const [form, setForm] = useState<Form>({ name: known?.name ?? '', value: '', lines: false, reason: '' });
  const [tried, setTried] = useState(false);
  const change = (some: Partial<Form>): void => setForm((before) => ({ ...before, ...some }));
  const write = useAction(({ name, value, reason }: Form) =>
    api.call(setSecret, { params: { name }, body: { version: known?.version ?? 0, value, reason: reason.trim() } }),
  );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const fault = faultAt(form);
    if (fault !== undefined) return focusField(event, fault);
    if (write.pending) return;
    const written = await write.run(form);
    if (written === undefined) return;
    tell(
      say('secrets.written', '{name}: version {version} is stored', {
        name: `${STORED_PREFIX}${written.name}`,
        version: written.version,
      }),
    );
    onDone(written.name);
    onClose();
  };
  return (
    <Dialog
      onSubmit={(event) => void submit(event)}
      title={
        known === undefined
          ? say('secrets.write.title', 'Store a secret')
          : say('secrets.rotate.title', 'Rotate {name}', { name: `${STORED_PREFIX}${known.name}` })
      }
      onClose={onClose}
      initialFocus={known === undefined ? '[name=name]' : '[name=value]'}
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill type="submit" isLoading={write.pending}>
            {say('secrets.write.confirm', 'Store')}
          </EuiButton>
        </>
      }
    >
      <div className="rfx-dialog__text">
        <p>
          {say(
            'secrets.write.about',
            'It is encrypted before it goes to OpenSearch. Every agent uses it for its next request or connection, within seconds.',
          )}
        </p>
      </div>
      {known === undefined && <NameField name={form.name} missing={tried} onChange={(name) => change({ name })} />}
      <ValueField form={form} missing={tried} onChange={change} />
      <ReasonField value={form.reason} onChange={(reason) => change({ reason })} suggestions={[]} missing={tried} />
      {write.problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={write.problem} />}
    </Dialog>
  );
};
