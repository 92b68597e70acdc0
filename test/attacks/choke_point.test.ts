import { readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import * as ts from 'typescript';

/*
 * INV-11: nothing goes round the brakes. Orders reach a target from few places, and each of them asks the choke point
 * right before the first byte. A new place fails here until it is listed with how it asks.
 */

const ROOT = join(__dirname, '..', '..');

const sources = readdirSync(join(ROOT, 'server'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(test|mock)\.ts$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

interface Call {
  readonly file: string;
  readonly method: string;
}

const CALLED = ['execute', 'extend', 'undo', 'cancel'];

const methodOf = (called: ts.Expression): string | undefined => {
  if (ts.isPropertyAccessExpression(called) && /connector$/i.test(called.expression.getText())) return called.name.text;
  return ts.isIdentifier(called) && called.text === 'extend' ? 'extend' : undefined;
};

/** Calls of these methods of something that is named like a connector, or of one that was taken out of it. */
const callsToTargets = (file: string): readonly Call[] => {
  const text = readFileSync(file, 'utf8');
  if (!CALLED.some((method) => text.includes(`${method}(`))) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Call[] = [];
  const visit = (node: ts.Node): void => {
    const method = ts.isCallExpression(node) ? methodOf(node.expression) : undefined;
    if (method !== undefined && CALLED.includes(method)) found.push({ file: relative(ROOT, file), method });
    node.forEachChild(visit);
  };
  visit(source);
  return found;
};

const importersOf = (name: string, from: string): readonly string[] =>
  sources
    .filter((file) => {
      const text = readFileSync(file, 'utf8');
      if (!text.includes(from)) return false;
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      return source.statements.some(
        (each) =>
          ts.isImportDeclaration(each) &&
          (each.moduleSpecifier as ts.StringLiteral).text.endsWith(from) &&
          each.importClause?.namedBindings !== undefined &&
          ts.isNamedImports(each.importClause.namedBindings) &&
          each.importClause.namedBindings.elements.some((element) => element.name.text === name),
      );
    })
    .map((file) => relative(ROOT, file));

/** What stands behind a connector is its own. */
const all = sources.filter((file) => !file.includes('/connectors/')).flatMap(callsToTargets);
const placesOf = (method: string): readonly string[] =>
  [...new Set(all.filter((call) => call.method === method).map(({ file }) => file))].sort();

describe('orders to a target', () => {
  it('that put something in place leave from three places', () => {
    expect(placesOf('execute')).toEqual([
      'server/runner/executing/call_until_over.ts',
      // What nobody uses, and is taken back: `clearSelfTest` clears nothing else.
      'server/runner/operations/self_test.ts',
      'server/runner/undoing/keep_longer.ts',
    ]);
    expect(placesOf('extend')).toEqual(['server/runner/undoing/keep_longer.ts']);
  });

  it('that take something away or back leave from one', () => {
    expect(placesOf('undo')).toEqual(['server/runner/undoing/undo.ts']);
    expect(placesOf('cancel')).toEqual(['server/runner/undoing/undo.ts']);
  });

  it('are asked of the one choke point, and of nothing that is like it', () => {
    expect(importersOf('mayStart', 'brakes/clear')).toEqual(['server/runner/executing/call_until_over.ts']);
    expect(importersOf('clearJoined', 'brakes/clear')).toEqual(['server/runner/undoing/keep_longer.ts']);
    // The tests of policies ask it too, and send nothing.
    expect([...importersOf('clear', 'brakes/clear')].sort()).toEqual([
      'server/runner/doctrine/catalog/policy_tests.ts',
      'server/runner/executing/claim_act.ts',
    ]);
    expect(importersOf('clearSelfTest', 'brakes/clear_self_test')).toEqual(['server/runner/operations/self_test.ts']);
    expect([...importersOf('markCleared', 'flow/mark_cleared')].sort()).toEqual([
      'server/engine/brakes/clear.ts',
      'server/engine/brakes/clear_self_test.ts',
    ]);
  });
});
