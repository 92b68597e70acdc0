'use strict';
/*
 * The zip for Dashboards as it is given to others: built twice from nothing, which must give the same bytes, with its
 * checksum and a signature beside it, and a list of what it is made of (CycloneDX) that is sealed alike.
 *
 *   npm run release -- --key private.pem
 *   npm run release -- --verify build/reflex-0.1.0.zip --key public.pem
 *
 * Keys are EC keys on P-256, like those that sign policies. Without Reflex:
 * `sha256sum -c FILE.sha256`, and `openssl dgst -sha256 -verify public.pem -signature FILE.sig FILE`.
 */
const { execFileSync } = require('child_process');
const { createPrivateKey, createPublicKey, sign, verify } = require('crypto');
const { existsSync, readFileSync, writeFileSync } = require('fs');
const { basename } = require('path');
const { listBeside, listFault, partsListOf } = require('./bundle/parts_list');
const { root, sha256 } = require('./bundle/sources');

const USAGE = 'usage: npm run release -- --key private.pem | --verify FILE --key public.pem';
/** As far apart as clocks of this world are: dates of files must not get into the zip. */
const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];

const buildIn = (zone) => {
  const said = execFileSync(process.execPath, ['scripts/build.js', '--force', 'plugin'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TZ: zone },
  });
  const [, path, digest] = /^(.*\.zip) \(\d+ bytes, sha256 ([0-9a-f]{64})\)$/m.exec(said) ?? [];
  if (path === undefined) throw new Error(`the build said nothing of its zip: ${said}`);
  return { path, digest };
};

/**
 * Builds the zip twice, each time from nothing.
 *
 * @returns its path
 * @throws Error if the two are not the same to the byte
 */
const buildTwice = () => {
  const [first, second] = ZONES.map(buildIn);
  if (first.digest !== second.digest)
    throw new Error(`two builds of the same sources differ: sha256 ${first.digest} and ${second.digest}`);
  return second.path;
};
exports.buildTwice = buildTwice;

const mustBeP256 = (key) => {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error('the key must be an EC key on P-256');
  return key;
};

/** Writes checksum and signature beside a file. */
const seal = (path, privatePem) => {
  const content = readFileSync(path);
  const key = mustBeP256(createPrivateKey(privatePem));
  writeFileSync(`${path}.sha256`, `${sha256(content)}  ${basename(path)}\n`);
  writeFileSync(`${path}.sig`, sign('sha256', content, key));
};
exports.seal = seal;

/** Why a file is not what was released, in a sentence; '' if it is. */
const faultOf = (path, publicPem) => {
  const content = readFileSync(path);
  const read = (ending) => {
    try {
      return readFileSync(`${path}${ending}`);
    } catch {
      return undefined;
    }
  };
  const [checksum, signature] = [read('.sha256'), read('.sig')];
  if (signature === undefined) return `${path} is not signed: there is no ${basename(path)}.sig`;
  if (!verify('sha256', content, mustBeP256(createPublicKey(publicPem)), signature))
    return `${path} is not what this key signed`;
  if (checksum?.toString() !== `${sha256(content)}  ${basename(path)}\n`) return `${path} has another checksum`;
  return '';
};
exports.faultOf = faultOf;

/** Why a zip or the list of its parts is not what was released, in a sentence; '' if both are. */
const releaseFault = (zip, publicPem) => {
  const list = listBeside(zip);
  if (!existsSync(list))
    return faultOf(zip, publicPem) || `there is no ${basename(list)}: a list of what ${zip} is made of`;
  return faultOf(zip, publicPem) || faultOf(list, publicPem) || listFault(list, zip);
};
exports.releaseFault = releaseFault;

const optionsOf = (args) => {
  const options = new Map();
  for (let at = 0; at < args.length; at += 2) {
    if (!['--key', '--verify'].includes(args[at]) || args[at + 1] === undefined) throw new Error(USAGE);
    options.set(args[at], args[at + 1]);
  }
  if (!options.has('--key')) throw new Error(USAGE);
  return options;
};

const run = async (args) => {
  const options = optionsOf(args);
  const key = readFileSync(options.get('--key'), 'utf8');
  const given = options.get('--verify');
  if (given !== undefined) {
    const fault = releaseFault(given, key);
    if (fault !== '') throw new Error(fault);
    console.log(`${given} and its list of parts are what this key signed`);
    return;
  }
  mustBeP256(createPrivateKey(key));
  const path = buildTwice();
  const list = listBeside(path);
  writeFileSync(list, await partsListOf(path));
  for (const each of [path, list]) {
    seal(each, key);
    console.log(`${each}\n${each}.sha256\n${each}.sig`);
  }
};

if (require.main === module) {
  run(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
