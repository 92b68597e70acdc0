'use strict';
// One project of jest.config.js as a stage.
const { readFileSync, rmSync } = require('fs');
const { join } = require('path');
const { root } = require('../bundle/sources');
const { runChild } = require('./children');

const SHOWN = 30_000;

/** Jest's own progress, without the lines of suites that passed. */
const telling = (output) =>
  output
    .split('\n')
    .filter((line) => !/^PASS |^RUNS /.test(line))
    .join('\n')
    .slice(-SHOWN);

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

const nameOf = ({ ancestorTitles, title }) => [...ancestorTitles, title].join(' ');

const shortPath = (path) => path.slice(root.length + 1);

const namesOf = ({ testResults }) => {
  const all = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((each) => ({ status: each.status, name: `${shortPath(name)}: ${nameOf(each)}` })),
  );
  const withStatus = (...statuses) => all.filter(({ status }) => statuses.includes(status)).map(({ name }) => name);
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  );
  return {
    passed: withStatus('passed').length,
    failures: [...withStatus('failed'), ...broken.map(({ name }) => `${shortPath(name)} did not run`)],
    skipped: withStatus('pending', 'skipped', 'todo', 'disabled'),
  };
};

/** Runs a project; a crash of jest itself counts as one failure. */
exports.jestStage = async (project, { env, folder, args = [] }) => {
  const file = join(folder, `${project}.json`);
  rmSync(file, { force: true });
  const program = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--selectProjects', project, '--passWithNoTests', '--json', '--outputFile', file, ...args];
  const { code, output } = await runChild(process.execPath, [program, ...flags], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const results = read(file);
  if (results === undefined) return { passed: 0, failures: [`jest ended with exit code ${code}`], output };
  const named = namesOf(results);
  const failures = code !== 0 && named.failures.length === 0 ? [`jest ended with exit code ${code}`] : named.failures;
  return { ...named, failures, output: telling(output) };
};
