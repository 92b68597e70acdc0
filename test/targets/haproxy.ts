import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createConnection } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { installMissing, whyNoPacketFilter, type Tool } from './debian_packages';
import { makeNetwork, PROTECTED, type TestNetwork } from './namespaces';
import { freePort, run, start, type Started } from './processes';
import { askedOnce, whyNoNamespaces, whyNotProvided } from './programs';
import { until } from './until';

/* haproxy of the distribution, in the foreground with a configuration of its own. */

const TOOLS: readonly Tool[] = [
  ['haproxy', 'haproxy'],
  ['curl', 'curl'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
  ['ping', 'iputils-ping'],
  ['nc', 'netcat-openbsd'],
  ['socat', 'socat'],
];

const findOut = (): string | undefined =>
  whyNoNamespaces() ?? whyNotProvided(() => installMissing(TOOLS)) ?? whyNoPacketFilter();

/** Why haproxy cannot be tested on this machine, or undefined if it can. Installs what is missing. */
export const whyNotHaproxy = askedOnce(findOut);

/** One command over a stats socket, and everything that is answered. */
export const askHaproxy = (path: string, line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('utf8')));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${line}\n`);
  });

const SERVICE_PORT = 8090;

const TIMES = ['timeout connect 1s', 'timeout client 5s', 'timeout server 5s'];

const configOf = (folder: string, deny: string): string =>
  [
    'global',
    `  stats socket ${join(folder, 'admin.sock')} mode 600 level admin`,
    `  stats socket ${join(folder, 'user.sock')} mode 600 level user`,
    'defaults',
    '  mode http',
    ...TIMES.map((each) => `  ${each}`),
    'frontend fe',
    `  bind ${PROTECTED}:${SERVICE_PORT}`,
    deny,
    '  http-request return status 200 content-type text/plain string ok',
    '',
  ].join('\n');

export interface Haproxy {
  readonly map: string;
  readonly network: TestNetwork;
  /** Stats sockets, by their level. */
  readonly sockets: { readonly admin: string; readonly user: string };
  readonly ask: (line: string) => Promise<string>;
  /** HTTP status that a client at that address gets; 0: no answer. */
  readonly statusFor: (source: string) => Promise<number>;
  /** Ends it and starts it anew, with another rule if one is given; `%` is the map. */
  readonly restart: (rule?: string) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** The rule that the guide names. */
const DENY = '  http-request deny deny_status 403 if { src,map_ip(%) -m found }';

/** Starts haproxy on a host of its own, before a service that answers 200. */
export const startHaproxy = async (): Promise<Haproxy> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-haproxy-'));
  const map = join(folder, 'reflex.map');
  writeFileSync(map, '');
  const sockets = { admin: join(folder, 'admin.sock'), user: join(folder, 'user.sock') };
  const network = await makeNetwork();
  const ask = (line: string): Promise<string> => askHaproxy(sockets.admin, line);
  const begin = async (rule: string): Promise<Started> => {
    const config = join(folder, 'haproxy.cfg');
    writeFileSync(config, configOf(folder, rule.replace(/%/g, map)));
    const started = network.startOnHost('haproxy', ['-db', '-f', config]);
    await until('haproxy to answer', async () => {
      if (started.process.exitCode !== null) throw new Error(started.output());
      return ask('show info').then(
        (text) => text.includes('Uptime_sec'),
        () => false,
      );
    });
    return started;
  };
  let running = await begin(DENY);
  const url = `http://${PROTECTED}:${SERVICE_PORT}/`;
  return {
    map,
    network,
    sockets,
    ask,
    statusFor: async (source) => {
      const args = ['-s', '-o', '/dev/null', '-m', '2', '-w', '%{http_code}', '--interface', source, url];
      const { stdout } = await run('ip', ['netns', 'exec', network.attacker, 'curl', ...args]);
      return Number(stdout);
    },
    restart: async (rule = DENY) => {
      await running.stop();
      running = await begin(rule);
    },
    dispose: async () => {
      await network.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/**
 * A stats socket on TCP of the loopback, for clients with a certificate.
 *
 * @param where `before the socket`: in a section of its own, as the guide says; `on the line of the socket`: haproxy
 *   2.6 takes that, and speaks plainly
 */
export const startTlsHaproxy = async (
  tls: { readonly cert: string; readonly key: string; readonly clientCa: string },
  where: 'before the socket' | 'on the line of the socket',
): Promise<{ readonly port: number; readonly map: string; readonly dispose: () => Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-haproxy-'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const port = await freePort();
  const map = file('reflex.map', '');
  const crt = file('server.pem', `${tls.cert}\n${tls.key}`);
  const secured = `ssl crt ${crt} ca-file ${file('clients.pem', tls.clientCa)} verify required`;
  const admin = join(folder, 'admin.sock');
  const isBefore = where === 'before the socket';
  const config = [
    'global',
    `  stats socket ${admin} mode 600 level admin`,
    ...(isBefore ? [] : [`  stats socket ipv4@127.0.0.1:${port} level admin ${secured}`]),
    'defaults',
    '  mode http',
    ...TIMES.map((each) => `  ${each}`),
    ...(isBefore
      ? ['listen admin', '  mode tcp', `  bind 127.0.0.1:${port} ${secured}`, `  server cli unix@${admin}`]
      : []),
    'frontend fe',
    `  bind unix@${join(folder, 'fe.sock')}`,
    `  http-request deny if { src,map_ip(${map}) -m found }`,
    '',
  ].join('\n');
  const started = start('haproxy', ['-db', '-f', file('haproxy.cfg', config)]);
  await until('haproxy to answer', async () => {
    if (started.process.exitCode !== null) throw new Error(started.output());
    return askHaproxy(admin, 'show info').then(
      () => true,
      () => false,
    );
  });
  return {
    port,
    map,
    dispose: async () => {
      await started.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
