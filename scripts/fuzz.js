'use strict';
/*
 * Feeds every parser with bent inputs for longer than `npm test` does: `npm run fuzz -- [--runs N]`, N inputs a parser,
 * default 50,000. A failure prints its seed and path; fast-check replays them.
 */
const { spawnSync } = require('child_process');
const { join } = require('path');

const USAGE = 'usage: npm run fuzz -- [--runs N]';

const runsOf = (args) => {
  const [name, value, ...rest] = args;
  if (name === undefined) return 50_000;
  if (name !== '--runs' || rest.length > 0 || !/^[1-9]\d{0,8}$/.test(value ?? '')) throw new Error(USAGE);
  return Number(value);
};

try {
  const runs = runsOf(process.argv.slice(2));
  const jest = join(__dirname, '../node_modules/jest/bin/jest.js');
  const args = ['test/attacks/parsers', 'test/attacks/page', '--selectProjects', 'unit', '--testTimeout', '86400000'];
  const { status } = spawnSync(process.execPath, [jest, ...args], {
    cwd: join(__dirname, '..'),
    stdio: 'inherit',
    env: { ...process.env, REFLEX_FUZZ_RUNS: String(runs) },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
