'use strict';
// The short drill as a stage: one round of harm to three real hosts (docs/faults.md).
const { mkdirSync, readFileSync } = require('fs');
const { join } = require('path');
const { runDrill } = require('../drill');

/** One round; another seed each day would make a red run hard to see again. */
const SHORT = { minutes: 0, seed: 1 };

const inWords = ({ id, promise, broken }) => `${id}: ${promise}; broken ${broken.length} times: ${broken[0]}`;

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Runs it; a drill that did not come to its end is one failure. */
exports.drillStage = async (folder) => {
  const own = join(folder, 'drill');
  mkdirSync(own, { mode: 0o711 });
  const json = join(own, 'drill.json');
  const { child, ended } = await runDrill({ ...SHORT, json }, own, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  const code = await ended;
  const report = read(json);
  if (report === undefined) return { passed: 0, failures: [`the drill ended with exit code ${code}`], output };
  const having = (...verdicts) => report.findings.filter(({ verdict }) => verdicts.includes(verdict));
  return {
    passed: having('kept').length,
    failures: having('BROKEN').map(inWords),
    skipped: [
      ...report.skipped,
      ...having('not judged').map(({ id, promise }) => `${id}, not judged on a busy machine: ${promise}`),
    ],
    output,
  };
};
