'use strict';
// `npm start`: everything from a fresh clone to the address of the page. Plain old JavaScript up to the first check.
var fault = require('./setup/node_version').nodeFault(process.versions.node);
if (fault) {
  console.error(fault);
  process.exit(1);
}
require('./setup/start_all').startAll(process.argv.slice(2));
