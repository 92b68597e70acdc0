import type { DescMessage, DescMethodUnary, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { enumValueName } from './agent_proto_text';
import {
  ENUMS,
  FILE_NAME,
  MESSAGES,
  METHODS,
  PACKAGE,
  SERVICE,
  type EnumRow,
  type FieldRow,
  type MessageRow,
  type Method,
} from './agent_schema';
import { libraries } from './library';

/* The descriptor of `reflex.agent.v1`, in the JSON form that protobuf gives to descriptors: no generated code. */

const typeOf = (type: FieldRow['type']): JsonObject => {
  if (typeof type === 'string') return { type: `TYPE_${type.toUpperCase()}` };
  return 'message' in type
    ? { type: 'TYPE_MESSAGE', typeName: `.${PACKAGE}.${type.message}` }
    : { type: 'TYPE_ENUM', typeName: `.${PACKAGE}.${type.enum}` };
};

const messageOf = ({ name, fields }: MessageRow): JsonObject => {
  const optional = fields.filter(({ label }) => label === 'optional');
  return {
    name,
    field: fields.map((field) => ({
      name: field.name,
      number: field.number,
      label: field.label === 'repeated' ? 'LABEL_REPEATED' : 'LABEL_OPTIONAL',
      ...typeOf(field.type),
      // What proto3 writes for `optional`: a oneof of its own.
      ...(field.label === 'optional' && { proto3Optional: true, oneofIndex: optional.indexOf(field) }),
    })),
    oneofDecl: optional.map((field) => ({ name: `_${field.name}` })),
  };
};

const enumOf = (row: EnumRow): JsonObject => ({
  name: row.name,
  value: ['UNSPECIFIED', ...row.values.map(([value]) => value)].map((value, number) => ({
    name: enumValueName(row, value),
    number,
  })),
});

/** The file as a descriptor in JSON. */
export const agentFile = (): JsonValue => ({
  name: FILE_NAME,
  package: PACKAGE,
  syntax: 'proto3',
  messageType: MESSAGES.map(messageOf),
  enumType: ENUMS.map(enumOf),
  service: [
    {
      name: SERVICE,
      method: METHODS.map(({ name }) => ({
        name,
        inputType: `.${PACKAGE}.${name}Request`,
        outputType: `.${PACKAGE}.${name}Response`,
      })),
    },
  ],
});

type Service = ReturnType<typeof makeService>;

const makeService = () => {
  const { protobuf, wellKnown } = libraries();
  const file = protobuf.fromJson(wellKnown.FileDescriptorProtoSchema, agentFile());
  const service = protobuf.createFileRegistry(file, () => undefined).getService(`${PACKAGE}.${SERVICE}`);
  if (service === undefined) throw new Error(`\`${SERVICE}\` is not in the descriptor`);
  return service;
};

let made: Service | undefined;

/** The service of agents, made when first asked for. */
export const agentService = (): Service => (made ??= makeService());

/** One of its methods. */
export const agentMethod = (name: Method): DescMethodUnary<DescMessage, DescMessage> => {
  const found = agentService().methods.find((each) => each.name === name);
  if (found?.methodKind !== 'unary') throw new Error(`no method \`${name}\``);
  return found as DescMethodUnary<DescMessage, DescMessage>;
};
