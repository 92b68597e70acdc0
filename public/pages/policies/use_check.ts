import { useEffect, useRef, useState } from 'react';
import type * as t from 'io-ts';
import { checkPolicy } from '../../../common/api/routes';
import type { Problem } from '../../../common/api/contract';
import { useServices } from '../../components/services';

export type Checked = t.TypeOf<typeof checkPolicy.answer>;

/** What the server says of a text. `pending`: of an older one, the current one is being checked. */
export interface Check {
  readonly pending: boolean;
  readonly result?: Checked;
  readonly problem?: Problem;
}

/** The text is checked once the typing pauses for so long, ms. */
export const CHECK_PAUSE_MS = 400;

/** Checks a text as it is typed. Of several answers the one to the last text wins, whatever comes first. */
export const useCheck = (source: string): Check => {
  const { api } = useServices();
  const [check, setCheck] = useState<Check>({ pending: true });
  const asked = useRef(0);
  useEffect(() => {
    const mine = ++asked.current;
    setCheck((before) => ({ ...before, pending: true }));
    const timer = window.setTimeout(() => {
      void api.call(checkPolicy, { body: { source } }).then((answer) => {
        if (mine !== asked.current) return;
        setCheck((before) =>
          answer.ok ? { pending: false, result: answer.value } : { ...before, pending: false, problem: answer.error },
        );
      });
    }, CHECK_PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [api, source]);
  useEffect(
    () => () => {
      asked.current += 1;
    },
    [],
  );
  return check;
};
