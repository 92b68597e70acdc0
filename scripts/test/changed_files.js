'use strict';
// What the quick run looks at: lint and format of all files take longer than all unit tests together.
const { execFileSync } = require('child_process');
const { existsSync } = require('fs');
const { join } = require('path');

/** A change of these may find faults in any file. */
const RULES = /^(eslint\.config\.mjs|\.prettierrc\.json|tsconfig\.json|package(-lock)?\.json|scripts\/\w+_rules?\.js)$/;

/**
 * Files of the last commit, with what it merged, and what was changed since; paths relative to `root`, with `/`.
 *
 * @returns undefined where all files have to be looked at: a rule changed, or Git does not know the commit before
 */
exports.changedFiles = (root) => {
  const git = (...args) =>
    execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\n')
      .filter((line) => line !== '');
  try {
    const changed = [
      ...git('diff', '--name-only', '--relative', 'HEAD~1'),
      ...git('ls-files', '--others', '--exclude-standard'),
    ];
    return changed.some((path) => RULES.test(path))
      ? undefined
      : changed.filter((path) => existsSync(join(root, path)));
  } catch {
    return undefined;
  }
};
