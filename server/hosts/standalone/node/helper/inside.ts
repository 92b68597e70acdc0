import { spawn, type ChildProcess } from 'child_process';
import { readlinkSync } from 'fs';
import { connect, type Socket } from 'net';
import { setTimeout as pause } from 'timers/promises';
import { onLeash } from './leash';
import { loopbackUp } from './loopback';
import { NETWORK_OF_THIS_PROCESS, type Command, type FromHelper, type ToHelper } from './messages';

/*
 * The helper: a program of its own between Reflex and the OpenSearch node. It is the node's parent, and ends it when
 * Reflex ends, however that comes. Started in a network namespace of its own (first argument `closed`), it is also the
 * only one that can connect to the node; it hands connections to Reflex.
 */

const PATIENCE_MS = 20_000;
const LAST_WORDS_MS = 1_000;

let node: ChildProcess | undefined;
let isStopping = false;

const tell = (message: FromHelper, socket?: Socket): Promise<void> =>
  new Promise((resolve) => {
    // Nobody listens any more once Reflex is gone.
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, socket, { keepOpen: false }, (error) => {
      if (error) socket?.destroy();
      resolve();
    });
  });

const networkName = (): string => {
  try {
    return readlinkSync(NETWORK_OF_THIS_PROCESS);
  } catch {
    return '';
  }
};

/** The node is over, and so is its helper. */
const leave = async (how: string): Promise<never> => {
  // A message waits for connections that are on their way to Reflex; it may take them no more.
  if (!isStopping) await Promise.race([tell({ kind: 'ended', how }), pause(LAST_WORDS_MS)]);
  process.exit(0);
};

const howEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `ended by ${signal}`;

const runNode = async (command: Command): Promise<void> => {
  const { program, args, env, user } = await onLeash(command);
  if (isStopping) return;
  node = spawn(program, args, { cwd: '/', env: { ...env }, stdio: ['ignore', 'inherit', 'inherit'], ...user });
  node.once('error', (error) => void leave(error.message));
  node.once('exit', (code, signal) => void leave(howEnded(code, signal)));
  if (node.pid !== undefined) await tell({ kind: 'started', pid: node.pid });
};

const handOver = ({ id, port }: { readonly id: number; readonly port: number }): void => {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    void tell({ kind: 'refused', id, why: error.code ?? error.message });
  });
  socket.once('connect', () => {
    socket.pause();
    void tell({ kind: 'connected', id }, socket);
  });
};

const stop = (): void => {
  if (isStopping) return;
  isStopping = true;
  if (node === undefined || node.exitCode !== null || node.signalCode !== null) process.exit(0);
  node.kill('SIGTERM');
  setTimeout(() => node?.kill('SIGKILL'), PATIENCE_MS);
};

const take = (message: ToHelper): void => {
  switch (message.kind) {
    case 'run':
      return void runNode(message.command);
    case 'connect':
      return handOver(message);
  }
};

const begin = async (): Promise<void> => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  // The end of its input is the end of Reflex. The end of the message channel would not do: Node.js does not tell it
  // while a connection is on its way through that channel.
  process.stdin.resume().once('close', stop);
  process.on('message', (message) => take(message as ToHelper));
  const why = process.argv[2] === 'closed' ? await loopbackUp() : undefined;
  if (why === undefined) return tell({ kind: 'ready', network: networkName() });
  await tell({ kind: 'unable', why });
  process.exit(1);
};

void begin();
