import React, { useState } from 'react';
import { EuiFieldText, EuiSelect } from '@elastic/eui';
import { fieldTime, msOf, msOfField } from '../../format/time';
import { say } from '../../i18n';

interface TimeRangeProps {
  /** UTC, or '' for open. */
  readonly from: string;
  readonly to: string;
  readonly now: number;
  readonly onChange: (range: { readonly from: string; readonly to: string }) => void;
}

const HOUR_MS = 3_600_000;

const RANGES = [
  { id: '1h', ms: HOUR_MS },
  { id: '24h', ms: 24 * HOUR_MS },
  { id: '7d', ms: 7 * 24 * HOUR_MS },
  { id: '30d', ms: 30 * 24 * HOUR_MS },
] as const;

const rangeWord = (id: (typeof RANGES)[number]['id']): string => {
  switch (id) {
    case '1h':
      return say('range.1h', 'since an hour ago');
    case '24h':
      return say('range.24h', 'since 24 hours ago');
    case '7d':
      return say('range.7d', 'since 7 days ago');
    case '30d':
      return say('range.30d', 'since 30 days ago');
  }
};

const fieldText = (instant: string): string => (instant === '' ? '' : fieldTime(msOf(instant)));

const instantOf = (text: string): string => {
  const ms = msOfField(text);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
};

/** Quick choices set a fixed beginning, so that the link shows the same tomorrow; the end stays open. */
export const TimeRange = ({ from, to, now, onChange }: TimeRangeProps) => {
  const [custom, setCustom] = useState(false);
  const isSet = from !== '' || to !== '';
  const choose = (choice: string): void => {
    setCustom(choice === 'custom');
    const range = RANGES.find(({ id }) => id === choice);
    if (choice === 'all') onChange({ from: '', to: '' });
    if (range) onChange({ from: new Date(now - range.ms).toISOString(), to: '' });
  };
  return (
    <>
      <EuiSelect
        compressed
        aria-label={say('range.label', 'Time')}
        value={isSet || custom ? 'custom' : 'all'}
        options={[
          { value: 'all', text: say('range.all', 'any time') },
          ...RANGES.map(({ id }) => ({ value: id, text: rangeWord(id) })),
          { value: 'custom', text: say('range.custom', 'from … to …') },
        ]}
        onChange={(event) => choose(event.target.value)}
      />
      {(isSet || custom) && (
        <>
          <EuiFieldText
            compressed
            type="datetime-local"
            className="rfx-datetime"
            aria-label={say('range.from', 'From')}
            value={fieldText(from)}
            onChange={(event) => onChange({ from: instantOf(event.target.value), to })}
          />
          <EuiFieldText
            compressed
            type="datetime-local"
            className="rfx-datetime"
            aria-label={say('range.to', 'To')}
            value={fieldText(to)}
            onChange={(event) => onChange({ from, to: instantOf(event.target.value) })}
          />
        </>
      )}
    </>
  );
};
