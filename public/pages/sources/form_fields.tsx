import React from 'react';
import { EuiFieldText, EuiFormRow, EuiSelect } from '@elastic/eui';

/* Fields of the forms about a source: what it may say, and where the fields of its events come from. */

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  /** By which a fault leads to it. */
  readonly name?: string;
  readonly help?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

export const TextField = ({
  label,
  value,
  name,
  help,
  disabled = false,
  placeholder = '',
  onChange,
}: TextFieldProps) => (
  <EuiFormRow fullWidth label={label} helpText={help}>
    <EuiFieldText
      fullWidth
      compressed
      name={name}
      disabled={disabled}
      value={value}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  </EuiFormRow>
);

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  /** Each with the words for it. */
  readonly options: ReadonlyArray<readonly [Value, string]>;
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}

export const Choice = <Value extends string>(props: ChoiceProps<Value>) => {
  const { label, value, options, disabled = false, onChange } = props;
  return (
    <EuiFormRow fullWidth label={label}>
      <EuiSelect
        fullWidth
        compressed
        disabled={disabled}
        value={value}
        options={options.map(([each, text]) => ({ value: each, text }))}
        onChange={({ target }) => {
          const chosen = options.find(([each]) => each === target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      />
    </EuiFormRow>
  );
};
