'use strict';
// Which unit tests speak of a source: those beside it that bear its name, then those that import it.
const { readdirSync, readFileSync } = require('fs');
const { basename, dirname, join, normalize, relative } = require('path');

const MOST = 12;
const PLACES = ['common', 'server', 'test'];
const NO_UNIT = /\.integration\.test\.ts$|^test\/(simulation|e2e)\//;

const allTests = (folder) =>
  PLACES.flatMap((place) =>
    readdirSync(join(folder, place), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
      .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))),
  ).filter((path) => !NO_UNIT.test(path));

const imports = (folder, test) =>
  [...readFileSync(join(folder, test), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path]) =>
    normalize(join(dirname(test), `${path}.ts`)),
  );

/** @returns a function from a source to the paths of its tests */
exports.testsOf = (folder) => {
  const tests = allTests(folder).map((path) => ({ path, imports: new Set(imports(folder, path)) }));
  return (source) => {
    const name = basename(source, '.ts');
    const isBeside = ({ path }) => dirname(path) === dirname(source) && basename(path).startsWith(name);
    const beside = tests.filter(isBeside);
    const others = tests.filter((test) => !isBeside(test) && test.imports.has(source));
    const near = others.sort(
      (a, b) => Number(dirname(b.path) === dirname(source)) - Number(dirname(a.path) === dirname(source)),
    );
    return [...beside, ...near].slice(0, MOST).map(({ path }) => path);
  };
};
