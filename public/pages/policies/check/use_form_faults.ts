import { useEffect, useState } from 'react';
import type { FormFaults } from './form_faults';

type Checker = (source: string) => FormFaults;

/** What the page says of a text; `of`: the text that it is about. */
export interface FormCheck extends FormFaults {
  readonly of: string;
}

/** Up to so many characters a text is checked at each key; a longer one once the typing pauses for `PAUSE_MS`. */
const SHORT = 20_000;
const PAUSE_MS = 300;

/** Loads the checker once. Without it, be it that the network is gone, the host is asked for everything. */
const useChecker = (): Checker | undefined => {
  const [checker, setChecker] = useState<Checker>();
  useEffect(() => {
    let gone = false;
    import('./form_faults').then(
      ({ formFaults }) => {
        if (!gone) setChecker(() => formFaults);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, []);
  return checker;
};

/** Checks the form of a text as it is typed, without asking anybody. Undefined until it can. */
export const useFormFaults = (source: string): FormCheck | undefined => {
  const checker = useChecker();
  const [check, setCheck] = useState<FormCheck>();
  useEffect(() => {
    if (checker === undefined) return undefined;
    const timer = window.setTimeout(
      () => setCheck({ ...checker(source), of: source }),
      source.length > SHORT ? PAUSE_MS : 0,
    );
    return () => window.clearTimeout(timer);
  }, [checker, source]);
  return check;
};
