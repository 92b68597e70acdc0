'use strict';
// Installs the npm packages that package-lock.json names, if they are not there.
const { spawnSync } = require('child_process');
const { readFileSync } = require('fs');
const { join } = require('path');

const root = join(__dirname, '..', '..');

const packagesIn = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/** True if what npm noted in node_modules is what the lock file asks for; optional packages fit other machines. */
const areCurrent = () => {
  const wanted = packagesIn('package-lock.json');
  const present = packagesIn(join('node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(
    ([place, { version, optional, devOptional, peer }]) =>
      place === '' || optional || devOptional || peer || present[place]?.version === version,
  );
};

/** @returns {string} why the packages are not there, in a sentence; '' if they are */
exports.installPackages = () => {
  if (areCurrent()) return '';
  console.log('Installing the npm packages (once, about a minute) …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const isScript = npm !== undefined && /\.c?js$/.test(npm);
  const { status, error } = spawnSync(isScript ? process.execPath : 'npm', isScript ? [npm, ...args] : args, {
    cwd: root,
    stdio: 'inherit',
  });
  if (error) return `npm could not be run (${error.message}); install it beside Node.js and start again.`;
  return status === 0
    ? ''
    : 'The npm packages could not be installed: see what npm says above; without a network, copy `node_modules` from a machine that has one.';
};
