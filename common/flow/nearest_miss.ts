import * as t from 'io-ts';
import { described, list, number, oneOf, record, text } from '../codec/codecs';
import { present } from '../present';
import { PolicyRef, type Clause, type Decision, type PolicyTrace } from './decision';

/*
 * Which policy came nearest to an event for which nothing was proposed, and what was missing. It is read out of the
 * recorded evaluation, so that records of every version have it; nothing is evaluated again.
 */

const sentence = text({ max: 4096 });

const OPERATORS = ['==', '!=', '>=', '<=', '>', '<', 'in', 'contains', 'is'] as const;
type Operator = (typeof OPERATORS)[number];

/** A clause that did not hold. With `path` and `needed` where it compares one value with a fixed one. */
export const UnmetClause = record(
  { clause: sentence, result: oneOf(['false', 'error']) },
  {
    path: text({ max: 1024 }),
    operator: described(oneOf(OPERATORS), '`contains`: the list has `needed` in it; `in`: the value is among `needed`'),
    seen: described(t.unknown, 'The value; missing where there was none'),
    needed: t.unknown,
    error: sentence,
    distance: described(
      number({ min: 0 }),
      'Of two numbers: how far the value is from what is needed, as a share of that',
    ),
  },
);
export type UnmetClause = t.TypeOf<typeof UnmetClause>;

/** A policy that looked at the event and proposed nothing. */
export const NearestMiss = record({
  policy: PolicyRef,
  unmet: described(list(UnmetClause, 64), 'Empty: all held, and it was not seen again in the time that it waits'),
  open: described(
    number({ min: 0, integer: true }),
    'Clauses that were not looked at once another did not hold, and that the record does not tell either',
  ),
});
export type NearestMiss = t.TypeOf<typeof NearestMiss>;

interface Comparison {
  readonly path: string;
  readonly operator: Operator;
  readonly needed: unknown;
}

const PATH = '[A-Za-z_]\\w*(?:\\.[A-Za-z_]\\w*)*';
const LITERAL = '"(?:[^"\\\\]|\\\\.)*"|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false';
const COMPARES = new RegExp(`^(${PATH}) (==|!=|>=|<=|>|<) (${LITERAL})$`);
const COMPARED = new RegExp(`^(${LITERAL}) (==|!=|>=|<=|>|<) (${PATH})$`);
const CONTAINS = new RegExp(`^(${LITERAL}) in (${PATH})$`);
const AMONG = new RegExp(`^(${PATH}) in (\\[(?:(?:${LITERAL})(?:, )?)*\\])$`);
const FLAG = new RegExp(`^(!?)(${PATH})$`);

const TURNED: Readonly<Record<string, Operator>> = {
  '>=': '<=',
  '<=': '>=',
  '>': '<',
  '<': '>',
  '==': '==',
  '!=': '!=',
};

/** A literal of CEL as a value, where JSON writes it alike. */
const valueOf = (literal: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(literal) as unknown };
  } catch {
    return undefined;
  }
};

const made = (path: string, operator: string, literal: string): Comparison | undefined => {
  const needed = valueOf(literal);
  return needed && { path, operator: operator as Operator, needed: needed.value };
};

/** What a clause compares, where it compares one value with a fixed one. */
const comparisonIn = (clause: string): Comparison | undefined => {
  const [, path, operator, literal] = COMPARES.exec(clause) ?? [];
  if (path !== undefined) return made(path, operator ?? '', literal ?? '');
  const [, first, turned, second] = COMPARED.exec(clause) ?? [];
  if (second !== undefined) return made(second, TURNED[turned ?? ''] ?? '==', first ?? '');
  const [, item, within] = CONTAINS.exec(clause) ?? [];
  if (within !== undefined) return made(within, 'contains', item ?? '');
  const [, one, list_] = AMONG.exec(clause) ?? [];
  if (one !== undefined) return made(one, 'in', list_ ?? '');
  const [, not, flag] = FLAG.exec(clause) ?? [];
  return flag === undefined ? undefined : { path: flag, operator: 'is', needed: not === '' };
};

const areNumbers = (one: unknown, other: unknown): one is number =>
  typeof one === 'number' && typeof other === 'number';

/** Whether it holds for a value; undefined where that cannot be said. */
const holds = ({ operator, needed }: Comparison, seen: unknown): boolean | undefined => {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof seen);
  switch (operator) {
    case '==':
    case 'is':
      return isPlain && typeof seen === typeof needed ? seen === needed : undefined;
    case '!=':
      return isPlain && typeof seen === typeof needed ? seen !== needed : undefined;
    case '>=':
      return areNumbers(seen, needed) ? seen >= (needed as number) : undefined;
    case '<=':
      return areNumbers(seen, needed) ? seen <= (needed as number) : undefined;
    case '>':
      return areNumbers(seen, needed) ? seen > (needed as number) : undefined;
    case '<':
      return areNumbers(seen, needed) ? seen < (needed as number) : undefined;
    case 'in':
      return isPlain && Array.isArray(needed) ? needed.includes(seen) : undefined;
    case 'contains':
      return Array.isArray(seen) ? seen.includes(needed) : undefined;
  }
};

const distanceOf = ({ needed }: Comparison, seen: unknown): number | undefined =>
  areNumbers(seen, needed) ? Math.abs(seen - (needed as number)) / (Math.abs(needed as number) || 1) : undefined;

type Values = ReadonlyMap<string, unknown>;

/** What policies saw of the same event: a clause that one did not look at may be told by another. */
const valuesSeen = (traces: readonly PolicyTrace[]): Values =>
  new Map(traces.flatMap(({ clauses }) => clauses.flatMap(({ values = {} }) => Object.entries(values))));

const unmetOf = (clause: Clause, seen: Values): UnmetClause | 'met' | 'open' => {
  const { text: said, result, values, error } = clause;
  if (result === 'true') return 'met';
  const comparison = comparisonIn(said);
  if (result === 'error') return { clause: said, result, ...present({ path: comparison?.path, error }) };
  if (comparison === undefined) return result === 'skipped' ? 'open' : { clause: said, result: 'false' };
  const own = new Map(Object.entries(values ?? {}));
  const value = own.has(comparison.path) ? own.get(comparison.path) : seen.get(comparison.path);
  if (result === 'skipped') {
    const held = holds(comparison, value);
    if (held !== false) return held === undefined ? 'open' : 'met';
  }
  return {
    clause: said,
    result: 'false',
    ...comparison,
    ...present({ seen: value, distance: distanceOf(comparison, value) }),
  };
};

const missOf = ({ policy, clauses }: PolicyTrace, seen: Values): NearestMiss => {
  const found = clauses.map((clause) => unmetOf(clause, seen));
  return {
    policy,
    unmet: found.filter((each): each is UnmetClause => typeof each === 'object'),
    open: found.filter((each) => each === 'open').length,
  };
};

/** Values that are no numbers are as far away as can be. */
const FAR = 1;

const farthest = ({ unmet }: NearestMiss): number =>
  Math.max(0, ...unmet.map(({ distance }) => (distance === undefined ? FAR : distance)));

/** What was not looked at may not hold either. */
const missing = ({ unmet, open }: NearestMiss): number => unmet.length + open;

/**
 * The policies that looked and proposed nothing, nearest first: by the fewest clauses that do not hold, then by the
 * smallest distance. Empty where something was proposed.
 */
export const nearestMisses = ({
  acts,
  held = [],
  trace,
}: Pick<Decision, 'acts' | 'held' | 'trace'>): readonly NearestMiss[] => {
  if (acts.length + held.length > 0) return [];
  const asked = trace.filter(({ role, claimed }) => role === 'proposes' && claimed !== true);
  const seen = valuesSeen(asked);
  return asked
    .filter(({ matched }) => !matched)
    .map((each) => missOf(each, seen))
    .sort((one, other) => missing(one) - missing(other) || farthest(one) - farthest(other));
};
