import React from 'react';
import { EuiFormRow, EuiSelect } from '@elastic/eui';
import { durationText } from '../../format/duration';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const LENGTHS: readonly number[] = [
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  24 * HOUR,
  7 * 24 * HOUR,
];

interface LengthChoiceProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  /** What no choice means; missing: one has to be made. */
  readonly none?: string;
}

/** For how long something is ordered, ms. */
export const LengthChoice = ({ label, value, onChange, none }: LengthChoiceProps) => (
  <EuiFormRow label={label} display="rowCompressed">
    <EuiSelect
      compressed
      options={[
        ...(none === undefined ? [] : [{ value: '', text: none }]),
        ...LENGTHS.map((ms) => ({ value: String(ms), text: durationText(ms) })),
      ]}
      value={value === undefined ? '' : String(value)}
      onChange={({ target }) => onChange(target.value === '' ? undefined : Number(target.value))}
    />
  </EuiFormRow>
);
