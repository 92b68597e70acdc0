import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { connect } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import type { TestIdentity } from './certificate';
import { freePort, start, type Started } from './processes';
import { rabbitmqPrograms } from './rabbitmq_packages';
import { until } from './until';

/* One RabbitMQ node on the loopback, with folders of its own, as an unprivileged user. */

export interface RabbitmqBroker {
  /** `host:port` without encryption. */
  readonly address: string;
  /** `host:port` with TLS; asks for a certificate of the client. */
  readonly secureAddress: string;
  /** Ends it in the middle of what it does. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same data and ports. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const NOBODY = 65_534;
const PATIENCE_MS = 60_000;

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
  });

const configOf = (folder: string, { plain, secure }: { readonly plain: number; readonly secure: number }): string =>
  [
    `listeners.tcp.1 = 127.0.0.1:${plain}`,
    `listeners.ssl.1 = 127.0.0.1:${secure}`,
    `ssl_options.cacertfile = ${join(folder, 'ca.pem')}`,
    `ssl_options.certfile = ${join(folder, 'cert.pem')}`,
    `ssl_options.keyfile = ${join(folder, 'key.pem')}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
    'log.console = true',
    'log.console.level = error',
    'default_user = reflex',
    'default_pass = only-for-this-test',
    'loopback_users = none',
    '',
  ].join('\n');

/** Starts a node; resolves when it takes connections. */
export const startRabbitmq = async ({
  ca,
  identity,
}: {
  readonly ca: string;
  readonly identity: TestIdentity;
}): Promise<RabbitmqBroker> => {
  const programs = rabbitmqPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'reflex-rabbitmq-'));
  const [plain, secure, epmdPort, distributionPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), configOf(folder, { plain, secure }));
  for (const [name, text] of [
    ['ca', ca],
    ['cert', identity.cert],
    ['key', identity.key],
  ] as const)
    writeFileSync(join(folder, `${name}.pem`), text);
  mkdirSync(join(folder, 'log'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    for (const each of ['', 'log', 'ca.pem', 'cert.pem', 'key.pem', 'rabbitmq.conf'])
      chownSync(join(folder, each), NOBODY, NOBODY);
    chmodSync(folder, 0o700);
  }
  const environment = {
    HOME: folder,
    PATH: `${programs.programs}:${process.env.PATH ?? ''}`,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'feature_flags'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_NODENAME: `reflex${plain}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    // Without a shell in between, so that the process that is killed is the node itself.
    RABBITMQ_ALLOW_INPUT: '1',
  };
  const unprivileged = (program: string, args: readonly string[]): Started =>
    isRoot
      ? start('setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', program, ...args], environment)
      : start(program, args, environment);
  const epmd = unprivileged(programs.epmd, []);
  let node: Started | undefined;
  const restart = async (): Promise<void> => {
    const started = unprivileged('sh', [programs.server, '-noinput']);
    node = started;
    const answers = async (): Promise<boolean> => {
      if (started.process.exitCode !== null) throw new Error(`RabbitMQ ended: ${started.output().slice(-2_000)}`);
      return (await isOpen(plain)) && (await isOpen(secure));
    };
    await until('RabbitMQ answers', answers, { withinMs: PATIENCE_MS, everyMs: 200 });
  };
  await restart().catch(async (cause: unknown) => {
    await Promise.all([node?.stop(), epmd.stop()]);
    throw cause;
  });
  return {
    address: `127.0.0.1:${plain}`,
    secureAddress: `127.0.0.1:${secure}`,
    kill: async () => {
      const gone = new Promise((resolve) => node?.process.once('exit', resolve));
      node?.process.kill('SIGKILL');
      await gone;
    },
    restart,
    stop: async () => {
      await node?.stop(10_000);
      await epmd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
