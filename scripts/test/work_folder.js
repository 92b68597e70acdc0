'use strict';
// A folder for this run alone. What a run that was killed left behind goes with the next one.
const { chmodSync, mkdtempSync, readdirSync, rmSync } = require('fs');
const { tmpdir } = require('os');
const { join } = require('path');

const PREFIX = 'reflex-npm-test-';

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const sweep = () => {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^reflex-npm-test-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's; it does not hinder.
    }
  }
};

/** Makes it. Others may pass through: the node runs as another user where this is root's. */
exports.makeWorkFolder = () => {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o711);
  return folder;
};
