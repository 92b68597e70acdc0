import React from 'react';
import { EuiFormRow, EuiSelect } from '@elastic/eui';
import { durationText } from '../../format/duration';
import { say } from '../../i18n';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CHOICES = [15 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

interface AskForProps {
  /** Undefined: as long as the effect would last. */
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}

/** For how long nothing is done to a target again without a person. */
export const AskFor = ({ value, onChange }: AskForProps) => (
  <EuiFormRow
    label={say('ask_for.label', 'Ask before acting on this again for')}
    helpText={say(
      'ask_for.help',
      'Until then every act on the same target waits for a person, whatever the policies say.',
    )}
  >
    <EuiSelect
      options={[
        { value: '', text: say('ask_for.default', 'as long as the effect lasts (1 h if it has no end)') },
        ...CHOICES.map((ms) => ({ value: String(ms), text: durationText(ms) })),
      ]}
      value={value === undefined ? '' : String(value)}
      onChange={({ target }) => onChange(target.value === '' ? undefined : Number(target.value))}
    />
  </EuiFormRow>
);
