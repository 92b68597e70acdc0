import { serialize, type ASTNode } from '@marcbachmann/cel-js';

/* What can be said of the tree of a condition without evaluating it. */

/** `path` must be (or, for a list, contain) one of `values` or the condition is false. Used to index policies. */
export interface Discriminator {
  readonly path: string;
  readonly values: readonly string[];
}

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

export const visit = (node: ASTNode, see: (node: ASTNode) => void): void => {
  see(node);
  childrenOf(node).forEach((child) => visit(child, see));
};

export const stepsOf = (node: ASTNode): number => {
  const loops = node.op === 'rcall' && LOOPS.has(node.args[0]);
  const inner = childrenOf(node).reduce((sum, child) => sum + stepsOf(child), 1);
  return loops ? inner * LARGEST_LIST : inner;
};

export const textLiteral = (node: ASTNode | undefined): string | undefined =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;

/** `event.rule.id` of nested field accesses, also of `event["rule"].id`; undefined for anything else. */
const pathOf = (node: ASTNode): string | undefined => {
  if (node.op === 'id') return node.args;
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const head = pathOf(node.args[0]);
  const field = node.op === '.' ? node.args[1] : textLiteral(node.args[1]);
  return head === undefined || field === undefined ? undefined : `${head}.${field}`;
};

export const conjunctsOf = (node: ASTNode): ASTNode[] =>
  node.op === '&&' ? [...conjunctsOf(node.args[0]), ...conjunctsOf(node.args[1])] : [node];

export const discriminatorOf = (node: ASTNode): Discriminator | undefined => {
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

export const readsOf = (node: ASTNode, declared: (name: string) => boolean): string[] => {
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
export const spellNumbers = (ast: ASTNode): void =>
  visit(ast, (node) => {
    if (node.op !== 'value' || typeof node.args !== 'number') return;
    const text = numberLiteral(node.args);
    (node as unknown as { args: object }).args = { text, toString: () => text };
  });

/** A clause as text. The library writes rare characters as pairs of escapes that its own parser refuses. */
export const textOf = (node: ASTNode): string =>
  serialize(node).replace(
    /\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/gi,
    (whole, high?: string, low?: string) =>
      high === undefined || low === undefined ? whole : String.fromCharCode(parseInt(high, 16), parseInt(low, 16)),
  );
