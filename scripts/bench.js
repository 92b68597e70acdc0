'use strict';
// npm run bench [-- decide | growth | grown | load | opa | rest | whole | sources | stop]: figures as JSON. Without a
// word `decide` and `whole`; `decide`, `growth`, `load`, `opa` and `rest` need no node, `opa` needs the real Open Policy
// Agent, `sources` also Kafka and RabbitMQ.
const { mkdirSync, rmSync } = require('fs');
const { join } = require('path');
const { installPackages } = require('./setup/packages');

/** These need neither OpenSearch nor a host. */
const ALONE = ['decide', 'growth', 'load', 'opa', 'rest'];

const run = async ([only]) => {
  if (only !== undefined && ![...ALONE, 'grown', 'whole', 'sources', 'stop'].includes(only))
    throw new Error('say `decide`, `growth`, `grown`, `load`, `opa`, `rest`, `whole`, `sources`, `stop` or nothing');
  const fault = installPackages();
  if (fault) throw new Error(fault);
  const { build } = require('./build');
  const { endAll, startChild } = require('./test/children');
  const { startNode } = require('./test/node');
  const { makeWorkFolder } = require('./test/work_folder');
  const folder = makeWorkFolder();
  let failed = 0;
  try {
    const outfile = join(folder, 'app', 'bench.js');
    await require('esbuild').build({
      entryPoints: {
        bench: join(__dirname, '../test/bench/main.ts'),
        guard_worker: join(__dirname, '../server/adapters/opa/guard_worker.js'),
      },
      bundle: true,
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      outdir: join(folder, 'app'),
      // Its ES module lacks what its CommonJS one has.
      alias: { '@open-policy-agent/opa-wasm': require.resolve('@open-policy-agent/opa-wasm') },
      logLevel: 'error',
    });
    await build(['server'], { say: (line) => console.error(line) });
    await require('esbuild').stop();
    mkdirSync(join(folder, 'agent'));
    const node = ALONE.includes(only) ? undefined : (await startNode(folder)).url;
    const task = { folder: join(folder, 'agent'), ...(node ? { node } : {}), ...(only ? { only } : {}) };
    const args = ['--enable-source-maps', '--expose-gc', outfile, JSON.stringify(task)];
    failed = await startChild(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }).ended;
  } finally {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = failed;
};

run(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
