'use strict';
/*
 * Programs that the tests run, each in a process group of its own: a Ctrl-C at the terminal reaches only this process,
 * which ends them by their numbers.
 */
const { spawn } = require('child_process');
const { EventEmitter } = require('events');
const { root } = require('../bundle/sources');

const PATIENCE_MS = 30_000;
const groups = new Set();
/** Once everything is being ended, nothing new is started. */
let ending = false;

const signalGroup = (pid, name) => {
  try {
    process.kill(-pid, name);
  } catch {
    // It has just ended.
  }
};

/** Starts a program; `ended` resolves with its exit code, 127 if it could not be started. */
exports.startChild = (program, args, { env = {}, stdio = ['ignore', 'pipe', 'pipe'] } = {}) => {
  if (ending) return { child: new EventEmitter(), ended: Promise.resolve(127) };
  const child = spawn(program, args, { cwd: root, stdio, detached: true, env: { ...process.env, ...env } });
  if (child.pid !== undefined) groups.add(child.pid);
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => {
      groups.delete(child.pid);
      resolve(code ?? 1);
    });
  });
  return { child, ended };
};

/** Runs a program to its end, and tells what it wrote. */
exports.runChild = async (program, args, options) => {
  const { child, ended } = exports.startChild(program, args, options);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  child.once('error', (error) => {
    output += `${error.message}\n`;
  });
  return { code: await ended, output };
};

/** Ends one program and waits for it. */
exports.endChild = async ({ child, ended }) => {
  if (child.pid === undefined || !groups.has(child.pid)) return;
  child.kill('SIGTERM');
  const impatient = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(impatient);
};

/** Ends whatever still runs: asks first, insists after some seconds. */
exports.endAll = async (patienceMs = PATIENCE_MS) => {
  ending = true;
  for (const pid of groups) signalGroup(pid, 'SIGTERM');
  const since = performance.now();
  while (groups.size > 0 && performance.now() - since < patienceMs)
    await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
};
