import { execFileSync } from 'child_process';

/* How tests run the programs that fetch, unpack and build what they test against. */

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end and returns what it wrote to stdout. Throws when it fails or takes too long. */
export const outputOf = (
  program: string,
  args: readonly string[],
  { cwd, env = {}, timeoutMs = 300_000 }: RunOptions = {},
): string =>
  execFileSync(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    maxBuffer: MOST_OUTPUT_BYTES,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  }).toString();

/** Whether a program runs and ends well. */
export const works = (program: string, args: readonly string[]): boolean => {
  try {
    outputOf(program, args);
    return true;
  } catch {
    return false;
  }
};

/** The last line of what a program said when it failed. */
export const saidBy = (cause: unknown): string => {
  const stderr = String((cause as { stderr?: Buffer }).stderr ?? '').trim();
  return (stderr === '' ? String((cause as Error).message) : stderr).split('\n').slice(-1).join('').slice(0, 200);
};

/** Asks once in a process, and gives the same answer afterwards. */
export const askedOnce = <T>(ask: () => T): (() => T) => {
  let known: { readonly answer: T } | undefined;
  return () => {
    known ??= { answer: ask() };
    return known.answer;
  };
};

/** Why its packages cannot be had on this machine, or undefined once `provide` has them in place. */
export const whyNotProvided = (provide: () => void): string | undefined => {
  try {
    provide();
    return undefined;
  } catch (cause) {
    return `its packages cannot be had: ${saidBy(cause)}`;
  }
};

/** Why this process cannot make networks of its own, or undefined if it may try. */
export const whyNoNamespaces = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs Linux network namespaces';
  return process.getuid?.() === 0 ? undefined : 'it needs root to make network namespaces';
};
