const ts = require('typescript');

/*
 * Follows a text into the functions that it is handed to: a comparison by hand is one wherever it stands.
 * Types end at a parameter that is a plain string, so this goes by the bodies of functions.
 */

/** Functions within functions that are looked into; deeper ones take a text apart, they do not compare it. */
const DEEPEST = 3;

/** Folders whose functions are made for comparing entities. */
const MADE_FOR_IT = /\/(?:common|server\/engine)\/entity\//;

const isFunction = (node) =>
  node !== undefined &&
  (ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node));

/** Without what stands around a text and leaves it what it is. */
const bare = (node, seeThrough) => {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node))
    return bare(node.expression, seeThrough);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return bare(node.left, seeThrough);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return seeThrough.has(node.expression.name.text) ? bare(node.expression.expression, seeThrough) : node;
  return node;
};

/** A text without letters and digits, or nothing: who asks for it asks for the form. */
const isNoName = (node) =>
  node !== undefined &&
  ((ts.isStringLiteralLike(node) && !/[\p{L}\p{N}]/u.test(node.text)) ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(node) && node.text === 'undefined'));

const OPERATORS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

/**
 * @param checker the program's type checker
 * @param words names of methods: `folding`, `comparing`, `lookingUp`, `seeThrough`
 * @param isLeftOut true for a file that may go by letters
 * @returns whether the function that a call calls compares what it is handed at a place (0 is the first)
 */
const flowOf = (checker, { folding, comparing, lookingUp, seeThrough }, isLeftOut) => {
  const known = new Map();

  const calledBy = (call) => {
    let symbol = checker.getSymbolAtLocation(
      ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression,
    );
    if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    const declared = symbol?.valueDeclaration;
    const body = declared !== undefined && ts.isVariableDeclaration(declared) ? declared.initializer : declared;
    if (!isFunction(body) || body.body === undefined) return undefined;
    const { fileName } = body.getSourceFile();
    return MADE_FOR_IT.test(fileName) || isLeftOut(fileName) ? undefined : body;
  };

  const comparesWithin = (body, parameter, depth) => {
    const isIt = (node) => {
      const text = bare(node, seeThrough);
      return ts.isIdentifier(text) && checker.getSymbolAtLocation(text) === parameter;
    };
    const compares = (node) => {
      if (ts.isBinaryExpression(node))
        return (
          OPERATORS.has(node.operatorToken.kind) &&
          ((isIt(node.left) && !isNoName(node.right)) || (isIt(node.right) && !isNoName(node.left)))
        );
      if (ts.isSwitchStatement(node)) return isIt(node.expression);
      if (!ts.isCallExpression(node)) return false;
      if (ts.isPropertyAccessExpression(node.expression)) {
        const { expression: of, name } = node.expression;
        if (isIt(of) && (folding.has(name.text) || (comparing.has(name.text) && !isNoName(node.arguments[0]))))
          return true;
        if (lookingUp.has(name.text) && node.arguments[0] !== undefined && isIt(node.arguments[0])) return true;
      }
      return node.arguments.some((each, place) => isIt(each) && comparesAt(node, place, depth + 1));
    };
    const find = (node) => compares(node) || ts.forEachChild(node, (each) => find(each) || undefined) === true;
    return find(body.body);
  };

  const comparesAt = (call, place, depth = 0) => {
    if (depth >= DEEPEST) return false;
    const body = calledBy(call);
    const parameter = body?.parameters[place];
    if (parameter === undefined || parameter.dotDotDotToken !== undefined || !ts.isIdentifier(parameter.name))
      return false;
    if (!known.has(parameter)) {
      // A function that calls itself compares nothing by doing so.
      known.set(parameter, false);
      known.set(parameter, comparesWithin(body, checker.getSymbolAtLocation(parameter.name), depth));
    }
    return known.get(parameter);
  };
  return comparesAt;
};

module.exports = { flowOf };
