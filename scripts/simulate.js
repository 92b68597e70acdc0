// npm run simulate -- --seeds N [--from S] | --seed S [--trace]
const { spawnSync } = require('child_process');
const { mkdtempSync, rmSync } = require('fs');
const { tmpdir } = require('os');
const { join } = require('path');
const esbuild = require('esbuild');

const folder = mkdtempSync(join(tmpdir(), 'reflex-simulate-'));
const outfile = join(folder, 'simulate.js');
esbuild.buildSync({
  entryPoints: [join(__dirname, '../test/simulation/main.ts')],
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  outfile,
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
