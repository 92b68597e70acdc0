'use strict';
// Checks of the sources themselves; each is one item.
const { join } = require('path');
const { mkdirSync } = require('fs');
const { root } = require('../bundle/sources');
const { FORMATTED } = require('../format');
const { runChild } = require('./children');

const program = (path) => join(root, 'node_modules', path);

const CHECKS = {
  types: [
    program('typescript/bin/tsc'),
    '--noEmit',
    '-p',
    '.',
    '--incremental',
    '--tsBuildInfoFile',
    'target/types.json',
  ],
  lint: [
    program('eslint/bin/eslint.js'),
    '.',
    '--cache',
    '--cache-location',
    'target/lint.json',
    '--cache-strategy',
    'content',
  ],
  'import rules': [
    program('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    'scripts/import_rules.js',
    'common',
    'server',
    'public',
  ],
  format: [
    program('prettier/bin/prettier.cjs'),
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-location',
    'target/format.json',
    '--cache-strategy',
    'content',
    ...FORMATTED,
  ],
};
exports.CHECKS = Object.keys(CHECKS);

/** Runs one check. */
exports.runCheck = async (name) => {
  mkdirSync(join(root, 'target'), { recursive: true });
  const { code, output } = await runChild(process.execPath, CHECKS[name]);
  return code === 0 ? { passed: 1, failures: [], output } : { passed: 0, failures: [`${name} found faults`], output };
};
