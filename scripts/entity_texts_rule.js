const { join, relative } = require('path');
const { SymbolFlags } = require('typescript');
const { flowOf } = require('./entity_texts_flow.js');

/*
 * Entities are compared by what they name, never by their letters (docs/decisions/024-one-identity-per-thing.md).
 * Types tell which text names an entity, so that the value of a form field or of a result is none.
 */

/** Kinds that tell a type with a `value` from any other: targets, facts of assets and items of the inventory. */
const KINDS = ['ip', 'host', 'user'];
/** Fields of an event that name something wherever they stand. */
const FIELDS = new Set(['src_host', 'dst_host']);
/** Fields of an event that name something within this part of it. */
const WITHIN = { source: ['ip'], destination: ['ip', 'domain'], user: ['name'] };

const FOLDING = new Set(['toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'normalize']);
const COMPARING = new Set(['localeCompare', 'startsWith', 'endsWith', 'includes', 'indexOf', 'match', 'search']);
const LOOKING_UP = new Set(['has', 'get', 'includes', 'indexOf', 'lastIndexOf']);
const OPERATORS = new Set(['===', '!==', '==', '!=', '<', '>', '<=', '>=']);

/** Texts that leave out nothing but what stands around: what they are of is what is compared. */
const SEE_THROUGH = new Set(['trim', 'toString', ...FOLDING]);

const nameOf = (property, computed) => (!computed && property.type === 'Identifier' ? property.name : undefined);

/** What `target.value.trim` is of, and the name of the method. */
const methodOf = ({ callee }) =>
  callee.type === 'MemberExpression'
    ? { of: callee.object, method: nameOf(callee.property, callee.computed) }
    : { of: undefined, method: undefined };

/** A text without letters and digits, such as '' or '/': who asks for it asks for the form. */
const isNoName = (node) =>
  (node?.type === 'Literal' && (node.value === null || !/[\p{L}\p{N}]/u.test(String(node.value)))) ||
  (node?.type === 'Identifier' && node.name === 'undefined');

/** Finds out by types whether an expression is the text of an entity. */
const entityTexts = ({ program, esTreeNodeToTSNodeMap: nodes, tsNodeToESTreeNodeMap: back }) => {
  const checker = program.getTypeChecker();

  const isKindOfEntity = (type) =>
    (type.isUnion() ? type.types : [type]).some((each) => each.isStringLiteral() && KINDS.includes(each.value));

  /** True for a type such as `{ type: 'host' | …, value: string, host?: string }`. */
  const namesSomething = (type) => {
    const parts = type.isUnion() ? type.types : [type];
    return parts.some((part) => {
      const kind = checker.getPropertyOfType(part, 'type');
      return (
        kind !== undefined &&
        checker.getPropertyOfType(part, 'value') !== undefined &&
        isKindOfEntity(checker.getNonNullableType(checker.getTypeOfSymbol(kind)))
      );
    });
  };

  /** The name of an embedded user is always there, and that of an event's user may be missing. */
  const mayBeMissing = (type, name) =>
    ((checker.getPropertyOfType(type, name)?.flags ?? 0) & SymbolFlags.Optional) !== 0;

  const isField = (name, whole, within) => {
    const type = checker.getNonNullableType(whole);
    if (name === 'value' || name === 'host') return namesSomething(type);
    return (FIELDS.has(name) || (WITHIN[within] ?? []).includes(name)) && mayBeMissing(type, name);
  };

  /** The part of an event that an object pattern takes apart, by its name. */
  const takenFrom = (pattern) => {
    const { parent } = pattern;
    const from = parent.initializer ?? parent.propertyName;
    return from?.name?.text ?? from?.text;
  };

  /** True for `value` in `({ value }: Target) => …` and in `const { value } = target`. */
  const isTakenOut = (node) => {
    const declared = checker.getSymbolAtLocation(nodes.get(node))?.valueDeclaration;
    const pattern = declared?.parent;
    if (pattern?.elements === undefined || declared.name === undefined) return false;
    const name = (declared.propertyName ?? declared.name).text;
    return name !== undefined && isField(name, checker.getTypeAtLocation(pattern), takenFrom(pattern));
  };

  /** True for `name` after `const name = target.value`. */
  const isSame = (node) => {
    const declared = checker.getSymbolAtLocation(nodes.get(node))?.valueDeclaration;
    const from = declared?.name?.text === node.name ? back.get(declared.initializer) : undefined;
    return from !== undefined && isText(from);
  };

  const isText = (node) => {
    switch (node?.type) {
      case 'MemberExpression': {
        const name = nameOf(node.property, node.computed);
        const within = node.object.type === 'MemberExpression' ? node.object.property.name : node.object.name;
        return name !== undefined && isField(name, checker.getTypeAtLocation(nodes.get(node.object)), within);
      }
      case 'Identifier':
        return isTakenOut(node) || isSame(node);
      case 'CallExpression': {
        const { of, method } = methodOf(node);
        return SEE_THROUGH.has(method) && isText(of);
      }
      case 'ChainExpression':
      case 'TSNonNullExpression':
      case 'TSAsExpression':
        return isText(node.expression);
      case 'LogicalExpression':
        return isText(node.left) || isText(node.right);
      case 'TemplateLiteral':
        return node.expressions.some(isText);
      default:
        return false;
    }
  };
  return isText;
};

/** Files that go by the letters of an entity, and why that is right there. */
const LETTERS_MATTER = {
  'server/engine/decision/lookups.ts': 'a record answers what was asked then, letter by letter, or replay would differ',
  'server/engine/intake/normalise_event.ts':
    'the digest of an event rests on this spelling: a repeated event of an earlier version must stay a duplicate',
  'server/engine/decision/resolve_target.ts':
    'makes the one spelling of a target from what a policy says: it is where letters end',
  'public/components/facts/asset_facts.tsx': 'a name is shown where it is written otherwise, whatever it names',
  'public/pages/containments/filter_containments.ts':
    'people type some letters of a target, and the page does not load what reads entities',
};

const METHODS = { folding: FOLDING, comparing: COMPARING, lookingUp: LOOKING_UP, seeThrough: SEE_THROUGH };
const mayGoByLetters = (file) => relative(join(__dirname, '..'), file).replaceAll('\\', '/') in LETTERS_MATTER;

const rule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      byHand:
        'this is the text of an entity, and one thing has many spellings: compare what it names, with `common/entity` or `server/engine/entity` (docs/decisions/024-one-identity-per-thing.md)',
    },
  },
  create: (context) => {
    const services = context.sourceCode.parserServices;
    const isText = entityTexts(services);
    const compares = flowOf(services.program.getTypeChecker(), METHODS, mayGoByLetters);
    const report = (node) => context.report({ node, messageId: 'byHand' });
    return {
      BinaryExpression: (node) => {
        if (!OPERATORS.has(node.operator) || isNoName(node.left) || isNoName(node.right)) return;
        if (isText(node.left) || isText(node.right)) report(node);
      },
      SwitchStatement: (node) => {
        if (isText(node.discriminant)) report(node.discriminant);
      },
      CallExpression: (node) => {
        const { of, method } = methodOf(node);
        const [wanted] = node.arguments;
        const isAsked = COMPARING.has(method) && !isNoName(wanted);
        if ((FOLDING.has(method) || isAsked) && isText(of)) report(node);
        else if (LOOKING_UP.has(method) && isText(wanted)) report(node);
        else
          node.arguments.forEach((each, place) => {
            if (isText(each) && compares(services.esTreeNodeToTSNodeMap.get(node), place)) report(each);
          });
      },
    };
  },
};

module.exports = { rule, LETTERS_MATTER };
