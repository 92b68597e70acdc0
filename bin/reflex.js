#!/usr/bin/env node
'use strict';
// The command line of Reflex: `reflex help`.
const { existsSync } = require('fs');
const { join } = require('path');

const program = join(__dirname, '..', 'target', 'server', 'cli.js');
if (!existsSync(program)) {
  console.error('reflex: it was not built; run `npm start` or `npm run build` once');
  process.exit(2);
}
require(program)
  .main(process.argv.slice(2))
  .then((code) => process.exit(code));
