import type { LogFilter, LogQuery } from '../../runner/ports';

/*
 * Whether fields are mapped so that a comparison finds what is there. One that is analysed, not indexed or in nested
 * documents matches nothing, which would look like zero.
 */

interface Capability {
  readonly searchable: boolean;
  readonly aggregatable: boolean;
}

/** What OpenSearch says of fields, and which indices it looked at. */
export interface FieldCaps {
  readonly indices?: readonly string[];
  /** By field, by type. */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, Capability>>>>;
}

const NUMBERS = ['long', 'integer', 'short', 'byte', 'double', 'float', 'half_float', 'scaled_float', 'unsigned_long'];
const COMPARED: Readonly<Record<LogFilter['holds'], readonly string[]>> = {
  names: ['keyword', 'constant_keyword'],
  addresses: ['ip', 'keyword', 'constant_keyword'],
  exact: ['keyword', 'constant_keyword', 'boolean', 'ip', ...NUMBERS],
};
const TIMES = ['date', 'date_nanos'];
const COUNTED = ['keyword', 'constant_keyword', 'ip', 'boolean', ...NUMBERS];

const parentsOf = (field: string): readonly string[] =>
  field
    .split('.')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('.'));

interface Need {
  readonly field: string;
  readonly types: readonly string[];
  readonly use: keyof Capability;
}

const faultIn = ({ fields = {} }: FieldCaps, { field, types, use }: Need): string | undefined => {
  const found = Object.entries(fields[field] ?? {});
  if (found.length === 0) return `no index has a field \`${field}\``;
  const wrong = found.find(([type]) => !types.includes(type));
  if (wrong !== undefined) {
    const hint = wrong[0] === 'text' ? `; is there a \`${field}.keyword\`?` : '';
    return `\`${field}\` is of type \`${wrong[0]}\`, not ${types.slice(0, 2).join(' or ')}${hint}`;
  }
  if (found.some(([, capability]) => !capability[use])) return `\`${field}\` is not ${use} in all indices`;
  const nested = parentsOf(field).find((parent) => fields[parent]?.nested !== undefined);
  return nested === undefined ? undefined : `\`${field}\` is in nested documents, \`${nested}\``;
};

/** Why a search by these fields would not find all; undefined if it does. */
export const fieldFault = (caps: FieldCaps, { time, filters, answer }: LogQuery): string | undefined => {
  const needs: readonly Need[] = [
    { field: time, types: TIMES, use: 'searchable' },
    ...filters.map(({ field, holds }): Need => ({ field, types: COMPARED[holds], use: 'searchable' })),
    ...(typeof answer === 'object' ? [{ field: answer.values, types: COUNTED, use: 'aggregatable' } as const] : []),
  ];
  for (const need of needs) {
    const fault = faultIn(caps, need);
    if (fault !== undefined) return fault;
  }
  return undefined;
};
