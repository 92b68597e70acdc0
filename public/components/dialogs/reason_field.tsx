import React, { useRef } from 'react';
import { EuiFieldText, EuiFormRow } from '@elastic/eui';
import { say } from '../../i18n';

/** A reason shorter than this says nothing (the routes refuse it too). */
const LEAST_REASON = 3;

export const isReason = (reason: string): boolean => reason.trim().length >= LEAST_REASON;

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly suggestions: readonly string[];
  /** True once it was tried without a reason. */
  readonly missing: boolean;
}

/** The reason that goes on record, with a few that people give often. */
export const ReasonField = ({ value, onChange, suggestions, missing }: ReasonFieldProps) => {
  const field = useRef<HTMLInputElement | null>(null);
  const choose = (suggestion: string): void => {
    onChange(suggestion);
    // Back into the field, so that Enter goes on.
    field.current?.focus();
  };
  return (
    <>
      <EuiFormRow
        fullWidth
        label={say('reason.label', 'Reason (goes on record)')}
        isInvalid={missing && !isReason(value)}
        error={say('reason.missing', 'say why, in at least {least} characters', { least: LEAST_REASON })}
      >
        <EuiFieldText
          fullWidth
          name="reason"
          inputRef={(element: HTMLInputElement | null) => {
            field.current = element;
          }}
          autoComplete="off"
          maxLength={2000}
          value={value}
          isInvalid={missing && !isReason(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      </EuiFormRow>
      {suggestions.length > 0 && (
        <div role="group" aria-label={say('reason.suggestions', 'Suggested reasons')} className="rfx-suggestions">
          {suggestions.map((suggestion) => (
            <button type="button" key={suggestion} className="rfx-chip" onClick={() => choose(suggestion)}>
              {suggestion}
            </button>
          ))}
        </div>
      )}
    </>
  );
};
