'use strict';
/*
 * Every text of the page by its id, read from the sources: `node translations/collect.js` writes en.json, and a test
 * holds the file to the sources.
 */
const { readdirSync, readFileSync, writeFileSync } = require('fs');
const { join } = require('path');
const ts = require('typescript');

const root = join(__dirname, '..');
const FILE = join(__dirname, 'en.json');

const sourcesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesUnder(path);
    return /(?<!\.test|\.d)\.tsx?$/.test(entry.name) ? [path] : [];
  });

/** The syntax of one file. In a `.ts` file `<Value>(` begins no element, so it is not read as one of the page. */
const syntaxOf = (path) => {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, kind);
  // What was not understood is skipped silently otherwise, and its texts with it.
  if (source.parseDiagnostics.length > 0) throw new Error(`${path.slice(root.length + 1)} cannot be read`);
  return source;
};

/** Calls of `say(id, text, …)` in one file. */
const textsOf = (path) => {
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'say') {
      const [id, text] = node.arguments;
      const place = `${path.slice(root.length + 1)}: ${node.getText().slice(0, 60)}`;
      if (!ts.isStringLiteralLike(id) || !ts.isStringLiteralLike(text))
        throw new Error(`${place}: write id and text out`);
      found.push([`reflex.${id.text}`, text.text, place]);
    }
    ts.forEachChild(node, visit);
  };
  visit(syntaxOf(path));
  return found;
};

/** All texts, sorted by id. Throws if one id has two texts: a translator could not tell them apart. */
const collect = () => {
  const texts = new Map();
  for (const [id, text, place] of sourcesUnder(join(root, 'public')).flatMap(textsOf)) {
    const known = texts.get(id);
    if (known !== undefined && known !== text) throw new Error(`${place}: \`${id}\` says something else elsewhere`);
    texts.set(id, text);
  }
  return { messages: Object.fromEntries([...texts].sort(([one], [other]) => (one < other ? -1 : 1))) };
};
module.exports = { collect, FILE };

if (require.main === module) writeFileSync(FILE, `${JSON.stringify(collect(), null, 2)}\n`);
