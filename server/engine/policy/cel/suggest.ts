import type { Environment } from '@marcbachmann/cel-js';
import { CONDITION_FUNCTIONS, CONDITION_TYPES, CONDITION_VARIABLES } from '../../../../common/policy/condition_fields';

/* What somebody may have meant by a name that conditions do not know. */

/** So many letters may differ: one in three, and never more than two. */
const mostEdits = (name: string): number => Math.min(2, Math.floor(name.length / 3));

/**
 * Letters to insert, remove, replace, or swap with their neighbour, until one name is the other.
 *
 * @returns the number of steps
 */
export const editsBetween = (one: string, other: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
};

/** The known name that is closest to another, whatever its case; undefined if none is close. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const edits = known.map((each) => editsBetween(name.toLowerCase(), each.toLowerCase()));
  const least = Math.min(...edits);
  return least <= mostEdits(name) ? known[edits.indexOf(least)] : undefined;
};

const asked = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : `did you mean \`${name}\`?`;

const fieldsOf = (type: string | undefined): ReadonlyArray<{ readonly name: string; readonly type: string }> =>
  CONDITION_TYPES.find(({ name }) => name === type)?.fields ?? [];

/** The type of a dotted path such as `event.source`; undefined where that is not one of the schema. */
const typeOf = (path: string): string | undefined => {
  const [variable, ...keys] = path.split('.');
  const start = CONDITION_VARIABLES.find(({ name }) => name === variable);
  return keys.reduce<string | undefined>(
    (type, key) => fieldsOf(type).find(({ name }) => name === key)?.type,
    start?.judgesType ?? start?.type,
  );
};

/**
 * What was meant by a field that the thing before it does not have.
 *
 * @param before the text of the condition up to the field
 */
export const fieldHint = (field: string, before: string): string | undefined => {
  const [, path] = /([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\.\s*$/.exec(before) ?? [];
  const ofIt = fieldsOf(path === undefined ? undefined : typeOf(path)).map(({ name }) => name);
  const found = nearest(field, ofIt);
  if (found !== undefined || ofIt.length === 0) return asked(found);
  return `it has: ${ofIt.join(', ')}`;
};

/** What was meant by a variable that a condition here does not have: another one, or a field of the event. */
export const variableHint = (variable: string, environment: Environment): string | undefined => {
  if (fieldsOf('Event').some(({ name }) => name === variable)) return asked(`event.${variable}`);
  const known = CONDITION_VARIABLES.map(({ name }) => name).filter((name) => environment.hasVariable(name));
  return asked(nearest(variable, known)) ?? `available: ${known.join(', ')}`;
};

/** What was meant by a function that conditions do not have, and which they have. */
export const functionHint = (name: string): string => {
  const found = asked(nearest(name, CONDITION_FUNCTIONS));
  const available = `available: ${CONDITION_FUNCTIONS.join(', ')}`;
  return found === undefined ? available : `${found} ${available}`;
};
