import type { Field } from './fields';

/* What somebody has typed so far, and what it comes to. What is empty is not said. */

/** A text or a number in `text`, lines of a list, JSON: all as they were typed. */
export type Draft =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'chosen'; readonly values: readonly string[] }
  | { readonly kind: 'secret'; readonly secret: string; readonly text: string }
  | { readonly kind: 'group'; readonly of: Readonly<Record<string, Draft>> }
  | { readonly kind: 'map'; readonly entries: ReadonlyArray<{ readonly key: string; readonly of: Draft }> };

/** Something that cannot even be sent, at its place. */
export interface TypedFault {
  readonly path: string;
  /** `number`, `json`: it is none; `twice`, `unnamed`: names of a map. */
  readonly what: 'number' | 'json' | 'twice' | 'unnamed';
}

interface Said {
  /** Undefined: nothing was said. */
  readonly value?: unknown;
  /** There is a value only because the settings must have a group: nothing of it was said. */
  readonly isHollow?: true;
  readonly faults: readonly TypedFault[];
}

const NOTHING: Said = { faults: [] };

export const emptyDraft = (field: Field): Draft => {
  switch (field.kind) {
    case 'several':
      return { kind: 'chosen', values: [] };
    case 'secret':
      return { kind: 'secret', secret: '', text: '' };
    case 'group':
      return { kind: 'group', of: Object.fromEntries(field.fields.map((each) => [each.name, emptyDraft(each)])) };
    case 'map':
      // What must be said has at least one.
      return { kind: 'map', entries: field.required ? [{ key: '', of: emptyDraft(field.of) }] : [] };
    case 'text':
    case 'number':
    case 'choice':
    case 'yes_no':
    case 'list':
    case 'json':
      return { kind: 'typed', text: '' };
  }
};

const typed = (text: string): Draft => ({ kind: 'typed', text });

const entriesOf = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** What somebody would have typed for a value; the inverse of `valueOf`. */
export const draftOf = (field: Field, value: unknown): Draft => {
  if (value === undefined) return emptyDraft(field);
  switch (field.kind) {
    case 'several':
      return { kind: 'chosen', values: Array.isArray(value) ? value.map(String) : [] };
    case 'secret': {
      const secret = new Map(entriesOf(value)).get('secret');
      return typeof secret === 'string'
        ? { kind: 'secret', secret, text: '' }
        : { kind: 'secret', secret: '', text: String(value) };
    }
    case 'group': {
      const of = new Map(entriesOf(value));
      return {
        kind: 'group',
        of: Object.fromEntries(field.fields.map((each) => [each.name, draftOf(each, of.get(each.name))])),
      };
    }
    case 'map':
      return { kind: 'map', entries: entriesOf(value).map(([key, each]) => ({ key, of: draftOf(field.of, each) })) };
    case 'yes_no':
      return typed(value === true ? 'yes' : 'no');
    case 'list':
      return typed(Array.isArray(value) ? value.map(String).join('\n') : '');
    case 'json':
      return typed(JSON.stringify(value, null, 2));
    case 'text':
    case 'number':
    case 'choice':
      return typed(String(value));
  }
};

export const within = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const fault = (path: string, what: TypedFault['what']): Said => ({ faults: [{ path, what }] });

const numberIn = (text: string): number | undefined => {
  const value = Number(text.trim());
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
};

const jsonIn = (text: string, path: string): Said => {
  try {
    return { value: JSON.parse(text) as unknown, faults: [] };
  } catch {
    return fault(path, 'json');
  }
};

const linesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const typedValue = (field: Field, text: string, path: string): Said => {
  if (text.trim() === '') return NOTHING;
  switch (field.kind) {
    case 'number': {
      const value = numberIn(text);
      return value === undefined ? fault(path, 'number') : { value, faults: [] };
    }
    case 'yes_no':
      return { value: text === 'yes', faults: [] };
    case 'json':
      return jsonIn(text, path);
    case 'list': {
      const lines = linesIn(text);
      if (field.of === 'text') return { value: lines, faults: [] };
      const bad = lines.flatMap((line, index) =>
        numberIn(line) === undefined ? [{ path: `${path}.${index}`, what: 'number' as const }] : [],
      );
      return { value: lines.map(numberIn), faults: bad };
    }
    case 'text':
    case 'choice':
    case 'several':
    case 'secret':
    case 'group':
    case 'map':
      return { value: field.kind === 'text' && field.multiline ? text : text.trim(), faults: [] };
  }
};

const groupValue = (
  fields: readonly Field[],
  of: Readonly<Record<string, Draft>>,
  path: string,
): Said & { readonly value: Record<string, unknown> } => {
  const said = fields.map((field) => {
    const draft = of[field.name];
    return [field.name, draft === undefined ? NOTHING : valueOf(field, draft, within(path, field.name))] as const;
  });
  const value = Object.fromEntries(
    said.flatMap(([name, each]) => (each.value === undefined ? [] : [[name, each.value]])),
  );
  const isHollow = said.every(([, each]) => each.value === undefined || each.isHollow === true);
  return { value, faults: said.flatMap(([, { faults }]) => faults), ...(isHollow && { isHollow }) };
};

/** What a draft comes to. A part of which nothing was said is left out, unless the settings must have it. */
export const valueOf = (field: Field, draft: Draft, path: string): Said => {
  switch (draft.kind) {
    case 'typed':
      return typedValue(field, draft.text, path);
    case 'chosen':
      return draft.values.length === 0 ? NOTHING : { value: draft.values, faults: [] };
    case 'secret':
      if (draft.secret !== '') return { value: { secret: draft.secret }, faults: [] };
      return draft.text.trim() === '' ? NOTHING : { value: draft.text, faults: [] };
    case 'group': {
      const said = groupValue(field.kind === 'group' ? field.fields : [], draft.of, path);
      return said.isHollow === true && said.faults.length === 0 && !field.required ? NOTHING : said;
    }
    case 'map': {
      if (field.kind !== 'map' || draft.entries.length === 0) return NOTHING;
      const { of } = field;
      const named = draft.entries.map(({ key, of: each }) => ({ key: key.trim(), each }));
      const said = named.map(({ key, each }) => [key, valueOf(of, each, within(path, key))] as const);
      const twice = named.filter(({ key }, index) => named.findIndex((other) => other.key === key) !== index);
      return {
        value: Object.fromEntries(said.map(([key, { value }]) => [key, value ?? {}])),
        faults: [
          ...said.flatMap(([, { faults }]) => faults),
          ...twice.map(({ key }) => ({ path: within(path, key), what: 'twice' as const })),
          ...(named.some(({ key }) => key === '') ? [{ path: within(path, ''), what: 'unnamed' as const }] : []),
        ],
      };
    }
  }
};

/** What all that was typed comes to. */
export const parametersOf = (
  fields: readonly Field[],
  drafts: Readonly<Record<string, Draft>>,
): { readonly parameters: Record<string, unknown>; readonly faults: readonly TypedFault[] } => {
  const { value, faults } = groupValue(fields, drafts, '');
  return { parameters: value, faults };
};

/** Faults that stand at a field: at itself, or at a part of it that has no field of its own. */
export const faultsAt = <Fault extends { readonly path: string }>(
  faults: readonly Fault[],
  path: string,
  isLeaf: boolean,
): readonly Fault[] => faults.filter((each) => each.path === path || (isLeaf && each.path.startsWith(`${path}.`)));
