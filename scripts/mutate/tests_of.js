'use strict';
/*
 * Which unit tests speak of a source: those beside it that bear its name, then those that import it, then those in the
 * same folder whose builders do: a scene is at work in all its parts. A part that was taken out of a larger source is
 * judged by the tests of that one too.
 */
const { existsSync, readdirSync, readFileSync } = require('fs');
const { basename, dirname, join, normalize, relative } = require('path');

/** A room of the runner has some thirty. Only a mutant that nobody has noticed yet costs all of them. */
const MOST = 32;
const PLACES = ['common', 'server', 'test'];
const NO_UNIT = /\.integration\.test\.ts$|^test\/(simulation|e2e)\//;
const BUILDERS = /^test\/(builders|fakes)\//;

const allTests = (folder) =>
  PLACES.flatMap((place) =>
    readdirSync(join(folder, place), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
      .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))),
  ).filter((path) => !NO_UNIT.test(path));

const imports = (folder, file) =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path]) =>
    normalize(join(dirname(file), `${path}.ts`)),
  );

/** What a test imports by builders: one builder may stand on others. */
const byBuilders = (folder, own) => {
  const found = new Set();
  const left = own.filter((path) => BUILDERS.test(path));
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (found.has(path) || !existsSync(join(folder, path))) continue;
    found.add(path);
    for (const each of imports(folder, path))
      if (BUILDERS.test(each)) left.push(each);
      else found.add(each);
  }
  return found;
};

/** Sources beside this one that import it. */
const usersOf = (folder, source) =>
  readdirSync(join(folder, dirname(source)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(dirname(source), name))
    .filter((path) => imports(folder, path).includes(source));

/** @returns a function from a source to the paths of its tests, the nearest first */
exports.testsOf = (folder) => {
  const tests = allTests(folder).map((path) => {
    const own = imports(folder, path);
    return { path, imports: new Set(own), built: byBuilders(folder, own) };
  });
  return (source) => {
    const name = basename(source, '.ts');
    const users = usersOf(folder, source);
    const farness = ({ path, imports: own, built }) => {
      const isNear = dirname(path) === dirname(source);
      if (isNear && basename(path).startsWith(name)) return 0;
      if (own.has(source)) return isNear ? 1 : 2;
      if (isNear && built.has(source)) return 3;
      return isNear && users.some((user) => own.has(user) || built.has(user)) ? 4 : undefined;
    };
    return tests
      .map((test) => ({ path: test.path, far: farness(test) }))
      .filter(({ far }) => far !== undefined)
      .sort((one, other) => one.far - other.far)
      .slice(0, MOST)
      .map(({ path }) => path);
  };
};
