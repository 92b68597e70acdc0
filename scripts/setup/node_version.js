'use strict';
// Plain old JavaScript: this must still parse in a Node that is too old, so that it can say so.

/**
 * @param {string} version such as `20.19.0`
 * @returns {string} what is wrong with it, in a sentence; '' if nothing
 */
exports.nodeFault = function (version) {
  var parts = version.split('.').map(Number);
  var major = parts[0];
  var minor = parts[1];
  if ((major === 20 && minor >= 19) || major === 21 || major === 22) return '';
  return (
    'Reflex needs Node.js 20.19 or newer, up to 22; this is ' +
    version +
    '. Install Node.js 22 (its package manager, nvm, fnm or asdf), open a new terminal and start again.'
  );
};
