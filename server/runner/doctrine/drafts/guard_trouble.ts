import type { GuardTrouble } from '../../ports';
import { refusal, type Refusal } from '../../record/refusal';

const MOST_FIELDS = 200;

/** Why guards have no module, in the words of the API. */
export const troubleWithGuards = ({ code, message, faults }: GuardTrouble): Refusal => ({
  ...refusal(code, message),
  ...(faults.length === 0
    ? {}
    : {
        fields: faults.slice(0, MOST_FIELDS).map(({ file, line, column, message: what, hint }) => ({
          path: `guards/${file}:${line}:${column}`,
          message: hint === undefined ? what : `${what}; ${hint}`,
        })),
      }),
});
