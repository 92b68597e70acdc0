'use strict';
/*
 * What a release is made of, as CycloneDX 1.6: each package of which code is in the zip, as the lock file has it. The
 * list carries neither a date nor a number by chance, so that the same sources give the same list.
 */
const { existsSync, readFileSync } = require('fs');
const { basename, join } = require('path');
const { root, sha256 } = require('./sources');

const FOLDER = 'node_modules/';

/** Where the package of a file stands, as the lock file spells it; undefined for a file of Reflex. */
const placeOf = (file) => {
  const at = file.lastIndexOf(FOLDER);
  if (at === -1) return undefined;
  const [first, second] = file.slice(at + FOLDER.length).split('/');
  // The folder may be a link to another one.
  return file.slice(file.indexOf(FOLDER), at + FOLDER.length) + (first.startsWith('@') ? `${first}/${second}` : first);
};

/** Places of the packages of which a bundle has code; what was read and then left out is no part of it. */
const placesIn = ({ outputs }) => {
  const places = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? (placeOf(file) ?? []) : [])),
  );
  return [...new Set(places)];
};
exports.placesIn = placesIn;

const licencesOf = (licence) => {
  if (licence === undefined) return {};
  const isOne = /^[\w.+-]+$/.test(licence);
  return { licenses: [isOne ? { license: { id: licence } } : { expression: licence }] };
};

/** What a package says in the older way, a list of types; the lock file does not repeat it. */
const olderLicence = (place) => {
  const file = join(root, place, 'package.json');
  const { licenses = [] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const types = [licenses].flat().map(({ type }) => type);
  return types.length === 0 ? undefined : types.join(' OR ');
};

const purlOf = (name, version) => `pkg:npm/${name.replace(/^@/, '%40')}@${encodeURIComponent(version)}`;

const componentOf = (place, locked) => {
  const entry = locked[place];
  if (entry === undefined) throw new Error(`${place} is in the zip, and not in package-lock.json`);
  const [algorithm, digest] = (entry.integrity ?? '').split('-');
  if (algorithm !== 'sha512') throw new Error(`package-lock.json has no sha512 of ${place}`);
  const name = entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length);
  const purl = purlOf(name, entry.version);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version: entry.version,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    ...licencesOf(entry.license ?? olderLicence(place)),
    purl,
  };
};

const byPurl = (one, other) => (one.purl < other.purl ? -1 : 1);

/**
 * The list as text.
 *
 * @param zip its path
 * @param places where the packages stand in the lock file
 * @param lock the lock file
 * @throws Error for a package of which the lock file does not say what it is
 */
const partsList = ({ zip, places, lock }) => {
  const { name, version, license } = lock.packages[''];
  const components = new Map(places.map((place) => componentOf(place, lock.packages)).map((each) => [each.purl, each]));
  const self = {
    type: 'application',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    hashes: [{ alg: 'SHA-256', content: sha256(readFileSync(zip)) }],
    ...licencesOf(license),
  };
  const sorted = [...components.values()].sort(byPurl);
  const list = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: self },
    components: sorted,
    dependencies: [{ ref: self['bom-ref'], dependsOn: sorted.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(list, null, 2)}\n`;
};
exports.partsList = partsList;

/** The list's file beside a zip. */
exports.listBeside = (zip) => zip.replace(/\.zip$/, '.cdx.json');

/** The list of a zip that was just built, from what esbuild says of its bundles. */
exports.partsListOf = async (zip) => {
  const { build } = require('esbuild');
  const bundles = [require('./public').moduleOptions('unwritten'), require('./plugin').serverOptions()];
  const made = await Promise.all(bundles.map((options) => build({ ...options, metafile: true, write: false })));
  const places = made.flatMap(({ metafile }) => placesIn(metafile));
  return partsList({ zip, places, lock: JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) });
};

/** Why a list is not of this zip, in a sentence; '' if it is. */
exports.listFault = (list, zip) => {
  const [{ content }] = JSON.parse(readFileSync(list, 'utf8')).metadata.component.hashes;
  return content === sha256(readFileSync(zip)) ? '' : `${basename(list)} is the list of another zip`;
};
