import { ACTIONS, milderThan } from '../../common/policy/actions';
import { CONDITION_FUNCTIONS, CONDITION_TYPES, CONDITION_VARIABLES } from '../../common/policy/condition_fields';
import { POLICY_SCHEMA } from '../../common/policy/policy_schema';

/* The reference of policies for people, made of what policies are checked against. */

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  /** Values by names that the author chooses. */
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly then?: Schema;
  readonly else?: Schema;
}

export const code = (value: unknown): string => `\`${String(value)}\``;
export const cell = (text: string): string => text.replace(/\|/g, '\\|');

const boundsOf = ({ minimum, exclusiveMinimum, maximum }: Schema): string => {
  const low = minimum ?? exclusiveMinimum;
  if (low === undefined && maximum === undefined) return '';
  const from = exclusiveMinimum === undefined ? `${low ?? ''}` : `more than ${exclusiveMinimum}`;
  return maximum === undefined ? ` from ${from}` : ` from ${from} to ${maximum}`;
};

const typeOf = (schema: Schema): string => {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.items) return `list of ${schema.items.enum ? typeOf(schema.items) : (schema.items.type ?? 'values')}`;
  if (schema.properties || typeof schema.additionalProperties === 'object') return 'fields below';
  return `${schema.type ?? 'value'}${boundsOf(schema)}`;
};

/** Fields of a field, and how the place is written that has them: of an item, or of each value by name. */
const insideOf = (field: Schema): { readonly inner: Schema; readonly place: string } => {
  if (field.items?.properties) return { inner: field.items, place: '[]' };
  const named = field.additionalProperties;
  return typeof named === 'object' ? { inner: named, place: '.<name>' } : { inner: field, place: '' };
};

/** One row a field, those inside it after it. */
const rowsOf = (schema: Schema, path: string): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const whole = path === '' ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) === true ? 'yes' : '';
    const { inner, place } = insideOf(field);
    return [
      `| ${code(whole)} | ${cell(typeOf(field))} | ${required} | ${cell(field.description ?? '')} |`,
      ...(inner.properties ? rowsOf(inner, `${whole}${place}`) : []),
    ];
  });

export const fieldTable = (schema: Schema, path: string): string =>
  ['| field | value | required | what it is |', '|---|---|---|---|', ...rowsOf(schema, path)].join('\n');

const conditionTable = CONDITION_TYPES.flatMap(({ name, fields }) =>
  fields.map((field) => `| ${name} | ${code(field.name)} | ${code(field.type)} | ${cell(field.about)} |`),
).join('\n');

const variableTable = [
  '| variable | type | what it is |',
  '|---|---|---|',
  ...CONDITION_VARIABLES.map(
    ({ name, type, about, judgesOnly }) =>
      `| ${code(name)} | ${code(type)} | ${cell(about)}${judgesOnly ? '; only where an act is judged' : ''} |`,
  ),
].join('\n');

const rowOf = ({ action, target, undo, d3fend, openc2 }: (typeof ACTIONS)[number]): string =>
  `| ${code(action)} | ${target} | ${undo === null ? 'nothing: it cannot be undone' : code(undo)} | ${milderThan(action).map(code).join(', ')} | ${d3fend} | ${openc2.action} ${openc2.target}${openc2.undo === null ? '' : `, ${openc2.undo}`} |`;

const whole = POLICY_SCHEMA as unknown as Schema;
const { spec = {}, ...everyPolicy } = whole.properties ?? {};

/** `docs/api/policy.md`. */
export const policyReference = (): string => `# Policies, field by field

Made by \`npm run generate\` of the schema that every policy is checked against. How to write one, by examples:
[write_a_policy.md](../guides/write_a_policy.md).

## Every policy

${fieldTable({ ...whole, properties: everyPolicy }, '')}

## \`spec\` of an action policy: it proposes an act

\`rollback\` and \`then.ttl\` are required for every action that can be undone.

${fieldTable(spec.then ?? {}, 'spec')}

## \`spec\` of a global, domain or contextual policy: it judges acts

One of \`when\` with \`effect\`, \`require\`, \`limit\`, \`protect\` or \`guard\` has to be there.

${fieldTable(spec.else ?? {}, 'spec')}

## Actions

| action | target | undone by | milder | D3FEND | OpenC2, and back |
|---|---|---|---|---|---|
${ACTIONS.map(rowOf).join('\n')}

## What a condition may read

${variableTable}

Functions: ${CONDITION_FUNCTIONS.map(code).join(', ')}. \`matches\` is RE2.

Types:

| type | field | type of the field | what it is |
|---|---|---|---|
${conditionTable}
`;
