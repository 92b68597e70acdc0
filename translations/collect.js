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
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
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
