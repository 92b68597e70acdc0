// npm run simulate -- --seeds N [--from S] [--harsh] | --seed S [--trace]; docs/guides/simulation.md has the rest.
const { spawnSync } = require('child_process');
const { mkdtempSync, rmSync } = require('fs');
const { tmpdir } = require('os');
const { join } = require('path');
const { bundleProgram } = require('./bundle/program');

const folder = mkdtempSync(join(tmpdir(), 'reflex-simulate-'));
const program = bundleProgram(join(__dirname, '../test/simulation/main.ts'), join(folder, 'simulate.js'));
const { status } = spawnSync(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
