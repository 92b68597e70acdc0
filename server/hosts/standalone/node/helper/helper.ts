import { spawn, type ChildProcess } from 'child_process';
import { readlinkSync } from 'fs';
import type { Socket } from 'net';
import { join } from 'path';
import { Connections } from './connections';
import { NETWORK_OF_THIS_PROCESS, type Command, type FromHelper, type ToHelper } from './messages';

interface HelperOptions {
  /** In a network namespace of its own. */
  readonly closed: boolean;
  /** Of the helper; its path is where `unshare` is looked for. */
  readonly env: NodeJS.ProcessEnv;
  /** Hears what helper and node print. */
  readonly hear: (chunk: string) => void;
  /** The helper's program; default the one beside this one. */
  readonly program?: string;
}

/** Reflex' hand on the helper, which is the node's parent; see `inside.ts`. */
export interface Helper {
  /** Starts the node. @returns its process id; undefined if it ended at once */
  readonly run: (command: Command) => Promise<number | undefined>;
  /** A connection to a port of the loopback that the helper sees. */
  readonly connect: (port: number) => Promise<Socket>;
  /** Resolves when both have ended, with how, in words. */
  readonly ended: Promise<string>;
  /** Lets go of the helper: it ends the node in order, then itself. */
  readonly end: () => void;
  /** At once; the node goes with it where the system lets it. */
  readonly kill: () => void;
}

/** Here no process gets a network namespace of its own. */
export class NoNamespace extends Error {}

/** A process gets a network for itself; who is not root gets one as the root of a user namespace. */
const APART = ['--net'];
const APART_AS_USER = ['--user', '--map-current-user', '--keep-caps', ...APART];

const spawnHelper = ({ closed, env, program = join(__dirname, 'node_helper.js') }: HelperOptions): ChildProcess => {
  const own: [string, ...string[]] = [process.execPath, program, closed ? 'closed' : 'open'];
  const apart: readonly string[] = process.getuid?.() === 0 ? APART : APART_AS_USER;
  const [first, ...args] = closed ? (['unshare', ...apart, ...own] as const) : own;
  // In a session of its own: a Ctrl-C at the terminal must not reach it before Reflex has closed its books.
  return spawn(first, args, { cwd: '/', env, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
};

const lastLineOf = (text: string): string => text.trim().split('\n').pop() ?? '';

class RunningHelper implements Helper {
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly connections: Connections;
  private how: string | undefined;
  private started: (pid: number | undefined) => void = () => undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    this.connections = new Connections((message) => this.send(message));
    child.on('message', (message, socket) => this.take(message as FromHelper, socket as Socket | undefined));
    this.ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => {
        const tell = (): void => resolve(this.how ?? `its helper ended: ${signal ?? code ?? 'unknown'}`);
        // Its last words may still be on the way.
        if (child.connected) child.once('disconnect', tell);
        else tell();
      });
    });
    void this.ended.then((how) => {
      this.connections.close(how);
      this.started(undefined);
    });
  }

  run(command: Command): Promise<number | undefined> {
    const started = new Promise<number | undefined>((resolve) => {
      this.started = resolve;
    });
    void this.ended.then(() => this.started(undefined));
    this.send({ kind: 'run', command });
    return started;
  }

  connect(port: number): Promise<Socket> {
    return this.connections.ask(port);
  }

  end(): void {
    this.child.stdin?.destroy();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private send(message: ToHelper): void {
    // Where the helper is gone, its end has been told already.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private take(message: FromHelper, socket: Socket | undefined): void {
    if (message.kind === 'started') this.started(message.pid);
    if (message.kind === 'ended') this.how = message.how;
    if (message.kind === 'connected') this.connections.arrived(message.id, socket);
    if (message.kind === 'refused') this.connections.refused(message.id, message.why);
  }
}

/** Resolves once the helper is where it should be. */
const untilReady = (child: ChildProcess, closed: boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: string): void => void (said += chunk);
    const refuse = (why: string): void => reject(new NoNamespace(why));
    child.stderr?.on('data', hear);
    child.once('error', (error: NodeJS.ErrnoException) =>
      refuse(error.code === 'ENOENT' ? '`unshare` is not installed' : error.message),
    );
    child.once('exit', (code) => refuse(lastLineOf(said) || `the helper ended with ${code ?? 'a signal'}`));
    child.once('message', (message) => {
      child.stderr?.off('data', hear);
      const first = message as FromHelper;
      if (first.kind !== 'ready') return refuse(first.kind === 'unable' ? first.why : 'the helper said something else');
      if (closed && first.network === readlinkSync(NETWORK_OF_THIS_PROCESS))
        return refuse('`unshare` left the helper in the network of this machine');
      resolve();
    });
  });

/**
 * Starts the helper.
 *
 * @throws NoNamespace if it is to have a network of its own and gets none
 */
export const startHelper = async (options: HelperOptions): Promise<Helper> => {
  const { closed, hear } = options;
  if (closed && process.platform !== 'linux') throw new NoNamespace('only Linux has network namespaces');
  const child = spawnHelper(options);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
  const helper = new RunningHelper(child);
  try {
    await untilReady(child, closed);
    return helper;
  } catch (cause) {
    helper.end();
    throw cause;
  }
};

/** Why the node cannot be kept apart from this machine's network; undefined if it can. */
export const whyNotClosed = async (options: Pick<HelperOptions, 'env' | 'program'>): Promise<string | undefined> => {
  try {
    const helper = await startHelper({ ...options, closed: true, hear: () => undefined });
    helper.end();
    return undefined;
  } catch (cause) {
    return (cause as Error).message;
  }
};
