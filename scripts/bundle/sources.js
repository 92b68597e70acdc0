'use strict';
// Which files something is made of, and one digest over their contents.
const { createHash } = require('crypto');
const { existsSync, readdirSync, readFileSync, statSync } = require('fs');
const { join, relative, sep } = require('path');

const root = join(__dirname, '..', '..');
exports.root = root;

const isTest = (path) => /\.(test|mock)\.tsx?$/.test(path);

const walk = (path) => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .flatMap((name) => walk(join(path, name)));
};

/** Paths relative to the root with forward slashes, sorted, without tests. */
const filesUnder = (places, from = root) =>
  places
    .flatMap((place) => walk(join(from, place)))
    .map((path) => relative(from, path).split(sep).join('/'))
    .filter((path) => !isTest(path))
    .sort();
exports.filesUnder = filesUnder;

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
exports.sha256 = sha256;

/** The same for the same names and contents, on every machine. */
const digestOfFiles = (paths, extra = '') =>
  sha256(paths.map((path) => `${path} ${sha256(readFileSync(join(root, path)))}\n`).join('') + extra);
exports.digestOfFiles = digestOfFiles;

const versionOf = (name) => require(join(root, 'node_modules', name, 'package.json')).version;

/** What decides: the same digest means that the same inputs give the same decision. */
exports.engineDigest = () =>
  digestOfFiles(
    filesUnder(['server/engine', 'common/flow', 'common/policy', 'common/entity']),
    ['@marcbachmann/cel-js', 're2js', 'ipaddr.js', 'json-canonicalize', 'tldts', 'yaml']
      .map((name) => `${name} ${versionOf(name)}\n`)
      .join(''),
  );

exports.reflexVersion = () => require(join(root, 'package.json')).version;
