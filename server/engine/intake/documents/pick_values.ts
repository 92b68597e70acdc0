import { isNothing } from '../named_fields';
import type { FieldRule, WireField } from '../field_map';
import { translated } from './convert_field';
import { fitsWhere, wordOf, type Found } from './places';
import type { Part } from './split_document';

/* Which of the values that stand in a document are meant. */

/** Values of one field, with the place where they stand; without a place the map itself says the value. */
interface Picked {
  readonly from?: string;
  readonly values: readonly Found[];
}

const pathsOf = ({ path }: FieldRule): readonly string[] =>
  path === undefined ? [] : typeof path === 'string' ? [path] : path;

/** Values that are told apart in one text. */
const MOST_VALUES = 1_000;

const separated = (found: Found, separator: string | undefined): readonly Found[] => {
  const { value } = found;
  if (separator === undefined || typeof value !== 'string') return [found];
  return value
    .split(separator, MOST_VALUES)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => ({ ...found, value: each }));
};

const placesOf = (part: Part, rule: FieldRule): ReadonlyArray<Required<Picked>> =>
  pathsOf(rule)
    .map((from) => ({
      from,
      values: part
        .at(from)
        .filter((found) => rule.where === undefined || fitsWhere(found, rule.where, part.pins))
        .flatMap((found) => separated(found, rule.split)),
    }))
    .filter(({ values }) => values.length > 0);

/** True for what a source writes where it has nothing to say, unless the map says what it means. */
const saysNothing = (field: WireField, { value }: Found, rule: FieldRule): boolean => {
  const said = wordOf(value);
  return said !== undefined && isNothing(field, said) && translated(said, rule) === said;
};

const saidByMap = ({ value }: FieldRule): Picked => ({
  values: value === undefined ? [] : [{ value, around: undefined }],
});

/** Values of the first place that has some; where a name is wanted, those that name something come first. */
export const valuesOf = (part: Part, field: WireField, rule: FieldRule): Picked => {
  const places = placesOf(part, rule);
  for (const { from, values } of places) {
    const naming = values.filter((found) => !saysNothing(field, found, rule));
    if (naming.length > 0) return { from, values: naming };
  }
  // A placeholder stays on record unless the map says what it is then.
  const [placeholder] = places;
  if (rule.value !== undefined || placeholder === undefined) return saidByMap(rule);
  return { from: placeholder.from, values: placeholder.values.slice(0, 1) };
};

/** All tags: of the first place that has some, or of every place. */
export const tagsOf = (part: Part, rule: FieldRule): Picked => {
  const places = placesOf(part, rule);
  const [first] = places;
  if (first === undefined) return saidByMap(rule);
  return rule.all === true ? { from: first.from, values: places.flatMap(({ values }) => values) } : first;
};
