'use strict';
// node scripts/record_stored.js NAME: records what this version stores, for test/upgrades/stored/NAME.
const { rmSync } = require('fs');
const { join } = require('path');
const { installPackages } = require('./setup/packages');
const { root } = require('./bundle/sources');

const run = async ([name]) => {
  if (!/^[\w.-]+$/.test(name ?? '')) throw new Error('say under which name, such as a commit');
  const fault = installPackages();
  if (fault) throw new Error(fault);
  const { build } = require('./build');
  const { endAll, startChild } = require('./test/children');
  const { startNode } = require('./test/node');
  const { makeWorkFolder } = require('./test/work_folder');
  const folder = makeWorkFolder();
  try {
    await build(['server'], { say: (line) => console.error(line) });
    const { url } = await startNode(folder);
    const program = join(root, 'target', 'test', 'record.js');
    await require('esbuild').build({
      entryPoints: [join(root, 'test/upgrades/record.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      outfile: program,
      packages: 'external',
      define: { __dirname: JSON.stringify(join(root, 'test', 'targets')) },
      logLevel: 'error',
    });
    await require('esbuild').stop();
    const args = ['--enable-source-maps', program, url, join(root, 'test/upgrades/stored', name)];
    process.exitCode = await startChild(process.execPath, args, { stdio: 'inherit' }).ended;
  } finally {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

run(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
