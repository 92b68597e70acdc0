import { present } from '../../present';
type Path = ReadonlyArray<string | number>;

/** What a check by JSON Schema says of one value: ajv's error, with the schema that it stands in (`verbose`). */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly parentSchema?: object;
  readonly message?: string;
}

/** A fault that a schema found, in a sentence, with the path of the value that it is about. */
export interface SchemaFault {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const pathOfPointer = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

const nearest = (word: string, words: readonly string[]): string | undefined =>
  words.find((each) => each.startsWith(word.slice(0, 4)) || word.startsWith(each.slice(0, 4)));

/** Faults that only say that a branch of the schema was not the right one. */
const NOISE = new Set(['if', 'oneOf', 'anyOf', 'not']);

const describe = (error: SchemaError): SchemaFault => {
  const path = pathOfPointer(error.instancePath);
  const name = path.length > 0 ? `\`${path.join('.')}\`` : 'the document';
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String((error.params as { additionalProperty: string }).additionalProperty);
      const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
      const close = nearest(key, known);
      return {
        path: [...path, key],
        code: 'unknown_field',
        message: `\`${[...path, key].join('.')}\` is not a known field`,
        hint: close ? `did you mean \`${close}\`` : `known here: ${known.join(', ')}`,
      };
    }
    case 'required': {
      const key = String((error.params as { missingProperty: string }).missingProperty);
      const hint =
        key === 'rollback'
          ? 'every act that can be taken back names how'
          : key === 'ttl'
            ? 'an effect that lasts needs a ttl, such as `ttl: 4h`'
            : undefined;
      return {
        path,
        code: `missing_${key}`,
        message: `${name} lacks \`${key}\``,
        ...present({ hint: hint || undefined }),
      };
    }
    case 'enum':
      return {
        path,
        code: 'bad_value',
        message: `${name} is not one of ${(error.params as { allowedValues: unknown[] }).allowedValues.map((each) => `\`${String(each)}\``).join(', ')}`,
      };
    case 'const':
      return {
        path,
        code: 'bad_value',
        message: `${name} must be \`${String((error.params as { allowedValue: unknown }).allowedValue)}\``,
      };
    case 'pattern': {
      const { description } = (error.parentSchema ?? {}) as { description?: string };
      const hint = description ? { hint: description.charAt(0).toLowerCase() + description.slice(1) } : {};
      return { path, code: 'bad_value', message: `${name} has not the form that it must have`, ...hint };
    }
    default:
      return { path, code: 'bad_value', message: `${name} ${error.message ?? 'is not valid'}` };
  }
};

/** What ajv found, each fault once, in sentences that say what to do. */
export const schemaFaults = (errors: readonly SchemaError[]): readonly SchemaFault[] => {
  const found = new Map<string, SchemaFault>();
  for (const error of errors) {
    if (NOISE.has(error.keyword)) continue;
    const fault = describe(error);
    const key = `${fault.path.join('/')} ${fault.code}`;
    if (!found.has(key)) found.set(key, fault);
  }
  return [...found.values()];
};
