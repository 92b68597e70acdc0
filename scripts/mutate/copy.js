'use strict';
// A copy of the sources in a temporary folder: nothing that mutants do touches the checkout.
const { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('fs');
const { tmpdir } = require('os');
const { join, relative } = require('path');
const { root } = require('../bundle/sources');

const LEFT_OUT = new Set(['node_modules', '.git', 'target', 'build', 'coverage']);

exports.makeCopy = () => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-mutate-'));
  cpSync(root, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(root, path).split('/')[0]) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const at = (file) => join(folder, file);
  const originals = new Map();
  const read = (file) => readFileSync(at(file), 'utf8');
  return {
    folder,
    read,
    /** Writes a source anew; `restore` brings back what was there. */
    write: (file, text) => {
      if (!originals.has(file)) originals.set(file, read(file));
      writeFileSync(at(file), text);
    },
    restore: () => {
      for (const [file, text] of originals) writeFileSync(at(file), text);
      originals.clear();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
