import React, { useState, type FormEvent } from 'react';
import { EuiButton, EuiButtonEmpty, EuiCheckbox, EuiFieldText, EuiFormRow } from '@elastic/eui';
import { TOKEN_RIGHTS, type TokenRight } from '../../../common/api/contract';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { makeToken } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { Dialog } from '../../components/dialogs/dialog';
import { focusField, isReason, ReasonField } from '../../components/dialogs/reason_field';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { say } from '../../i18n';
import { rightAbout } from './token_words';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const MOST_DAYS = 400;

interface Form {
  readonly name: string;
  readonly may: readonly TokenRight[];
  readonly days: string;
  readonly owners: string;
  readonly networks: string;
  readonly rate: string;
  readonly reason: string;
}

const EMPTY: Form = { name: '', may: [], days: String(DEFAULT_DAYS), owners: '', networks: '', rate: '', reason: '' };

const listIn = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');

const isDays = (days: string): boolean =>
  /^\d{1,3}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= MOST_DAYS;

/** Where the first thing that is missing is to be mended. */
const faultAt = ({ name, may, days, reason }: Form): string | undefined => {
  if (name.trim() === '') return '[name=name]';
  if (may.length === 0) return '#rfx-token-intake';
  if (!isDays(days)) return '[name=days]';
  return isReason(reason) ? undefined : '[name=reason]';
};

interface FieldsProps {
  readonly form: Form;
  readonly tried: boolean;
  readonly change: (some: Partial<Form>) => void;
}

const TextField = ({
  field,
  label,
  help,
  wrong = false,
  error,
  form,
  change,
}: Omit<FieldsProps, 'tried'> & {
  readonly field: 'days' | 'name' | 'owners' | 'networks' | 'rate';
  readonly label: string;
  readonly help: string;
  readonly wrong?: boolean;
  readonly error?: string;
}) => (
  <EuiFormRow fullWidth label={label} helpText={help} isInvalid={wrong} error={error}>
    <EuiFieldText
      fullWidth
      name={field}
      autoComplete="off"
      spellCheck={false}
      value={form[field]}
      isInvalid={wrong}
      aria-invalid={wrong}
      onChange={(event) => change({ [field]: event.target.value })}
    />
  </EuiFormRow>
);

const Rights = ({ form: { may }, tried, change }: FieldsProps) => {
  const toggle = (right: TokenRight): void =>
    change({ may: TOKEN_RIGHTS.filter((each) => (each === right) !== may.includes(each)) });
  return (
    <fieldset className="rfx-fieldset">
      <legend className="rfx-small">
        <strong>{say('tokens.make.may', 'It may')}</strong>
      </legend>
      {TOKEN_RIGHTS.map((right) => (
        <EuiCheckbox
          key={right}
          id={`rfx-token-${right}`}
          checked={may.includes(right)}
          label={rightAbout(right)}
          onChange={() => toggle(right)}
        />
      ))}
      {tried && may.length === 0 && (
        <p role="alert" className="rfx-tone--bad rfx-small">
          {say('tokens.make.may.missing', 'choose at least one')}
        </p>
      )}
    </fieldset>
  );
};

const Fields = ({ form, tried, change }: FieldsProps) => (
  <>
    <TextField
      field="name"
      label={say('tokens.make.name', 'Name')}
      help={say('tokens.make.name.help', 'Of the program; it stands on record, and is nobody else’s afterwards')}
      wrong={tried && form.name.trim() === ''}
      error={say('tokens.make.name.missing', 'give it a name')}
      {...{ form, change }}
    />
    <Rights {...{ form, tried, change }} />
    <TextField
      field="days"
      label={say('tokens.make.days', 'Ends after so many days')}
      help={say('tokens.make.days.help', '{most} at most', { most: MOST_DAYS })}
      wrong={tried && !isDays(form.days)}
      error={say('tokens.make.days.wrong', 'a number of days from 1 to {most}', { most: MOST_DAYS })}
      {...{ form, change }}
    />
    <TextField
      field="owners"
      label={say('tokens.make.owners', 'Other owners')}
      help={say(
        'tokens.make.owners.help',
        'People who hold it besides you, with commas; none of you approves what came with it',
      )}
      {...{ form, change }}
    />
    <TextField
      field="networks"
      label={say('tokens.make.networks', 'Taken from')}
      help={say('tokens.make.networks.help', 'Addresses and networks such as 10.1.0.0/16; empty: from anywhere')}
      {...{ form, change }}
    />
    <TextField
      field="rate"
      label={say('tokens.make.rate', 'Requests a minute')}
      help={say('tokens.make.rate.help', 'At each host; empty: any number')}
      {...{ form, change }}
    />
    <ReasonField value={form.reason} onChange={(reason) => change({ reason })} suggestions={[]} missing={tried} />
  </>
);

/** Makes a token; what it is goes to `onMade` and is kept nowhere. */
export const MakeDialog = ({
  onMade,
  onClose,
}: {
  readonly onMade: (made: { readonly name: string; readonly token: string }) => void;
  readonly onClose: () => void;
}) => {
  const { api } = useServices();
  const [form, setForm] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const make = useAction(({ name, may, days, owners, networks, rate, reason }: Form) =>
    api.call(makeToken, {
      body: {
        name: name.trim(),
        may: [...may],
        expires: iso(Date.now() + Number(days) * DAY_MS),
        owners: [...listIn(owners)],
        networks: [...listIn(networks)],
        reason: reason.trim(),
        ...present({ rate_per_minute: rate.trim() === '' ? undefined : Number(rate) }),
      },
    }),
  );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const fault = faultAt(form);
    if (fault !== undefined) return focusField(event, fault);
    if (make.pending) return;
    const made = await make.run(form);
    if (made !== undefined) onMade({ name: made.view.name, token: made.token });
  };
  return (
    <Dialog
      onSubmit={(event) => void submit(event)}
      title={say('tokens.make.title', 'Make a token')}
      onClose={onClose}
      initialFocus="[name=name]"
      footer={
        <>
          <EuiButtonEmpty onClick={onClose}>{say('dialog.cancel', 'Cancel')}</EuiButtonEmpty>
          <EuiButton fill type="submit" isLoading={make.pending}>
            {say('tokens.make.confirm', 'Make')}
          </EuiButton>
        </>
      }
    >
      <Fields form={form} tried={tried} change={(some) => setForm((before) => ({ ...before, ...some }))} />
      {make.problem && <ProblemCallout title={say('dialog.not_done', 'This was not done')} problem={make.problem} />}
    </Dialog>
  );
};
