import { whyOf } from '../../../../common/why';
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { CONDITION_FUNCTIONS } from '../../../../common/policy/condition_fields';
import { present } from '../../../../common/present';
import { err, ok, type Result } from '../../../../common/result';
import {
  conjunctsOf,
  discriminatorOf,
  readsOf,
  spellNumbers,
  stepsOf,
  textLiteral,
  textOf,
  visit,
  type Discriminator,
} from './condition_tree';
import { LINEAR_MATCHES } from './environment';
import { LookupMissing } from './lookup_facts';
import { fieldHint, functionHint, variableHint } from './suggest';
import { parseNetwork } from '../../../../common/entity/address';
import { compilePattern } from './regex';

/** A fault in a condition; `offset` counts characters from its start. */
export interface ConditionFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** One of the clauses that a condition joins with `&&`. */
interface CompiledClause {
  readonly text: string;
  readonly evaluate: (activation: object) => unknown;
  /** Dotted paths that the clause reads, for showing their values. */
  readonly reads: readonly string[];
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
const faultOfCall = (node: ASTNode): ConditionFault | undefined => {
  if (node.op === 'map') return { offset: node.pos, message: 'map literals are not available in conditions' };
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const name = node.args[0];
  if (!CONDITION_FUNCTIONS.includes(name)) {
    return {
      offset: node.pos,
      message: `function \`${name}\` is not available in conditions`,
      hint: functionHint(name),
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
    const why = whyOf(cause);
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
  readonly code?: string;
  readonly summary?: string;
  readonly message: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** A condition that is checked, and what it may look at. */
interface Checked {
  readonly environment: Environment;
  readonly source: string;
}

/** A field or a variable that does not exist is told with what may have been meant. */
const faultOfError = (cause: unknown, { environment, source }: Checked): ConditionFault => {
  const failure = cause as ParseFailure;
  const { start, end } = failure.range ?? { start: 0, end: 0 };
  const name = source.slice(start, end);
  if (failure.code === 'no_such_key' && name !== '')
    return faultAt(start, `unknown field \`${name}\``, fieldHint(name, source.slice(0, start)));
  if (failure.code === 'unknown_variable' && name !== '')
    return faultAt(start, `unknown variable \`${name}\``, variableHint(name, environment));
  const [message = 'invalid'] = (failure.summary ?? failure.message).split('\n');
  return faultAt(start, message.charAt(0).toLowerCase() + message.slice(1));
};

const faultAt = (offset: number, message: string, hint?: string): ConditionFault => ({
  offset,
  message,
  ...present({ hint }),
});

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
    if (!checked.valid) return err(faultOfError(checked.error, { environment, source }));
    if (checked.type !== wanted) {
      return err({ offset: 0, message: `must be of type ${wanted}, is ${checked.type ?? 'unknown'}` });
    }
    return ok(parsed);
  } catch (cause) {
    return err(faultOfError(cause, { environment, source }));
  }
};

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

/** What a condition came to, clause by clause. */
export interface ConditionResult {
  readonly matched: boolean;
  readonly results: readonly number[];
  /** Message of the first clause that erred; of those whose look-up has no answer only if no other did. */
  readonly error?: string;
  /** It could not be judged for nothing but a look-up without an answer. */
  readonly isMissing?: true;
}

/**
 * Evaluates a condition. As in CEL, one false clause makes it false even if another errs; an error without a false
 * clause is an error, which the caller must not take for false.
 */
export const evaluateCondition = (condition: CompiledCondition, activation: object): ConditionResult => {
  const { clauses } = condition;
  const results: number[] = [];
  let error: string | undefined;
  let missing: string | undefined;
  for (const clause of clauses) {
    let value: unknown;
    try {
      value = clause.evaluate(activation);
    } catch (cause) {
      const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? 'error') : String(cause);
      if (cause instanceof LookupMissing) missing ??= message;
      else error ??= message;
      results.push(CLAUSE_ERROR);
      continue;
    }
    results.push(value === true ? CLAUSE_TRUE : CLAUSE_FALSE);
    if (value !== true) {
      while (results.length < clauses.length) results.push(CLAUSE_SKIPPED);
      return { matched: false, results };
    }
  }
  if (error !== undefined) return { matched: false, results, error };
  return missing === undefined
    ? { matched: true, results }
    : { matched: false, results, error: missing, isMissing: true };
};

const valueAt = (path: string, activation: object): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], activation);

/** The values of dotted paths in an activation, for showing why a clause came out as it did. */
export const valuesOf = (paths: readonly string[], activation: object): Record<string, unknown> =>
  Object.fromEntries(
    paths.flatMap((path) => {
      try {
        return [[path, valueAt(path, activation)]];
      } catch (cause) {
        // A look-up without an answer has no value to show; the clause says why.
        if (cause instanceof LookupMissing) return [];
        throw cause;
      }
    }),
  );
