'use strict';
/*
 * Bundles what changed since the last time: `node scripts/build.js [--force] [server] [public] [standalone] [plugin]`.
 * Each of the first three has a folder under target/, put in place in one step.
 */
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('fs');
const { join } = require('path');
const { digestOfFiles, filesUnder, root } = require('./bundle/sources');

const TARGETS = {
  server: { title: 'programs', ...require('./bundle/server') },
  public: { title: 'page', ...require('./bundle/public') },
  standalone: { title: 'frame of the page', ...require('./bundle/standalone') },
};

const stampOf = (name) => join(root, 'target', `.${name}.digest`);

const readStamp = (name) => {
  try {
    return readFileSync(stampOf(name), 'utf8');
  } catch {
    return undefined;
  }
};

const replaceFolder = async (name, make) => {
  const folder = join(root, 'target', name);
  const [fresh, old] = [`${folder}.new-${process.pid}`, `${folder}.old-${process.pid}`];
  mkdirSync(fresh, { recursive: true });
  try {
    await make(fresh);
    try {
      renameSync(folder, old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
};

const buildTarget = async (name, { force, say }) => {
  const { title, sources, make } = TARGETS[name];
  const digest = digestOfFiles(filesUnder([...sources, 'scripts/bundle', 'tsconfig.json']));
  if (!force && readStamp(name) === digest) return;
  const began = performance.now();
  rmSync(stampOf(name), { force: true });
  await replaceFolder(name, make);
  writeFileSync(stampOf(name), digest);
  say(`Built the ${title} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
};

/** Builds those of the named targets whose sources changed. */
const build = async (names, { force = false, say = () => {} } = {}) => {
  for (const name of names) await buildTarget(name, { force, say });
};
exports.build = build;

/** Builds the zip for Dashboards and tells where it is. */
const buildPlugin = async ({ force = false, say = () => {} } = {}) => {
  await build(['public'], { force, say });
  return require('./bundle/plugin').make();
};
exports.buildPlugin = buildPlugin;

const run = async (args) => {
  const force = args.includes('--force');
  const names = args.filter((name) => name !== '--force');
  const unknown = names.find((name) => name !== 'plugin' && TARGETS[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`there is no target \`${unknown}\`; known: ${Object.keys(TARGETS).join(', ')}, plugin`);
  await build(names.length === 0 ? Object.keys(TARGETS) : names.filter((name) => name !== 'plugin'), {
    force,
    say: console.log,
  });
  if (names.includes('plugin')) console.log(await buildPlugin({ force, say: console.log }));
};

if (require.main === module) {
  run(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
