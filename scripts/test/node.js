'use strict';
// One OpenSearch node for all tests of this run: on a free port, with data of its own, as a user other than root.
const { createServer } = require('net');
const { join } = require('path');
const { root } = require('../bundle/sources');
const { endChild, startChild } = require('./children');

const LONGEST_MS = 45 * 60_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/**
 * Starts the node; downloads it first if it is not in the cache. `secure`: with users; their files are in
 * `node/secure` of the folder.
 *
 * @returns `{ url, end }`
 * @throws Error with what it said, if it did not start
 */
exports.startNode = async (folder, { secure = false, heap } = {}) => {
  const port = await freePort();
  const data = join(folder, 'node');
  const program = join(root, 'target/server/node.js');
  const options = JSON.stringify({ data, port, secure, heap });
  const code = `require(${JSON.stringify(program)}).runAlone(${options}).then((code) => process.exit(code))`;
  // The channel is its leash: should this process be killed, the node ends too.
  const started = startChild(process.execPath, ['-e', code], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  let told = () => {};
  const ready = new Promise((resolve) => {
    told = resolve;
  });
  const hear = (chunk) => {
    said += chunk;
    const [, url] = /^ready (\S+)$/m.exec(said) ?? [];
    if (url !== undefined) told(url);
  };
  for (const stream of [started.child.stdout, started.child.stderr]) stream.setEncoding('utf8').on('data', hear);
  let timer;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(resolve, LONGEST_MS);
  });
  const url = await Promise.race([ready, started.ended.then(() => undefined), tooLong]);
  clearTimeout(timer);
  if (url === undefined) {
    await endChild(started);
    throw new Error(`the OpenSearch node did not start: ${said.trim().split('\n').slice(-5).join('; ')}`);
  }
  return { url, end: () => endChild(started) };
};
