import { execFileSync, spawn } from 'child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import type { IncomingMessage, ServerResponse } from 'http';
import { tmpdir } from 'os';
import { join } from 'path';
import { httpServer } from './loopback_server';
import { run } from './processes';

/*
 * Git over HTTP as the world has it: the real `git http-backend` behind a few lines of CGI, which asks for a token.
 */

export const GIT_TOKEN = 'token-of-the-test-repository';

/** What may go wrong between a client and the server. */
type GitTrouble =
  /** Every request is answered with 503. */
  | 'away'
  /** Pushes arrive, and their answers are lost. */
  | 'deaf'
  /** Pushes are refused with 403. */
  | 'read_only'
  /** Everything is said to be somewhere else. */
  | 'moved_away';

export interface GitServer {
  /** Address of the repository. */
  readonly url: string;
  /** The bare repository on the disk. */
  readonly folder: string;
  trouble: GitTrouble | undefined;
  /** Called once, right before the next push reaches the server. */
  beforePush: (() => Promise<void>) | undefined;
  /** Runs the git program in the bare repository. */
  readonly git: (...args: readonly string[]) => string;
  /** A clone by the git program, with a work tree. */
  readonly clone: () => GitClone;
  readonly requests: string[];
  readonly dispose: () => Promise<void>;
}

export interface GitClone {
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (path: string, text: string) => void;
  /** Adds everything and commits it as somebody; returns the id. */
  readonly commit: (message: string, author?: string) => string;
  readonly push: (...args: readonly string[]) => void;
}

const identity = {
  GIT_AUTHOR_NAME: 'Petra Pull',
  GIT_AUTHOR_EMAIL: 'petra@example.org',
  GIT_COMMITTER_NAME: 'Petra Pull',
  GIT_COMMITTER_EMAIL: 'petra@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

/** Runs the git program with nobody's configuration. */
export const gitIn = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd: folder,
    env: { ...process.env, ...identity },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }).trim();

const backend = async (): Promise<string> => {
  const { code, stdout } = await run('git', ['--exec-path']);
  const path = join(stdout.trim(), 'git-http-backend');
  if (code !== 0 || !existsSync(path))
    throw new Error('the tests of the policy repository need git with `git http-backend`; install the package `git`');
  return path;
};

const headEnd = (bytes: Buffer): number => bytes.indexOf('\r\n\r\n');

/** Hands a request to a CGI program and its answer back. */
const cgi = (
  program: string,
  request: IncomingMessage,
  { response, root }: { readonly response: ServerResponse; readonly root: string },
): Promise<void> =>
  new Promise((resolve) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const child = spawn(program, [], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        REQUEST_METHOD: request.method ?? 'GET',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['content-length'] ? { CONTENT_LENGTH: request.headers['content-length'] } : {}),
        ...(request.headers['git-protocol'] ? { GIT_PROTOCOL: String(request.headers['git-protocol']) } : {}),
        ...(request.headers['content-encoding']
          ? { HTTP_CONTENT_ENCODING: String(request.headers['content-encoding']) }
          : {}),
        REMOTE_USER: 'reflex',
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    child.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = headEnd(answer);
      const headers = answer.subarray(0, end).toString('latin1').split('\r\n');
      let status = 200;
      for (const line of headers) {
        const [name = '', ...rest] = line.split(': ');
        if (name.toLowerCase() === 'status') status = Number(rest.join(': ').slice(0, 3));
        else response.setHeader(name, rest.join(': '));
      }
      response.writeHead(status);
      response.end(answer.subarray(end + 4));
      resolve();
    });
  });

/** From the disk: the program runs to its end while nothing else does, the server included. */
const cloneOf = (repository: string, parent: string): GitClone => {
  const folder = mkdtempSync(join(parent, 'clone-'));
  gitIn(parent, 'clone', '-q', repository, folder);
  const git = (...args: readonly string[]): string => gitIn(folder, ...args);
  return {
    folder,
    git,
    write: (path, text) => {
      execFileSync('mkdir', ['-p', join(folder, path, '..')]);
      writeFileSync(join(folder, path), text);
    },
    commit: (message, author = 'Petra Pull <petra@example.org>') => {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message, `--author=${author}`);
      return git('rev-parse', 'HEAD');
    },
    push: (...args) => void git('push', '-q', 'origin', 'HEAD:main', ...args),
  };
};

/** An empty repository `policies.git` on a server of its own. */
export const gitServer = async (): Promise<GitServer> => {
  const program = await backend();
  const root = mkdtempSync(join(tmpdir(), 'reflex-git-server-'));
  const folder = join(root, 'policies.git');
  gitIn(root, 'init', '-q', '--bare', '--initial-branch=main', folder);
  gitIn(folder, 'config', 'http.receivepack', 'true');
  const requests: string[] = [];
  const expected = `:${GIT_TOKEN}`;
  const http = await httpServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url}`);
    const isPush = method === 'POST' && url.endsWith('/git-receive-pack');
    const answer = (status: number, more: Record<string, string> = {}): void => {
      request.resume();
      response.writeHead(status, more).end();
    };
    const given = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    if (server.trouble === 'away') return answer(503);
    if (server.trouble === 'moved_away') return answer(301, { location: `http://127.0.0.1:1${url}` });
    if (!given.endsWith(expected)) return answer(401, { 'www-authenticate': 'Basic realm="git"' });
    if (server.trouble === 'read_only' && isPush) return answer(403);
    const before = isPush ? server.beforePush : undefined;
    if (isPush) server.beforePush = undefined;
    request.pause();
    void Promise.resolve(before?.()).then(async () => {
      if (server.trouble === 'deaf' && isPush) {
        await cgi(program, request, { response: nowhere(response), root });
        response.destroy();
        return;
      }
      await cgi(program, request, { response, root });
    });
  });
  const url = `${http.url}/policies.git`;
  const server: GitServer = {
    url,
    folder,
    trouble: undefined,
    beforePush: undefined,
    git: (...args) => gitIn(folder, ...args),
    clone: () => cloneOf(folder, root),
    requests,
    dispose: async () => {
      await http.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return server;
};

/** Takes an answer and tells nobody. */
const nowhere = (response: ServerResponse): ServerResponse =>
  Object.assign(Object.create(response) as ServerResponse, {
    setHeader: () => response,
    writeHead: () => response,
    end: () => response,
  });
