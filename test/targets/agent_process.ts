import { fork } from 'child_process';
import { createHash } from 'crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { build } from 'esbuild';
import type { Settings } from '../../server/hosts/settings';
import type { PoliciesGit } from '../../server/hosts/settings/policies_git';
import { aKeyPair } from '../builders/policies';
import { freePort } from './processes';

/** What a Reflex in a process of its own is told at its start. */
export interface AgentOrder {
  readonly node: string;
  readonly prefix: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly tokenSha256: string;
  /** Sources that may say everything, as `type:id`. */
  readonly vouch: readonly string[];
  readonly signingKeyFile: string;
  readonly connectors: Settings['connectors'];
  /** The remote of the policies, if they have one. */
  readonly git?: PoliciesGit;
  /** The program that compiles guards; default of the path. */
  readonly opa?: string;
}

/** What one Reflex answered. */
interface AgentAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A Reflex in a process of its own. */
export interface AgentProcess {
  /** Its own disk; another one may be started there once this one is gone. */
  readonly dataFolder: string;
  /** Where its routes are. */
  readonly base: string;
  /** Asks a route as a user, under `/api/reflex`; reads again for up to 10 s while OpenSearch does not answer it. */
  readonly ask: (user: string, method: string, path: string, body?: unknown) => Promise<AgentAnswer>;
  /** Hands something in with the token of the test. */
  readonly handIn: (path: string, body: unknown) => Promise<AgentAnswer>;
  /** Resolves once it decides; at once where `start` waited for that. */
  readonly ready: Promise<void>;
  /** Nothing of it runs until `thaw`. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** SIGKILL, in the middle of whatever it does; resolves once it is gone. */
  readonly kill: () => Promise<void>;
  /** The end of what it logged, for a test that fails. */
  readonly said: () => string;
}

/** What may be otherwise with one agent of a fleet. */
interface OwnOrder extends Partial<Pick<AgentOrder, 'opa' | 'node' | 'dataFolder'>> {
  /** Folder of the sources that it runs from; default this version's. */
  readonly sources?: string;
  /** True: `start` does not wait until it decides. */
  readonly unready?: boolean;
}

/** Several of them that share a cluster, a signing key and their connectors. */
export interface Fleet {
  /** The private key that all of them sign with, PEM. */
  readonly signingKey: string;
  /** @param own what is otherwise with this one */
  readonly start: (own?: OwnOrder) => Promise<AgentProcess>;
  readonly dispose: () => Promise<void>;
}

const TOKEN = 'token-of-the-test-that-nobody-else-knows';
const ROOT = join(__dirname, '..', '..');
const MOST_OUTPUT = 20_000;
const ESM_ONLY = /^@marcbachmann\/cel-js/;

/** Within its checkout, because the program finds its packages and the starter policies from where it lies. */
const bundle = async (sources: string): Promise<string> => {
  const outfile = join(sources, 'target', 'test', `agent_program_${process.pid}.js`);
  await build({
    entryPoints: [join(sources, 'test', 'targets', 'agent_program.ts')],
    absWorkingDir: sources,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'packages-outside',
        setup: (steps) =>
          steps.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || ESM_ONLY.test(path) ? undefined : { path, external: true },
          ),
      },
    ],
  });
  // A thread is started from a file of its own, beside the program.
  const worker = join(sources, 'server', 'adapters', 'opa', 'guard_worker.js');
  copyFileSync(worker, join(dirname(outfile), 'guard_worker.js'));
  return outfile;
};

const answerTo = async (url: string, method: string, headers: Record<string, string>, body: unknown) => {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', 'osd-xsrf': 'test', ...headers },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

/** A busy node may not answer an agent in time; what is only read is read again, as a page would. */
const READ_AGAIN_TIMES = 20;
const READ_AGAIN_MS = 500;

const read = async (url: string, headers: Record<string, string>): Promise<AgentAnswer> => {
  for (let times = 1; ; times += 1) {
    const answer = await answerTo(url, 'GET', headers, undefined);
    if (answer.status !== 503 || times === READ_AGAIN_TIMES) return answer;
    await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS));
  }
};

const startAgent = (program: string, order: AgentOrder): AgentProcess => {
  // Named, because what a test puts into its environment is in no other.
  const child = fork(program, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: process.env });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-MOST_OUTPUT);
    });
  const decides = new Promise<void>((resolve) => child.once('message', () => resolve()));
  child.send(order);
  const ready = Promise.race([
    decides,
    gone.then(() => {
      throw new Error(`the agent ended at its start: ${output}`);
    }),
  ]);
  ready.catch(() => undefined);
  const base = `http://127.0.0.1:${order.port}/api/reflex`;
  return {
    dataFolder: order.dataFolder,
    base,
    ask: (user, method, path, body) =>
      method === 'GET'
        ? read(base + path, { 'x-user': user })
        : answerTo(base + path, method, { 'x-user': user }, body),
    handIn: (path, body) => answerTo(base + path, 'POST', { authorization: `Bearer ${TOKEN}` }, body),
    ready,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => {
      child.kill('SIGKILL');
      return gone;
    },
    said: () => output,
  };
};

/** @param prefix of the cluster's indices on the node, see `private_cluster.ts` */
export const agentFleet = async ({
  node,
  prefix,
  connectors,
  git = {},
  opa,
}: Pick<AgentOrder, 'node' | 'prefix' | 'connectors' | 'git' | 'opa'>): Promise<Fleet> => {
  const programs = new Map<string, Promise<string>>();
  const programOf = (sources: string): Promise<string> => {
    const known = programs.get(sources) ?? bundle(sources);
    programs.set(sources, known);
    return known;
  };
  const folder = mkdtempSync(join(tmpdir(), 'reflex-fleet-'));
  const signingKeyFile = join(folder, 'signing.pem');
  const signingKey = aKeyPair().privatePem;
  writeFileSync(signingKeyFile, signingKey, { mode: 0o600 });
  const started: AgentProcess[] = [];
  return {
    signingKey,
    start: async ({ sources = ROOT, unready = false, ...own } = {}) => {
      const dataFolder = own.dataFolder ?? join(folder, `agent-${started.length}`);
      mkdirSync(dataFolder, { recursive: true });
      const tokenSha256 = createHash('sha256').update(TOKEN).digest('hex');
      const port = await freePort();
      const order = {
        node,
        prefix,
        port,
        dataFolder,
        tokenSha256,
        vouch: [
          'webhook:test',
          'asker:test',
          ...['monitor-document', 'monitor-bucket', 'monitor-query'].map((id) => `alerting:${id}`),
        ],
        signingKeyFile,
        connectors,
        git,
        ...(opa === undefined ? {} : { opa }),
        ...own,
      };
      const agent = startAgent(await programOf(sources), order);
      started.push(agent);
      if (!unready) await agent.ready;
      return agent;
    },
    dispose: async () => {
      await Promise.all(started.map((each) => each.kill()));
      rmSync(folder, { recursive: true, force: true });
      for (const program of programs.values()) rmSync(await program, { force: true });
    },
  };
};
