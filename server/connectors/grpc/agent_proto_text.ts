import {
  ENUMS,
  MESSAGES,
  METHODS,
  PACKAGE,
  SERVICE,
  type EnumRow,
  type FieldRow,
  type MessageRow,
  type MethodRow,
} from './agent_schema';

/** `OK` of `Health` is `HEALTH_OK`, as the style guide of protobuf wants it. */
export const enumValueName = ({ name }: Pick<EnumRow, 'name'>, value: string): string =>
  `${name.toUpperCase()}_${value}`;

const fieldText = ({ name, number, type, about, label }: FieldRow): string => {
  const typeName = typeof type === 'string' ? type : 'message' in type ? type.message : type.enum;
  return `  // ${about}\n  ${label === undefined ? '' : `${label} `}${typeName} ${name} = ${number};\n`;
};

const messageText = ({ name, about, fields }: MessageRow): string =>
  fields.length === 0
    ? `// ${about}\nmessage ${name} {}\n`
    : `// ${about}\nmessage ${name} {\n${fields.map(fieldText).join('')}}\n`;

const enumText = (row: EnumRow): string => {
  const values = [['UNSPECIFIED', 'Nothing is said.'] as const, ...row.values].map(
    ([value, about], number) => `  // ${about}\n  ${enumValueName(row, value)} = ${number};\n`,
  );
  return `// ${row.about}\nenum ${row.name} {\n${values.join('')}}\n`;
};

const methodText = ({ name, about }: MethodRow): string =>
  `  // ${about}\n  rpc ${name}(${name}Request) returns (${name}Response);\n`;

const HEAD = `// An agent that carries out orders of Reflex at a system of yours. Made from
// \`server/connectors/grpc/agent_schema.ts\`; how to write one: \`docs/guides/connect_grpc_agent.md\`.
syntax = "proto3";

package ${PACKAGE};
`;

const SERVICE_HEAD = `// What an agent does. It answers OK only for what is done, and by these statuses for what it certainly did not do:
// INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION, OUT_OF_RANGE,
// UNIMPLEMENTED. After each of them the same order is not tried again. RESOURCE_EXHAUSTED with the trailer
// \`grpc-retry-pushback-ms\` also says that nothing was done, and when to try again. After every other status, and after
// none, nobody knows what became of an order: Reflex looks.
`;

/** The schema as the text that agents generate their code from. */
export const agentProtoText = (): string =>
  [
    HEAD,
    `${SERVICE_HEAD}service ${SERVICE} {\n${METHODS.map(methodText).join('')}}\n`,
    ...MESSAGES.map(messageText),
    ...ENUMS.map(enumText),
  ].join('\n');
