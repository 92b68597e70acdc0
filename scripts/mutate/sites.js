'use strict';
/*
 * Mechanical mutants: small slips that a person could make, at every place of a source where they can be made. Each is
 * a place in the text and what stands there instead.
 */
const ts = require('typescript');

const isLogCall = (node) =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  /(^|\.)log$/.test(node.expression.expression.getText());

const conditionOf = (node) => {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  return ts.isConditionalExpression(node) ? node.condition : undefined;
};

/** A slip in a number: small ones count something, large ones are mostly times. */
const numbersInstead = (text) => {
  const value = Number(text.replace(/_/g, ''));
  if (!Number.isFinite(value)) return [];
  if (Math.abs(value) < 100) return [`${value + 1}`, `(${value - 1})`].map((to) => ['one more or less', to]);
  return ['0', `${value * 2}`].map((to) => ['a constant x 0 or x 2', to]);
};

const mutationsAt = (node) => {
  const text = node.getText();
  const condition = conditionOf(node);
  const found = [];
  const add = (kind, at, to) => found.push({ kind, start: at.getStart(), end: at.getEnd(), to });
  if (condition) add('negate a condition', condition, `!(${condition.getText()})`);
  if (ts.isAwaitExpression(node)) add('drop an await', node, node.expression.getText());
  if (ts.isExpressionStatement(node)) add('drop a statement', node, ';');
  if (ts.isNumericLiteral(node)) for (const [kind, to] of numbersInstead(text)) add(kind, node, to);
  return found;
};

/** Nothing that only people read, and no types: a slip there changes nothing that happens. */
const isOutside = (node) =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  isLogCall(node) ||
  (ts.isExpressionStatement(node) && isLogCall(node.expression));

/**
 * All mechanical mutants of a source.
 *
 * @returns `{ kind, start, end, to, line, from }`, in the order of the text
 */
exports.sitesOf = (path, source) => {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  const sites = [];
  const visit = (node) => {
    if (isOutside(node)) return;
    for (const mutation of mutationsAt(node)) {
      const { line } = tree.getLineAndCharacterOfPosition(mutation.start);
      sites.push({ ...mutation, line: line + 1, from: source.slice(mutation.start, mutation.end) });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return sites;
};

exports.withSite = (source, { start, end, to }) => source.slice(0, start) + to + source.slice(end);

/** A repeatable choice without repetition (mulberry32). */
exports.sample = (all, count, seed) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const left = [...all];
  const picked = [];
  while (picked.length < count && left.length > 0) picked.push(...left.splice(Math.floor(next() * left.length), 1));
  return picked;
};
