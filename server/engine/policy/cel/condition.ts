import { serialize, type ASTNode, type Environment } from '@marcbachmann/cel-js';
import { CONDITION_FUNCTIONS } from '../../../../common/policy/condition_fields';
import { err, ok, type Result } from '../../../../common/result';
import { LINEAR_MATCHES } from './environment';
import { parseNetwork } from '../../addresses/network';
import { compilePattern } from './regex';

/** A fault in a condition; `offset` counts characters from its start. */
export interface ConditionFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** One of the clauses that a condition joins with `&&`. */
export interface CompiledClause {
  readonly text: string;
  readonly evaluate: (activation: object) => unknown;
  /** Dotted paths that the clause reads, for showing their values. */
  readonly reads: readonly string[];
}

/** `path` must be (or, for a list, contain) one of `values` or the condition is false. Used to index policies. */
export interface Discriminator {
  readonly path: string;
  readonly values: readonly string[];
}

export interface CompiledCondition {
  readonly source: string;
  readonly clauses: readonly CompiledClause[];
  readonly reads: ReadonlySet<string>;
  readonly discriminators: readonly Discriminator[];
}

/** Worst number of steps that one evaluation may take; lists are counted with their largest size. */
const MOST_STEPS = 50_000;
/** Most texts that are kept compiled for one environment. */
const MOST_KEPT = 16_384;
const LARGEST_LIST = 256;
const LOOPS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

const childrenOf = (node: ASTNode): ASTNode[] => {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) value.forEach(collect);
  };
  collect(node.args);
  return found;
};

const visit = (node: ASTNode, see: (node: ASTNode) => void): void => {
  see(node);
  childrenOf(node).forEach((child) => visit(child, see));
};

const stepsOf = (node: ASTNode): number => {
  const loops = node.op === 'rcall' && LOOPS.has(node.args[0]);
  const inner = childrenOf(node).reduce((sum, child) => sum + stepsOf(child), 1);
  return loops ? inner * LARGEST_LIST : inner;
};

const textLiteral = (node: ASTNode | undefined): string | undefined =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;

/** `event.rule.id` of nested field accesses, also of `event["rule"].id`; undefined for anything else. */
const pathOf = (node: ASTNode): string | undefined => {
  if (node.op === 'id') return node.args;
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const head = pathOf(node.args[0]);
  const field = node.op === '.' ? node.args[1] : textLiteral(node.args[1]);
  return head === undefined || field === undefined ? undefined : `${head}.${field}`;
};

const conjunctsOf = (node: ASTNode): ASTNode[] =>
  node.op === '&&' ? [...conjunctsOf(node.args[0]), ...conjunctsOf(node.args[1])] : [node];

const discriminatorOf = (node: ASTNode): Discriminator | undefined => {
  if (node.op === '==') {
    const [left, right] = node.args;
    const path = pathOf(left) ?? pathOf(right);
    const value = textLiteral(left) ?? textLiteral(right);
    return path !== undefined && value !== undefined ? { path, values: [value] } : undefined;
  }
  if (node.op === 'in') {
    const [item, within] = node.args;
    const path = pathOf(item);
    if (path !== undefined && within.op === 'list') {
      const values = within.args.map(textLiteral);
      return values.length > 0 && values.every((value) => value !== undefined) ? { path, values: values } : undefined;
    }
    const value = textLiteral(item);
    const listPath = pathOf(within);
    return value !== undefined && listPath !== undefined ? { path: listPath, values: [value] } : undefined;
  }
  return undefined;
};

const faultOfCall = (node: ASTNode): ConditionFault | undefined => {
  if (node.op === 'map') return { offset: node.pos, message: 'map literals are not available in conditions' };
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const name = node.args[0];
  if (!CONDITION_FUNCTIONS.includes(name)) {
    return {
      offset: node.pos,
      message: `function \`${name}\` is not available in conditions`,
      hint: `available: ${CONDITION_FUNCTIONS.join(', ')}`,
    };
  }
  if (name !== 'matches' && name !== 'inCidr') return undefined;
  const argument = node.op === 'rcall' ? node.args[2][0] : undefined;
  const literal = textLiteral(argument);
  const offset = argument?.pos ?? node.pos;
  if (literal === undefined) return { offset, message: `\`${name}\` needs a text literal as its argument` };
  try {
    if (name === 'matches') compilePattern(literal);
    else parseNetwork(literal);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return name === 'matches'
      ? {
          offset,
          message: `\`${literal}\` is not a valid RE2 pattern: ${why}`,
          hint: 'RE2 has no look-around and no back references',
        }
      : { offset, message: `\`${literal}\` is not a network`, hint: 'write it as `10.0.0.0/8` or `2001:db8::/32`' };
  }
  return undefined;
};

interface ParseFailure {
  readonly summary?: string;
  readonly message: string;
  readonly range?: { readonly start: number };
}

const faultOfError = (cause: unknown, shift: number): ConditionFault => {
  const failure = cause as ParseFailure;
  const [message = 'invalid'] = (failure.summary ?? failure.message).split('\n');
  return {
    offset: shift + (failure.range?.start ?? 0),
    message: message.charAt(0).toLowerCase() + message.slice(1),
  };
};

const parseChecked = (
  environment: Environment,
  source: string,
  wanted: string,
): Result<ReturnType<Environment['parse']>, ConditionFault> => {
  try {
    const parsed = environment.parse(source);
    let fault: ConditionFault | undefined;
    visit(parsed.ast, (node) => (fault ??= faultOfCall(node)));
    if (fault) return err(fault);
    visit(parsed.ast, (node) => {
      if (node.op === 'rcall' && node.args[0] === 'matches') (node.args as unknown as unknown[])[0] = LINEAR_MATCHES;
    });
    const checked = parsed.check();
    if (!checked.valid) return err(faultOfError(checked.error, 0));
    if (checked.type !== wanted) {
      return err({ offset: 0, message: `must be of type ${wanted}, is ${checked.type ?? 'unknown'}` });
    }
    return ok(parsed);
  } catch (cause) {
    return err(faultOfError(cause, 0));
  }
};

const readsOf = (node: ASTNode, declared: (name: string) => boolean): string[] => {
  const found = new Set<string>();
  const walk = (at: ASTNode): void => {
    const path = pathOf(at);
    if (path !== undefined) {
      if (declared(path.split('.')[0] ?? '')) found.add(path);
      return;
    }
    childrenOf(at).forEach(walk);
  };
  walk(node);
  return [...found];
};

/** A number as a literal that is read as exactly this number; the library's own way rounds to nine decimals. */
const numberLiteral = (value: number): string => (/^\d+$/.test(String(value)) ? `${value}.0` : String(value));

/** Puts literals in the place of numbers; the tree is good for nothing but writing it afterwards. */
const spellNumbers = (ast: ASTNode): void =>
  visit(ast, (node) => {
    if (node.op !== 'value' || typeof node.args !== 'number') return;
    const text = numberLiteral(node.args);
    (node as unknown as { args: object }).args = { text, toString: () => text };
  });

/** A clause as text. The library writes rare characters as pairs of escapes that its own parser refuses. */
const textOf = (node: ASTNode): string =>
  serialize(node).replace(
    /\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/gi,
    (whole, high?: string, low?: string) =>
      high === undefined || low === undefined ? whole : String.fromCharCode(parseInt(high, 16), parseInt(low, 16)),
  );

/**
 * What was compiled, by environment and text: a policy is compiled when it is checked and when it comes into force, and
 * most policies of a bundle are those of the one before. What is compiled never changes.
 */
const once = <Compiled>(
  compile: (environment: Environment, source: string) => Result<Compiled, ConditionFault>,
): typeof compile => {
  const kept = new Map<Environment, Map<string, Result<Compiled, ConditionFault>>>();
  return (environment, source) => {
    const known = kept.get(environment) ?? new Map<string, Result<Compiled, ConditionFault>>();
    kept.set(environment, known);
    const found = known.get(source);
    if (found) return found;
    const made = compile(environment, source);
    if (!made.ok) return made;
    if (known.size >= MOST_KEPT) known.clear();
    known.set(source, made);
    return made;
  };
};

/**
 * Compiles a condition: syntax, types against the declared schema, only the listed functions, RE2 patterns, cost.
 *
 * @param environment what the condition may look at
 * @param source the condition, CEL
 * @returns clauses to evaluate one by one, or the first fault with its offset
 */
export const compileCondition = once((environment, source): Result<CompiledCondition, ConditionFault> => {
  const whole = parseChecked(environment, source, 'bool');
  if (!whole.ok) return whole;
  const steps = stepsOf(whole.value.ast);
  if (steps > MOST_STEPS) {
    return err({
      offset: 0,
      message: `may take ${steps} steps, more than the limit of ${MOST_STEPS}`,
      hint: 'do not nest all, exists, filter or map',
    });
  }
  const declared = (name: string): boolean => environment.hasVariable(name);
  const clauses: CompiledClause[] = [];
  const discriminators: Discriminator[] = [];
  // Clauses are written anew from the tree: where a clause ends in the text is not certain next to parentheses.
  const tree = environment.parse(source).ast;
  spellNumbers(tree);
  for (const node of conjunctsOf(tree)) {
    const text = textOf(node);
    const clause = parseChecked(environment, text, 'bool');
    if (!clause.ok) return err({ ...clause.error, offset: node.range.start });
    clauses.push({ text, evaluate: clause.value, reads: readsOf(clause.value.ast, declared) });
    const discriminator = discriminatorOf(clause.value.ast);
    if (discriminator) discriminators.push(discriminator);
  }
  return ok({ source, clauses, discriminators, reads: new Set(clauses.flatMap((clause) => clause.reads)) });
});

/** Compiles an expression that yields text, such as the target of an act. */
export const compileText = once((environment, source): Result<(activation: object) => string, ConditionFault> => {
  const parsed = parseChecked(environment, source, 'string');
  if (!parsed.ok) return parsed;
  return ok((activation) => String(parsed.value(activation)));
});

export const CLAUSE_TRUE = 1;
export const CLAUSE_FALSE = 0;
export const CLAUSE_ERROR = 2;
export const CLAUSE_SKIPPED = 3;

/** What a condition came to, clause by clause. `error` is the message of the first clause that erred. */
export interface ConditionResult {
  readonly matched: boolean;
  readonly results: readonly number[];
  readonly error?: string;
}

/**
 * Evaluates a condition. As in CEL, one false clause makes it false even if another errs; an error without a false
 * clause is an error, which the caller must not take for false.
 */
export const evaluateCondition = (condition: CompiledCondition, activation: object): ConditionResult => {
  const { clauses } = condition;
  const results: number[] = [];
  let error: string | undefined;
  for (const clause of clauses) {
    let value: unknown;
    try {
      value = clause.evaluate(activation);
    } catch (cause) {
      error ??= cause instanceof Error ? (cause.message.split('\n')[0] ?? 'error') : String(cause);
      results.push(CLAUSE_ERROR);
      continue;
    }
    results.push(value === true ? CLAUSE_TRUE : CLAUSE_FALSE);
    if (value !== true) {
      while (results.length < clauses.length) results.push(CLAUSE_SKIPPED);
      return { matched: false, results };
    }
  }
  return error === undefined ? { matched: true, results } : { matched: false, results, error };
};

/** The values of dotted paths in an activation, for showing why a clause came out as it did. */
export const valuesOf = (paths: readonly string[], activation: object): Record<string, unknown> =>
  Object.fromEntries(
    paths.map((path) => [
      path,
      path
        .split('.')
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], activation),
    ]),
  );
