import React, { useId, type ReactNode } from 'react';
import { EuiButtonEmpty, EuiCheckbox, EuiFieldText, EuiFormRow, EuiSelect, EuiTextArea } from '@elastic/eui';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';
import { emptyDraft, faultsAt, within, type Draft } from './drafts';
import type { Field } from './fields';
import { SecretField, type KnownSecrets } from './secret_field';

/** What is wrong, at its place within the parameters. */
export interface PlacedFault {
  readonly path: string;
  readonly message: string;
}

interface FieldViewProps {
  readonly field: Field;
  readonly draft: Draft | undefined;
  readonly path: string;
  readonly faults: readonly PlacedFault[];
  readonly secrets: KnownSecrets;
  readonly onChange: (draft: Draft) => void;
}

const Mark = ({ field }: { field: Field }) => (
  <>
    <code>{field.name}</code>{' '}
    <span className="rfx-subdued rfx-asked">
      {field.required ? say('connector.form.required', 'required') : say('connector.form.optional', 'optional')}
    </span>
  </>
);

/** A part within the path, where a fault is about one line of a list or a place within JSON. */
const words = ({ path, message }: PlacedFault, at: string): ReactNode => (
  <>
    {path === at ? '' : <code>{path.slice(at.length + 1)}</code>} <Sentence text={message} />
  </>
);

const Messages = ({ faults, at }: { faults: readonly PlacedFault[]; at: string }) =>
  faults.length === 0 ? null : (
    <ul className="rfx-plain rfx-tone--bad">
      {faults.map((each) => (
        <li key={`${each.path} ${each.message}`}>{words(each, at)}</li>
      ))}
    </ul>
  );

type Typed = Extract<Draft, { kind: 'typed' }>;

interface InputProps {
  readonly field: Field;
  readonly draft: Draft | undefined;
  readonly invalid: boolean;
  readonly onChange: (draft: Draft) => void;
  /** From the row around it. */
  readonly id?: string;
  readonly 'aria-describedby'?: string;
}

const HELP: Partial<Readonly<Record<Field['kind'], () => string>>> = {
  list: () => say('connector.form.one_a_line', 'one a line'),
  json: () => say('connector.form.as_json', 'as JSON: the guide of this kind has an example'),
};

/** Everything that is typed or chosen from a short list. */
const Input = ({ field, draft, invalid, onChange, ...row }: InputProps) => {
  const { text } = (draft?.kind === 'typed' ? draft : { text: '' }) satisfies Pick<Typed, 'text'>;
  const type = (typed: string): void => onChange({ kind: 'typed', text: typed });
  const shared = { ...row, fullWidth: true, isInvalid: invalid, 'aria-invalid': invalid, value: text };
  const onText = (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>): void =>
    type(event.target.value);
  const unsaid = { value: '', text: say('connector.form.unsaid', 'not set') };
  switch (field.kind) {
    case 'choice':
      return (
        <EuiSelect
          {...shared}
          options={[unsaid, ...field.values.map((value) => ({ value, text: value }))]}
          onChange={onText}
        />
      );
    case 'yes_no':
      return (
        <EuiSelect
          {...shared}
          options={[
            unsaid,
            { value: 'yes', text: say('connector.yes', 'yes') },
            { value: 'no', text: say('connector.no', 'no') },
          ]}
          onChange={onText}
        />
      );
    case 'list':
      return <EuiTextArea {...shared} rows={2} spellCheck={false} onChange={onText} />;
    case 'json':
      return <EuiTextArea {...shared} rows={8} spellCheck={false} className="rfx-value" onChange={onText} />;
    case 'text':
      return field.multiline ? (
        <EuiTextArea {...shared} rows={4} spellCheck={false} onChange={onText} />
      ) : (
        <EuiFieldText {...shared} autoComplete="off" spellCheck={false} onChange={onText} />
      );
    case 'number':
    case 'several':
    case 'secret':
    case 'group':
    case 'map':
      return (
        <EuiFieldText
          {...shared}
          autoComplete="off"
          inputMode={field.kind === 'number' ? 'decimal' : 'text'}
          onChange={onText}
        />
      );
  }
};

const Description = ({ field }: { field: Field }) => {
  const help = HELP[field.kind]?.();
  if (field.description === '' && help === undefined) return null;
  return (
    <>
      <Sentence text={field.description} />
      {field.description !== '' && help !== undefined ? '; ' : ''}
      {help}
    </>
  );
};

const Row = (props: FieldViewProps) => {
  const { field, draft, path, faults, onChange } = props;
  const own = faultsAt(faults, path, true);
  return (
    <EuiFormRow
      fullWidth
      label={<Mark field={field} />}
      helpText={<Description field={field} />}
      isInvalid={own.length > 0}
      error={own.length > 0 ? [<Messages key="faults" faults={own} at={path} />] : []}
    >
      <Input field={field} draft={draft} invalid={own.length > 0} onChange={onChange} />
    </EuiFormRow>
  );
};

const Secret = ({ field, draft, path, faults, secrets, onChange }: FieldViewProps) => {
  const id = useId();
  const own = faultsAt(faults, path, true);
  if (field.kind !== 'secret') return null;
  const { secret, text } = draft?.kind === 'secret' ? draft : { secret: '', text: '' };
  return (
    <div className="euiFormRow euiFormRow--fullWidth">
      <label htmlFor={id} className="euiFormLabel">
        <Mark field={field} />
      </label>
      <SecretField
        id={id}
        label={field.name}
        invalid={own.length > 0}
        describedBy={`${id}-about`}
        secret={secret}
        text={field.orText ? text : undefined}
        secrets={secrets}
        onChange={(change) => onChange({ kind: 'secret', ...change })}
      />
      <div id={`${id}-about`} className="euiFormHelpText">
        {own.length > 0 && <Messages faults={own} at={path} />}
        <Description field={field} />
      </div>
    </div>
  );
};

/** A part with a name of its own, and what is wrong with it as a whole. */
const Part = ({
  field,
  faults,
  path,
  children,
}: Pick<FieldViewProps, 'field' | 'faults' | 'path'> & { children: ReactNode }) => {
  const own = faultsAt(faults, path, false);
  return (
    <fieldset className="rfx-part">
      <legend>
        <Mark field={field} />
      </legend>
      {field.description !== '' && (
        <div className="rfx-small rfx-subdued">
          <Sentence text={field.description} />
        </div>
      )}
      {own.length > 0 && <Messages faults={own} at={path} />}
      {children}
    </fieldset>
  );
};

const Several = ({ field, draft, path, faults, onChange }: FieldViewProps) => {
  const id = useId();
  if (field.kind !== 'several') return null;
  const values = draft?.kind === 'chosen' ? draft.values : [];
  const toggle = (value: string, on: boolean): void =>
    onChange({ kind: 'chosen', values: field.values.filter((each) => (each === value ? on : values.includes(each))) });
  return (
    <Part field={field} faults={faults} path={path}>
      {field.values.map((value) => (
        <EuiCheckbox
          key={value}
          id={`${id}-${value}`}
          label={value}
          checked={values.includes(value)}
          onChange={(event) => toggle(value, event.target.checked)}
        />
      ))}
    </Part>
  );
};

/** The fields of a group, one below the other. */
const Fields = ({ field, draft, path, ...rest }: FieldViewProps) => {
  if (field.kind !== 'group') return null;
  const of = draft?.kind === 'group' ? draft.of : {};
  return (
    <>
      {field.fields.map((each) => (
        <FieldView
          key={each.name}
          {...rest}
          field={each}
          draft={of[each.name]}
          path={within(path, each.name)}
          onChange={(changed) => rest.onChange({ kind: 'group', of: { ...of, [each.name]: changed } })}
        />
      ))}
    </>
  );
};

const Group = (props: FieldViewProps) => (
  <Part field={props.field} faults={props.faults} path={props.path}>
    <Fields {...props} />
  </Part>
);

type Entries = Extract<Draft, { kind: 'map' }>['entries'];

const Named = ({ field, draft, path, ...rest }: FieldViewProps) => {
  if (field.kind !== 'map') return null;
  const entries: Entries = draft?.kind === 'map' ? draft.entries : [];
  // What stands below a name needs no frame of its own.
  const Value = field.of.kind === 'group' ? Fields : FieldView;
  const put = (changed: Entries): void => rest.onChange({ kind: 'map', entries: changed });
  const change = (index: number, some: Partial<Entries[number]>): void =>
    put(entries.map((each, at) => (at === index ? { ...each, ...some } : each)));
  return (
    <Part field={field} faults={rest.faults} path={path}>
      {entries.map((entry, index) => {
        const nth = index + 1;
        const at = within(path, entry.key.trim());
        return (
          <div key={index} className="rfx-map-entry" role="group" aria-label={`${field.name} ${nth}`}>
            <EuiFormRow fullWidth label={say('connector.form.key', 'Name {nth} of {name}', { nth, name: field.name })}>
              <EuiFieldText
                fullWidth
                autoComplete="off"
                spellCheck={false}
                value={entry.key}
                onChange={(event) => change(index, { key: event.target.value })}
              />
            </EuiFormRow>
            <Messages faults={faultsAt(rest.faults, at, false)} at={at} />
            <Value
              {...rest}
              field={{ ...field.of, name: field.name }}
              draft={entry.of}
              path={at}
              onChange={(of) => change(index, { of })}
            />
            <EuiButtonEmpty
              size="xs"
              flush="left"
              color="danger"
              aria-label={say('connector.form.drop.label', 'Take {nth} of {name} away', { nth, name: field.name })}
              onClick={() => put(entries.filter((_, each) => each !== index))}
            >
              {say('connector.form.drop', 'Take away')}
            </EuiButtonEmpty>
          </div>
        );
      })}
      <EuiButtonEmpty
        size="xs"
        flush="left"
        iconType="plusInCircle"
        aria-label={say('connector.form.add.label', 'Add one to {name}', { name: field.name })}
        onClick={() => put([...entries, { key: '', of: emptyDraft(field.of) }])}
      >
        {say('connector.form.add', 'Add one')}
      </EuiButtonEmpty>
    </Part>
  );
};

/** One thing that the form asks, whatever it is. */
export const FieldView = (props: FieldViewProps) => {
  switch (props.field.kind) {
    case 'secret':
      return <Secret {...props} />;
    case 'several':
      return <Several {...props} />;
    case 'group':
      return <Group {...props} />;
    case 'map':
      return <Named {...props} />;
    case 'text':
    case 'number':
    case 'choice':
    case 'yes_no':
    case 'list':
    case 'json':
      return <Row {...props} />;
  }
};
