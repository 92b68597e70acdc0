'use strict';
/*
 * `npm test`: everything that can be tested on this machine, from a fresh clone. `npm run test:quick`: what needs
 * neither network nor servers. The last line is `N passed, N failed`.
 */
var fault = require('./setup/node_version').nodeFault(process.versions.node);
if (fault) {
  console.error(fault + '\n0 passed, 1 failed');
  process.exit(1);
}
require('./test/run_all').runAll(process.argv.slice(2));
