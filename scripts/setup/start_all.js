'use strict';
// Packages, build, host: in this process, so that signals and exit codes need no forwarding.
const { join } = require('path');
const { helpText } = require('./help');
const { installPackages } = require('./packages');

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const buildWhatIsStale = async () => {
  const { build } = require('../build');
  try {
    await build(['server', 'public', 'standalone'], { say: console.log });
  } catch (error) {
    fail(`Reflex could not be built: ${error.message}`);
  } finally {
    // Its helper process would keep this one alive.
    await require('esbuild').stop();
  }
};

exports.startAll = async (args) => {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpText());
    return;
  }
  const fault = installPackages();
  if (fault) fail(fault);
  await buildWhatIsStale();
  process.setSourceMapsEnabled(true);
  const { main } = require(join(__dirname, '..', '..', 'target', 'server', 'standalone.js'));
  process.exit(await main(args));
};
