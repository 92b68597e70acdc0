'use strict';
// Whether anybody notices what was done to the copy: unit tests first, then the simulation.
const { spawnSync } = require('child_process');
const { join } = require('path');
const { bundleProgram } = require('../bundle/program');

/** Whoever needs longer than this hangs, which is noticed too, ms. */
const PATIENCE_MS = 180_000;

const run = (folder, args) => {
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 256 * 1024 * 1024,
  });
  return { passed: status === 0, hung: signal === 'SIGKILL', output: `${stdout}${stderr}` };
};

exports.unitTests = (folder, tests) => {
  if (tests.length === 0) return { passed: true, hung: false, output: '' };
  const jest = join(folder, 'node_modules/jest/bin/jest.js');
  const options = ['--selectProjects', 'unit', '--runInBand', '--bail', '--silent', '--runTestsByPath'];
  const result = run(folder, [jest, ...options, ...tests]);
  // A machine that cannot run tests notices nothing.
  if (!result.passed && !result.hung && !result.output.includes('Test Suites:'))
    throw new Error(`the unit tests did not run: ${result.output.slice(-500)}`);
  return result;
};

/**
 * The simulation in the usual and in the harsh weather.
 *
 * @param known seeds that fail without any mutant, by weather
 * @returns whether all passed, and which seeds failed
 */
exports.simulate = (folder, { usual, harsh, from }, { known = { usual: [], harsh: [] }, stop = true } = {}) => {
  const entry = join(folder, 'test/simulation/main.ts');
  const program = bundleProgram(entry, join(folder, 'target/simulate.js'), { logLevel: 'silent' });
  const failed = { usual: [], harsh: [] };
  for (const [weather, seeds, extra] of [
    ['usual', usual, []],
    ['harsh', harsh, ['--harsh']],
  ]) {
    if (seeds === 0) continue;
    const skip = known[weather].length > 0 ? ['--skip', known[weather].join(',')] : [];
    const args = ['--seeds', `${seeds}`, '--from', `${from}`, ...extra, ...skip, ...(stop ? ['--stop'] : [])];
    const result = run(folder, [program, ...args]);
    if (result.hung) return { passed: false, hung: true, failed };
    failed[weather] = [...result.output.matchAll(/^seed (\d+):/gm)].map(([, seed]) => Number(seed));
    if (!result.passed && failed[weather].length === 0) return { passed: false, failed };
    if (stop && failed[weather].length > 0) break;
  }
  return { passed: failed.usual.length + failed.harsh.length === 0, failed };
};
