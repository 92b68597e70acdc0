'use strict';
/*
 * The page as Dashboards loads it: a small classic script whose name and content hardly ever change, because browsers
 * keep it for a year, and beside it modules whose names carry their content's hash.
 */
const { writeFileSync } = require('fs');
const { basename, join } = require('path');
const { forBrowser } = require('./options');
const { compiledValidator } = require('./policy_validator');
const { sharedDependencies } = require('./shared_dependencies');
const { root } = require('./sources');

exports.sources = ['common', 'public', 'package.json', 'package-lock.json', 'scripts/bundle'];

/** How the worker that holds the stream of all pages is bundled: a classic script, which every browser takes. */
const makeWorker = async (folder) => {
  const { metafile } = await require('esbuild').build({
    ...forBrowser(),
    entryPoints: { live_worker: 'public/stream/live_worker.ts' },
    outdir: folder,
    format: 'iife',
    entryNames: '[name]-[hash]',
    metafile: true,
  });
  return basename(Object.keys(metafile.outputs)[0]);
};
exports.makeWorker = makeWorker;

/** How the modules of the page are bundled. */
const moduleOptions = (folder) => ({
  ...forBrowser(),
  entryPoints: { reflex: 'public/index.ts' },
  outdir: folder,
  format: 'esm',
  splitting: true,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.svg': 'dataurl', '.png': 'dataurl' },
  plugins: [sharedDependencies, compiledValidator],
  metafile: true,
});
exports.moduleOptions = moduleOptions;

const makeModules = async (folder) => {
  const { metafile } = await require('esbuild').build(moduleOptions(folder));
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'public/index.ts');
  const styles = Object.keys(metafile.outputs).filter((path) => path.endsWith('.css'));
  if (styles.length > 0) throw new Error('the page must bring no style sheet of its own; use OUI, or a style element');
  return basename(entry);
};

const makeLoader = async (folder) => {
  await require('esbuild').build({
    ...forBrowser(),
    entryPoints: ['public/loader.ts'],
    outfile: join(folder, 'reflex.plugin.js'),
    format: 'iife',
    plugins: [sharedDependencies],
  });
};

exports.make = async (folder) => {
  const entry = await makeModules(folder);
  await makeLoader(folder);
  const worker = await makeWorker(folder);
  writeFileSync(join(folder, 'entry.json'), `${JSON.stringify({ module: entry, worker })}\n`);
};
