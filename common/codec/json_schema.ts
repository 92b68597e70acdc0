import { present } from '../present';
import type * as t from 'io-ts';
import { annotationOf, fieldsOf, itemOf, type JsonSchema } from './codecs';

interface Tagged extends t.Any {
  readonly _tag?: string;
  readonly types?: readonly t.Any[];
  readonly type?: t.Any;
  readonly value?: unknown;
  readonly codomain?: t.Any;
}

const structureOf = (codec: Tagged): JsonSchema => {
  const fields = fieldsOf(codec);
  if (fields) {
    const required = [...fields].filter(([, field]) => field.required).map(([key]) => key);
    return {
      properties: Object.fromEntries([...fields].map(([key, field]) => [key, jsonSchemaOf(field.codec)])),
      ...present({ required: required.length > 0 ? required : undefined }),
    };
  }
  const item = itemOf(codec);
  if (item) return { items: jsonSchemaOf(item) };
  switch (codec._tag ?? '') {
    case 'StringType':
      return { type: 'string' };
    case 'NumberType':
      return { type: 'number' };
    case 'BooleanType':
      return { type: 'boolean' };
    case 'NullType':
      return { type: 'null' };
    case 'LiteralType':
      return { const: codec.value };
    case 'UnionType':
      return { anyOf: (codec.types ?? []).map(jsonSchemaOf) };
    case 'ArrayType':
      return { type: 'array', items: codec.type ? jsonSchemaOf(codec.type) : {} };
    case 'DictionaryType':
      return { type: 'object', additionalProperties: codec.codomain ? jsonSchemaOf(codec.codomain) : true };
    default:
      return {};
  }
};

/** The JSON Schema (draft 2020-12) of what a codec accepts. */
export const jsonSchemaOf = (codec: t.Any): JsonSchema => ({ ...structureOf(codec), ...annotationOf(codec) });
