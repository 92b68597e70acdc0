'use strict';
// `npm run generate`: writes what is derived from the code: the schema of policies and the OpenAPI document.
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = require('fs');
const { tmpdir } = require('os');
const { dirname, join } = require('path');
const { forServer } = require('./bundle/options');
const { root } = require('./bundle/sources');

const folder = mkdtempSync(join(tmpdir(), 'reflex-generate-'));
const outfile = join(folder, 'files.js');
try {
  require('esbuild').buildSync({
    ...forServer(),
    target: 'node20',
    entryPoints: ['scripts/generated/files.ts'],
    outfile,
  });
  for (const [path, content] of require(outfile).generatedFiles()) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
    console.log(path);
  }
} finally {
  rmSync(folder, { recursive: true });
}
