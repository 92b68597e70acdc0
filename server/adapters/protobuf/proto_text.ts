import { ENUMS, MESSAGES, PACKAGE, type EnumRow, type FieldKind, type FieldRow } from './event_schema';

/** `low` of `Severity` is `SEVERITY_LOW`, as the style guide of protobuf wants it. */
export const enumValueName = ({ name }: Pick<EnumRow, 'name'>, value: string): string =>
  `${name.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`)}_${value}`.toUpperCase();

const typeOf = (kind: FieldKind): string => {
  if (typeof kind === 'object') return 'message' in kind ? kind.message : kind.enum;
  switch (kind) {
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'json':
      return 'string';
    case 'string':
    case 'double':
    case 'uint32':
      return kind;
  }
};

const lineOf = ({ name, number, kind, about, repeated, optional }: FieldRow): string => {
  const label = repeated === true ? 'repeated ' : optional === true ? 'optional ' : '';
  return `  // ${about}\n  ${label}${typeOf(kind)} ${name} = ${number};\n`;
};

/** The schema as the text that others generate their code from. */
export const protoText = (): string => {
  const enums = ENUMS.map((each) => {
    const values = ['unspecified', ...each.values].map(
      (value, number) => `  ${enumValueName(each, value)} = ${number};\n`,
    );
    return `// ${each.about}\nenum ${each.name} {\n${values.join('')}}\n`;
  });
  const messages = MESSAGES.map(
    ({ name, about, fields }) => `// ${about}\nmessage ${name} {\n${fields.map(lineOf).join('')}}\n`,
  );
  const head = [
    '// Events as Reflex takes them from brokers and webhooks. Made from `server/adapters/protobuf/event_schema.ts`;',
    '// the same fields as JSON are in `docs/api/openapi.json`.',
    'syntax = "proto3";\n',
    `package ${PACKAGE};\n`,
    'import "google/protobuf/timestamp.proto";\n',
  ].join('\n');
  return [head, ...messages, ...enums].join('\n');
};
