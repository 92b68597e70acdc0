'use strict';
/*
 * npm run drill [-- --minutes N] [--seed S] [--json FILE] [--logs DIR]: three whole hosts, a real OpenSearch and a
 * target, and harm done to all of them (docs/faults.md). One round takes about two minutes and a half.
 */
const { spawnSync } = require('child_process');
const { join, resolve } = require('path');
const { root } = require('./bundle/sources');
const { installPackages } = require('./setup/packages');

/** A namespace of its own takes the small disk with it when the drill ends, however it ends. */
const NAMESPACE = ['--mount', '--propagation', 'private'];

/** @returns why no small disk can be mounted here; undefined if one can */
const whyNoMount = () => {
  if (process.platform !== 'linux') return 'full disk: only Linux has a disk in memory that can be filled';
  const script = 'mount -t tmpfs -o size=1m tmpfs /mnt';
  const { status } = spawnSync('unshare', [...NAMESPACE, 'sh', '-c', script], { stdio: 'ignore' });
  return status === 0 ? undefined : 'full disk: mounting a small disk is not permitted here';
};

const OPTIONS = {
  minutes: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'string' },
  logs: { type: 'string' },
};

const numberIn = (name, text, { least, most }) => {
  const value = Number(text);
  if (!(value >= least && value <= most))
    throw new Error(`\`--${name} ${text}\` is no number from ${least} to ${most}`);
  return value;
};

/** What the options ask for. Without a seed one that is told. @throws Error with a sentence */
exports.readOptions = (args) => {
  const { values } = require('util').parseArgs({ args, options: OPTIONS });
  return {
    minutes: numberIn('minutes', values.minutes ?? '10', { least: 0, most: 24 * 60 }),
    seed: numberIn('seed', values.seed ?? String(Date.now() % 1_000_000), { least: 0, most: 4_294_967_295 }),
    ...(values.json === undefined ? {} : { json: resolve(values.json) }),
    ...(values.logs === undefined ? {} : { logs: resolve(values.logs) }),
  };
};

/** Runs a drill in a process of its own. @returns its exit code, 1 where a promise was broken, and what it printed */
exports.runDrill = async (options, folder, { stdio }) => {
  const { startChild } = require('./test/children');
  const { bundleProgram } = require('./bundle/program');
  const program = bundleProgram(join(root, 'test/drill/main.ts'), join(folder, 'drill.js'));
  const why = whyNoMount();
  const task = JSON.stringify({
    ...options,
    root,
    folder,
    mounts: why === undefined,
    ...(why === undefined ? {} : { why }),
  });
  const command = [process.execPath, '--enable-source-maps', program, task];
  const [file, ...args] = why === undefined ? ['unshare', ...NAMESPACE, ...command] : command;
  return startChild(file, args, { stdio });
};

const run = async (args) => {
  const options = exports.readOptions(args);
  const fault = installPackages();
  if (fault) throw new Error(fault);
  const { endAll } = require('./test/children');
  const { makeWorkFolder } = require('./test/work_folder');
  const { rmSync } = require('fs');
  await require('./build').build(['server', 'public', 'standalone'], { say: (line) => console.error(line) });
  const folder = makeWorkFolder();
  const clear = async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(name, () => void clear().then(() => process.exit(130)));
  try {
    const { ended } = await exports.runDrill(options, folder, { stdio: ['ignore', 'inherit', 'inherit'] });
    process.exitCode = await ended;
  } finally {
    await clear();
  }
};

if (require.main === module)
  run(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 2;
  });
