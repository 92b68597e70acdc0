import { execFile, spawn, type ChildProcess } from 'child_process';
import { createServer, type AddressInfo } from 'net';

/** A process that a test started, with the end of what it wrote. */
export interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Ends it by its own id and waits until it is gone; insists after `patienceMs`, default 5,000. */
  readonly stop: (patienceMs?: number) => Promise<void>;
}

const MOST_OUTPUT = 20_000;
const PATIENCE_MS = 5_000;
/** Of a short program, bytes. */
const MOST_ANSWER = 64_000_000;

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Starts a program that goes on running. */
export const start = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Started => {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-MOST_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A run that ends in the middle of a test must not leave programs behind.
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return {
    process: child,
    output: () => output,
    stop: async (patienceMs = PATIENCE_MS) => {
      if (child.pid === undefined || ended(child)) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const harder = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await gone;
      clearTimeout(harder);
    },
  };
};

/** What a short program came to. */
interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short program to its end. */
export const run = (program: string, args: readonly string[], timeoutMs = 30_000): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: timeoutMs, maxBuffer: MOST_ANSWER }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });

/** The same, and any other exit than 0 is an error. */
export const mustRun = async (program: string, args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(program, args);
  if (code !== 0) throw new Error(`\`${program} ${args.join(' ')}\` ended with ${code}: ${stderr || stdout}`);
  return stdout;
};

/** A port of the loopback that nobody listens on right now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
