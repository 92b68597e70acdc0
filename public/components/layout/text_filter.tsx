import React, { useEffect, useState } from 'react';
import { EuiFieldSearch } from '@elastic/eui';

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const TYPING_MS = 400;

/** Follows the address, and changes it once the typing pauses. */
export const TextFilter = ({ label, value, onChange }: TextFilterProps) => {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = window.setTimeout(() => onChange(typed), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <EuiFieldSearch
      compressed
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={() => onChange(typed)}
    />
  );
};
