import React, { useRef, type FormEvent } from 'react';
import { EuiFieldText, EuiFormRow } from '@elastic/eui';
import type { Label } from '../../../common/flow/feedback';
import { labelOfReason } from '../../../common/flow/label_of_reason';
import { say } from '../../i18n';

/** A reason shorter than this says nothing (the routes refuse it too). */
const LEAST_REASON = 3;

export const isReason = (reason: string): boolean => reason.trim().length >= LEAST_REASON;

/**
 * What is typed next must go where it is missing, not to the button that was pressed.
 *
 * @param field selector of it within the form
 */
export const focusField = ({ currentTarget }: FormEvent, field: string): void =>
  (currentTarget as HTMLElement).querySelector<HTMLElement>(field)?.focus();

export const focusReason = (event: FormEvent): void => focusField(event, '[name=reason]');

/** A reason that people give often; one that is a label says what the event turned out to be. */
export interface Suggestion {
  readonly text: string;
  readonly label?: Label;
}

/** The label that a reason is: by a suggestion, which speaks the reader's language, or by its own words. */
export const labelIn = (reason: string, suggestions: ReadonlyArray<string | Suggestion>): Label | undefined =>
  suggestions.flatMap((each) =>
    typeof each !== 'string' && each.text === reason.trim() ? (each.label ?? []) : [],
  )[0] ?? labelOfReason(reason);

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly suggestions: ReadonlyArray<string | Suggestion>;
  /** True once it was tried without a reason. */
  readonly missing: boolean;
  /** Says that it may be left empty, and what of it then. */
  readonly optional?: string;
}

/** The reason that goes on record, with a few that people give often. */
export const ReasonField = ({ value, onChange, suggestions, missing, optional }: ReasonFieldProps) => {
  const field = useRef<HTMLInputElement | null>(null);
  const isMissing = missing && !isReason(value);
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
        isInvalid={isMissing}
        helpText={optional}
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
          isInvalid={isMissing}
          aria-invalid={isMissing}
          onChange={(event) => onChange(event.target.value)}
        />
      </EuiFormRow>
      {suggestions.length > 0 && (
        <div role="group" aria-label={say('reason.suggestions', 'Suggested reasons')} className="rfx-suggestions">
          {suggestions
            .map((each) => (typeof each === 'string' ? each : each.text))
            .map((suggestion) => (
              <button type="button" key={suggestion} className="rfx-chip" onClick={() => choose(suggestion)}>
                {suggestion}
              </button>
            ))}
        </div>
      )}
    </>
  );
};
