'use strict';
// The programs that run outside Dashboards.
const { forServer, packagesOutside } = require('./options');

/** Where a host meets the wiring: hosts do not know it. */
const PROGRAMS = {
  standalone: 'scripts/programs/standalone.ts',
  node: 'server/hosts/standalone/node/alone.ts',
  cli: 'server/hosts/cli/main.ts',
  // A process and a thread start from files of their own.
  node_helper: 'server/hosts/standalone/node/helper/inside.ts',
  guard_worker: 'server/adapters/opa/guard_worker.js',
};

exports.sources = ['common', 'server', 'scripts/programs', 'package.json', 'package-lock.json'];

exports.make = (folder) =>
  require('esbuild').build({
    ...forServer(),
    target: 'node20',
    entryPoints: PROGRAMS,
    outdir: folder,
    sourcemap: 'linked',
    plugins: [packagesOutside],
  });
