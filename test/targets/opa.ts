import { execFileSync } from 'child_process';
import { existsSync, mkdirSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { freePort, start, type Started } from './processes';

/*
 * Open Policy Agent as its project publishes it: compiled by Go's own tool at one version into a cache folder, where it
 * is not there already.
 */

const VERSION = '1.22.2';
const MODULE = `github.com/open-policy-agent/opa@v${VERSION}`;

const ownFolder = (): string => cacheFolder(`opa-${VERSION}-${process.arch}`);

const said = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string =>
  execFileSync(program, args, { encoding: 'utf8', env, timeout: 600_000, stdio: ['ignore', 'pipe', 'pipe'] });

const isRight = (program: string): boolean => {
  try {
    return said(program, ['version']).includes(`Version: ${VERSION}`);
  } catch {
    return false;
  }
};

const GO_PLACES = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];

const goProgram = (): string | undefined =>
  GO_PLACES.find((program) => {
    try {
      return said(program, ['version']).startsWith('go version');
    } catch {
      return false;
    }
  });

const find = (): { readonly program: string } | { readonly why: string } => {
  const own = join(ownFolder(), 'opa');
  const places = [process.env.REFLEX_TEST_OPA, own, 'opa', join(homedir(), 'go', 'bin', 'opa')];
  const found = places.find((place) => place !== undefined && isRight(place));
  if (found !== undefined) return { program: found };
  const go = goProgram();
  if (go === undefined) return { why: `neither \`opa\` ${VERSION} nor Go to build it is here` };
  mkdirSync(ownFolder(), { recursive: true });
  try {
    said(go, ['install', MODULE], { ...process.env, GOBIN: ownFolder() });
  } catch (cause) {
    const stderr = String((cause as { stderr?: string }).stderr ?? (cause as Error).message);
    return { why: `\`opa\` could not be built: ${stderr.trim().split('\n').slice(-1).join('').slice(0, 200)}` };
  }
  return existsSync(own) ? { program: own } : { why: '`go install` made no `opa`' };
};

let known: ReturnType<typeof find> | undefined;

/** Why there is no `opa` on this machine, or undefined if there is. Builds it the first time (about 90 s). */
export const whyNotOpa = (): string | undefined => {
  known ??= find();
  return 'why' in known ? known.why : undefined;
};

/** The program. Throws where `whyNotOpa` says why. */
export const opaProgram = (): string => {
  const why = whyNotOpa();
  if (known === undefined || 'why' in known) throw new Error(why);
  return known.program;
};

export interface OpaAnswer {
  readonly exit: number;
  readonly text: string;
}

/** Runs `opa`; what it says on both outputs. */
export const opa = (args: readonly string[], cwd?: string): OpaAnswer => {
  try {
    const text = execFileSync(opaProgram(), args, {
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    return { exit: 0, text };
  } catch (cause) {
    const { status, stdout = '', stderr = '' } = cause as { status?: number; stdout?: string; stderr?: string };
    return { exit: status ?? -1, text: `${stdout}${stderr}` };
  }
};

/** A started server of the Open Policy Agent. */
export interface OpaServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly stop: Started['stop'];
}

const STARTS = 3;
/** A busy machine needs long to read the program for the first time, ms. */
const START_MS = 60_000;
const PAUSE_MS = 50;

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );

/**
 * A server with these Rego files. Somebody else may take the port between the moment that it is chosen and the moment
 * that the server listens: the server ends then, and is started again on another one.
 */
export const opaServer = async (files: readonly string[], starts = STARTS): Promise<OpaServer> => {
  const port = await freePort();
  const args = ['run', '--server', '--addr', `127.0.0.1:${port}`, '--log-level', 'error', '--disable-telemetry'];
  const { process: child, output, stop } = start(opaProgram(), [...args, ...files]);
  const url = `http://127.0.0.1:${port}`;
  const end = Date.now() + START_MS;
  while (child.exitCode === null && Date.now() < end) {
    if ((await answers(url)) && child.exitCode === null) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await stop();
  if (starts > 1) return opaServer(files, starts - 1);
  throw new Error(`\`opa run --server\` does not answer: ${output()}`);
};
