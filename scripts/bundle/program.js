'use strict';
// A program of the project that is run once: one file, bundled of its TypeScript.
const esbuild = require('esbuild');

/** @returns the file of the program @throws Error where it cannot be bundled */
exports.bundleProgram = (entry, outfile, { logLevel = 'error' } = {}) => {
  const asNode = { bundle: true, platform: 'node', target: 'node20', sourcemap: 'inline' };
  esbuild.buildSync({ ...asNode, entryPoints: [entry], outfile, logLevel });
  return outfile;
};
