'use strict';
// Whether anybody notices what was done to the copy: unit tests first, then the simulation.
const { spawnSync } = require('child_process');
const { join } = require('path');
const { bundleProgram } = require('../bundle/program');

/** Unit tests of one source that need longer hang, which is noticed too, ms. */
const UNIT_PATIENCE_MS = 300_000;
/** A simulation that needs so many times as long as without a mutant hangs. A busy machine is slower from run to run. */
const TIMES_AS_LONG = 4;
/** Without a mutant it may take so long; else the machine is too busy to tell anything, ms. */
const LONGEST_BASELINE_MS = 900_000;

const run = (folder, args, patienceMs) => {
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: patienceMs,
    killSignal: 'SIGKILL',
    maxBuffer: 256 * 1024 * 1024,
  });
  const output = `${stdout}${stderr}`;
  // A loop that never ends either takes too long or fills the memory first; an error that nobody catches ends the tests.
  const isFull = output.includes('JavaScript heap out of memory');
  const isUncaught = output.includes('\nNode.js v') && output.includes(join(folder, 'server'));
  return { passed: status === 0, hung: signal === 'SIGKILL' || isFull || isUncaught, output };
};

exports.unitTests = (folder, tests) => {
  if (tests.length === 0) return { passed: true, hung: false, output: '' };
  const jest = join(folder, 'node_modules/jest/bin/jest.js');
  const options = ['--selectProjects', 'unit', '--runInBand', '--bail', '--silent', '--runTestsByPath'];
  const result = run(folder, [jest, ...options, ...tests], UNIT_PATIENCE_MS);
  // A machine that cannot run tests notices nothing.
  if (!result.passed && !result.hung && !result.output.includes('Test Suites:'))
    throw new Error(`the unit tests did not run: ${result.output.slice(-500)}`);
  return result;
};

/**
 * The simulation in the usual and in the harsh weather.
 *
 * @param known seeds that fail without any mutant, by weather
 * @param longestMs what the slower of the two took without a mutant
 * @returns whether all passed, which seeds failed, and how long the slower one took, ms
 */
exports.simulate = (
  folder,
  { usual, harsh, from },
  { known = { usual: [], harsh: [] }, stop = true, longestMs = LONGEST_BASELINE_MS / TIMES_AS_LONG } = {},
) => {
  const entry = join(folder, 'test/simulation/main.ts');
  const program = bundleProgram(entry, join(folder, 'target/simulate.js'), { logLevel: 'silent' });
  const failed = { usual: [], harsh: [] };
  let slowest = 0;
  for (const [weather, seeds, extra] of [
    ['usual', usual, []],
    ['harsh', harsh, ['--harsh']],
  ]) {
    if (seeds === 0) continue;
    const skip = known[weather].length > 0 ? ['--skip', known[weather].join(',')] : [];
    const args = ['--seeds', `${seeds}`, '--from', `${from}`, ...extra, ...skip, ...(stop ? ['--stop'] : [])];
    const began = Date.now();
    const result = run(folder, [program, ...args], Math.max(60_000, TIMES_AS_LONG * longestMs));
    slowest = Math.max(slowest, Date.now() - began);
    if (result.hung) return { passed: false, hung: true, failed, slowest };
    failed[weather] = [...result.output.matchAll(/^seed (\d+):/gm)].map(([, seed]) => Number(seed));
    if (!result.passed && failed[weather].length === 0) return { passed: false, failed, slowest };
    if (stop && failed[weather].length > 0) break;
  }
  return { passed: failed.usual.length + failed.harsh.length === 0, failed, slowest };
};
