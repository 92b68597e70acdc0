'use strict';
// `npm run format`: everything that prettier looks after. Not the policies and documents, which are laid out by hand.
const { spawnSync } = require('child_process');
const { readdirSync } = require('fs');
const { join, sep } = require('path');

const root = join(__dirname, '..');

const FOLDERS = ['common', 'server', 'public', 'test', 'scripts', 'bin'];
const FORMATTED = [
  /^(common|server|public|test)\/.*\.(tsx?|js|json)$/,
  /^scripts\/.*\.(ts|js)$/,
  /^bin\/[^/]+\.js$/,
  /^[^/]+\.(js|json)$/,
];
const LAID_OUT_BY_HAND = /^scripts\/import_rules\.js$|^test\/upgrades\/stored\/|^package-lock\.json$/;

/** True if prettier looks after this file. Its path is relative to the root, with `/`. */
exports.isFormatted = (path) => FORMATTED.some((pattern) => pattern.test(path)) && !LAID_OUT_BY_HAND.test(path);

/** All files that prettier looks after. */
exports.formattedFiles = () =>
  [
    ...readdirSync(root),
    ...FOLDERS.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path.split(sep).join('/')}`),
    ),
  ].filter(exports.isFormatted);

if (require.main === module) {
  const program = join(root, 'node_modules/prettier/bin/prettier.cjs');
  const mode = process.argv.includes('--check') ? '--check' : '--write';
  const { status } = spawnSync(process.execPath, [program, mode, '--log-level', 'warn', ...exports.formattedFiles()], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
