'use strict';
// A browser for the end-to-end tests: the one that is there, else Debian's.
const { existsSync } = require('fs');
const { join } = require('path');
const { runChild } = require('./children');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const present = () => {
  const named = process.env.REFLEX_TEST_CHROMIUM;
  const inPath = (process.env.PATH ?? '').split(':').flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(named ? [named] : []), ...inPath, MAC].find((path) => existsSync(path));
};

const install = async () => {
  const apt = (...args) => runChild('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  const wanted = ['install', '-y', '--no-install-recommends', 'chromium'];
  const first = await apt(...wanted);
  if (first.code === 0) return '';
  await apt('update', '-q');
  const second = await apt(...wanted);
  return second.code === 0 ? '' : second.output.trim().split('\n').slice(-1).join('');
};

/** @returns `{ path }`, or `{ why }` there is none */
exports.provideChromium = async () => {
  const found = present();
  if (found !== undefined) return { path: found };
  if (process.platform !== 'linux' || process.getuid() !== 0)
    return { why: 'there is no Chromium; install one, or name it in REFLEX_TEST_CHROMIUM' };
  console.log('Installing Chromium (Debian package) …');
  const fault = await install();
  const path = present();
  return path === undefined ? { why: `Chromium could not be installed: ${fault}` } : { path };
};
