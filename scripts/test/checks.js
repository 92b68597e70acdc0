'use strict';
// Checks of the sources themselves; each is one item.
const { join } = require('path');
const { mkdirSync } = require('fs');
const { root } = require('../bundle/sources');
const { formattedFiles, isFormatted } = require('../format');
const { changedFiles, noteClean } = require('./changed_files');
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
    '--no-warn-ignored',
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
  ],
};
exports.CHECKS = Object.keys(CHECKS);

const isLinted = (path) => /\.(tsx?|m?js)$/.test(path);

/** What a check looks at; undefined where it finds that out by itself. */
const filesOf = (name, quick) => {
  const changed = quick ? changedFiles(root, name) : undefined;
  if (name === 'lint') return changed?.filter(isLinted) ?? ['.'];
  if (name === 'format') return changed?.filter(isFormatted) ?? formattedFiles();
  return undefined;
};

/** Runs one check. The quick run leaves lint and format of what did not change to the full one. */
exports.runCheck = async (name, { quick }) => {
  mkdirSync(join(root, 'target'), { recursive: true });
  const files = filesOf(name, quick);
  if (files?.length === 0) return { passed: 1, failures: [] };
  const { code, output } = await runChild(process.execPath, [...CHECKS[name], ...(files ?? [])]);
  if (code === 0) noteClean(root, name);
  return code === 0 ? { passed: 1, failures: [], output } : { passed: 0, failures: [`${name} found faults`], output };
};
