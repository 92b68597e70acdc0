'use strict';
const { ending } = require('./ending');

module.exports = ending(require('jest-environment-node').TestEnvironment);
