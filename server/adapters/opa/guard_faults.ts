import type { PolicyFault } from '../../../common/policy/policy';
import type { GuardTrouble } from '../../runner/ports';

/* What `opa` says of guards that it does not compile, as faults with their places. */

const MOST_FAULTS = 100;
const CODE = 'guard_invalid';

interface CheckError {
  readonly message: string;
  readonly location?: { readonly file: string; readonly row: number; readonly col: number };
}

const hintOf = (message: string): Pick<PolicyFault, 'hint'> => {
  const [, name] = /^undefined function ([\w.]+)/.exec(message) ?? [];
  return name === undefined
    ? {}
    : {
        hint: `a guard has neither network, clock, chance nor keys, and only functions that are compiled into it; \`${name}\` is none of them`,
      };
};

const placed = ({ message, location }: CheckError): PolicyFault => ({
  file: location?.file ?? '',
  line: location?.row ?? 1,
  column: Math.max(1, location?.col ?? 1),
  code: CODE,
  message,
  ...hintOf(message),
});

/** The faults that `opa check --format json` told; undefined if it found none. */
export const checkedFaults = (text: string): readonly PolicyFault[] | undefined => {
  const begin = text.indexOf('{');
  if (begin === -1) return undefined;
  try {
    const { errors = [] } = JSON.parse(text.slice(begin)) as { readonly errors?: readonly CheckError[] };
    return errors.length === 0 ? undefined : errors.slice(0, MOST_FAULTS).map(placed);
  } catch {
    return undefined;
  }
};

/** `opa build` checks that each guard has its rule, and tells the first one that has not. */
export const missingEntry = (text: string): readonly PolicyFault[] => {
  const [, name] = /entrypoint "reflex\/guards\/(\w+)\/allow"/.exec(text) ?? [];
  if (name === undefined) return [];
  const message = `\`${name}.rego\` has no rule \`allow\` in the package \`reflex.guards.${name}\``;
  const hint = `begin with \`package reflex.guards.${name}\`, and write \`default allow := false\``;
  return [{ file: `${name}.rego`, line: 1, column: 1, code: CODE, message, hint }];
};

/** @param said in the words of `opa`, for what has no place */
export const invalid = (faults: readonly PolicyFault[], said: string): GuardTrouble => {
  const [first] = faults;
  const message = first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : said.slice(0, 2_000);
  return { code: CODE, message, faults };
};
