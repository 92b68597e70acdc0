'use strict';
// What the quick run looks at: lint and format of all files take longer than all unit tests together.
const { execFileSync } = require('child_process');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('fs');
const { dirname, join } = require('path');

/** A change of these may find faults in any file. */
const RULES = /^(eslint\.config\.mjs|\.prettierrc\.json|tsconfig\.json|package(-lock)?\.json|scripts\/\w+_rules?\.js)$/;

const git = (root, ...args) =>
  execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter((line) => line !== '');

const markOf = (root, check) => join(root, 'target', `clean_${check}`);

/** Remembers that a check found nothing in the last commit and before. */
exports.noteClean = (root, check) => {
  try {
    const [head] = git(root, 'rev-parse', 'HEAD');
    mkdirSync(dirname(markOf(root, check)), { recursive: true });
    writeFileSync(markOf(root, check), head);
  } catch {
    // Without Git everything is looked at each time.
  }
};

/** The commit that a check was clean at, if it is one of this branch; else the one before the last. */
const baseOf = (root, check) => {
  const fallback = 'HEAD~1';
  if (!existsSync(markOf(root, check))) return fallback;
  const clean = readFileSync(markOf(root, check), 'utf8');
  const isOnWay = git(root, 'merge-base', 'HEAD', clean)[0] === clean;
  // The last commit is looked at in any case: it may have been clean with changes that it does not hold.
  return isOnWay && git(root, 'rev-parse', 'HEAD')[0] !== clean ? clean : fallback;
};

/**
 * What was changed since a check was clean, at least by the last commit with what it merged; paths relative to `root`,
 * with `/`.
 *
 * @returns undefined where all files have to be looked at: a rule changed, or Git does not know the commit before
 */
exports.changedFiles = (root, check) => {
  try {
    const changed = [
      ...git(root, 'diff', '--name-only', '--relative', baseOf(root, check)),
      ...git(root, 'ls-files', '--others', '--exclude-standard'),
    ];
    return changed.some((path) => RULES.test(path))
      ? undefined
      : changed.filter((path) => existsSync(join(root, path)));
  } catch {
    return undefined;
  }
};
