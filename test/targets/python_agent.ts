import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer, connect } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { installMissing, whyNoPacketFilter, type Tool } from './debian_packages';
import { listenOnLoopback } from './loopback_server';
import { makeNetwork, type TestNetwork } from './namespaces';
import { askedOnce, outputOf, whyNoNamespaces, whyNotProvided, works } from './programs';
import { until } from './until';

/*
 * The reference agent of `examples/`, as its page says that it is run, in a network of its own. Its libraries come from
 * PyPI in the versions of `requirements.txt`, and its stubs are made from the `.proto`; both are kept for the next run.
 */

const ROOT = join(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'grpc-agent-python');
const PROTO = join(ROOT, 'common', 'proto', 'reflex', 'agent', 'v1', 'agent.proto');

const TOOLS: readonly Tool[] = [
  ['python3', 'python3'],
  ['nft', 'nftables'],
  ['ip', 'iproute2'],
  ['ping', 'iputils-ping'],
  ['nc', 'netcat-openbsd'],
  ['socat', 'socat'],
];

const requirements = join(EXAMPLE, 'requirements.txt');

const venv = (): string => {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return cacheFolder(`grpc-agent-${hash}`);
};

const python = (): string => join(venv(), 'bin', 'python');

const installLibraries = (): void => {
  if (existsSync(python()) && works(python(), ['-c', 'import grpc_tools'])) return;
  const folder = venv();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cacheFolder(), { recursive: true });
  if (!works('python3', ['-m', 'venv', folder])) {
    installMissing([['python3-with-venv', 'python3-venv']]);
    outputOf('python3', ['-m', 'venv', folder]);
  }
  outputOf(python(), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements]);
};

const protoc = (args: readonly string[]): void =>
  void execFileSync(python(), ['-m', 'grpc_tools.protoc', '-I', join(PROTO, '..'), ...args, 'agent.proto'], {
    stdio: 'pipe',
  });

/** Our `.proto` as protoc itself understands it: bytes of a FileDescriptorSet. */
export const compiledProto = (): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-proto-'));
  try {
    protoc([`--descriptor_set_out=${join(folder, 'set')}`]);
    return readFileSync(join(folder, 'set'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const findOut = (): string | undefined => {
  const provide = (): void => {
    installMissing(TOOLS);
    installLibraries();
  };
  return whyNoNamespaces() ?? whyNotProvided(provide) ?? whyNoPacketFilter();
};

/** Why the reference agent cannot run on this machine, or undefined if it can. Installs what is missing. */
export const whyNotPythonAgent = askedOnce(findOut);

export interface PythonAgent {
  readonly network: TestNetwork;
  /** Path of the socket that it listens on. */
  readonly socket: string;
  /** Port of the loopback that leads to it. */
  readonly port: number;
  /** Runs nft on its host. */
  readonly nft: (...args: string[]) => Promise<string>;
  /** Ends it and starts it anew. */
  readonly restart: () => Promise<void>;
  readonly output: () => string;
  readonly dispose: () => Promise<void>;
}

interface AgentOptions {
  readonly token?: string;
  /** PEM; without it the agent speaks plainly. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

/** Starts the agent on a host of its own; it is reached by a socket, which no network namespace holds back. */
export const startPythonAgent = async ({ token, tls }: AgentOptions): Promise<PythonAgent> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-agent-'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  protoc([`--python_out=${folder}`, `--grpc_python_out=${folder}`]);
  const network = await makeNetwork();
  const socket = join(folder, 'agent.sock');
  const args = [
    ...['--listen', `unix:${socket}`, '--state', join(folder, 'fences.json')],
    ...(token === undefined ? [] : ['--token-file', file('token', `${token}\n`)]),
    ...(tls === undefined ? ['--insecure'] : ['--cert', file('cert.pem', tls.cert), '--key', file('key.pem', tls.key)]),
    ...(tls?.clientCa === undefined ? [] : ['--client-ca', file('clients.pem', tls.clientCa)]),
  ];
  const program = ['env', `PYTHONPATH=${folder}`, python(), join(EXAMPLE, 'agent.py'), ...args];
  const startAgent = async () => {
    const started = network.startOnHost(program[0] ?? '', program.slice(1));
    await until('the agent to listen', async () => {
      if (started.process.exitCode !== null) throw new Error(started.output());
      return started.output().includes('listening');
    });
    return started;
  };
  const forwarder = createServer((from) => {
    const to = connect({ path: socket });
    from.on('error', () => to.destroy()).pipe(to);
    to.on('error', () => from.destroy()).pipe(from);
  });
  try {
    let agent = await startAgent();
    const port = await listenOnLoopback(forwarder);
    return {
      network,
      socket,
      port,
      nft: async (...words) => {
        const { code, stdout, stderr } = await network.runOnHost('nft', words);
        if (code !== 0) throw new Error(stderr);
        return stdout;
      },
      restart: async () => {
        await agent.stop();
        agent = await startAgent();
      },
      output: () => agent.output(),
      dispose: async () => {
        forwarder.close();
        await network.dispose();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    await network.dispose();
    throw cause;
  }
};
