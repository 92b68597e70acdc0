'use strict';
// `npm run format`: everything that prettier looks after. Not the policies and documents, which are laid out by hand.
const { spawnSync } = require('child_process');
const { join } = require('path');

const root = join(__dirname, '..');

exports.FORMATTED = [
  '{common,server,public,test}/**/*.{ts,tsx,js,json}',
  'scripts/**/*.{ts,js}',
  'bin/*.js',
  '!scripts/import_rules.js',
  '!test/upgrades/stored/**',
  '*.{js,json}',
  '!package-lock.json',
];

if (require.main === module) {
  const program = join(root, 'node_modules/prettier/bin/prettier.cjs');
  const mode = process.argv.includes('--check') ? '--check' : '--write';
  const { status } = spawnSync(process.execPath, [program, mode, '--log-level', 'warn', ...exports.FORMATTED], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
