import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  DescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  file_google_protobuf_timestamp,
  type DescriptorProto,
  type FieldDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { ENUMS, FILE_NAME, MESSAGES, PACKAGE, type FieldKind, type FieldRow, type MessageRow } from './event_schema';
import { enumValueName } from './proto_text';

const typeOf = (kind: FieldKind): Partial<Pick<FieldDescriptorProto, 'type' | 'typeName'>> => {
  if (typeof kind === 'object') {
    return 'message' in kind
      ? { type: FieldDescriptorProto_Type.MESSAGE, typeName: `.${PACKAGE}.${kind.message}` }
      : { type: FieldDescriptorProto_Type.ENUM, typeName: `.${PACKAGE}.${kind.enum}` };
  }
  switch (kind) {
    case 'timestamp':
      return { type: FieldDescriptorProto_Type.MESSAGE, typeName: '.google.protobuf.Timestamp' };
    case 'json':
    case 'string':
      return { type: FieldDescriptorProto_Type.STRING };
    case 'double':
      return { type: FieldDescriptorProto_Type.DOUBLE };
    case 'uint32':
      return { type: FieldDescriptorProto_Type.UINT32 };
  }
};

const messageOf = ({ name, fields }: MessageRow): DescriptorProto => {
  const optional = fields.filter((field) => field.optional === true);
  const fieldOf = (field: FieldRow): FieldDescriptorProto =>
    create(FieldDescriptorProtoSchema, {
      name: field.name,
      number: field.number,
      label: field.repeated === true ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
      ...typeOf(field.kind),
      // What proto3 writes for `optional`: a oneof of its own.
      ...(field.optional === true ? { proto3Optional: true, oneofIndex: optional.indexOf(field) } : {}),
    });
  return create(DescriptorProtoSchema, {
    name,
    field: fields.map(fieldOf),
    oneofDecl: optional.map((field) => create(OneofDescriptorProtoSchema, { name: `_${field.name}` })),
  });
};

/** The messages of `reflex.v1`, made from the table when first asked for: no generated code. */
export const descriptors = (): ReadonlyMap<string, DescMessage> => {
  const file = create(FileDescriptorProtoSchema, {
    name: FILE_NAME,
    package: PACKAGE,
    syntax: 'proto3',
    dependency: ['google/protobuf/timestamp.proto'],
    messageType: MESSAGES.map(messageOf),
    enumType: ENUMS.map((each) =>
      create(EnumDescriptorProtoSchema, {
        name: each.name,
        value: ['unspecified', ...each.values].map((value, number) =>
          create(EnumValueDescriptorProtoSchema, { name: enumValueName(each, value), number }),
        ),
      }),
    ),
  });
  const registry = createFileRegistry(file, (name) =>
    name === 'google/protobuf/timestamp.proto' ? file_google_protobuf_timestamp : undefined,
  );
  return new Map(
    MESSAGES.map(({ name }) => {
      const found = registry.getMessage(`${PACKAGE}.${name}`);
      if (found === undefined) throw new Error(`\`${name}\` is not in the descriptor`);
      return [name, found];
    }),
  );
};
