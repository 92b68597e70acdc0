import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Client } from 'ssh2';
import { MANAGED, makeNetwork, type TestNetwork } from './namespaces';
import { freePort, mustRun, start, type Started } from './processes';
import { until } from './until';

export { whyNotSsh } from './ssh_packages';
export { ATTACKER, BYSTANDER } from './namespaces';

const SCRIPT = join(__dirname, '../../server/connectors/ssh/reflex-hand.sh');

/** A real sshd with a real packet filter, on a host with networks of its own. */
export interface SshHost {
  readonly network: TestNetwork;
  /** On the loopback; the way to the host crosses the link by which it is managed. */
  readonly port: number;
  /** Line of the key by which the host is known. */
  readonly hostKey: string;
  /** Key that may do everything, and one that may only look. */
  readonly privateKey: string;
  readonly observerKey: string;
  /** Folder for files of a test, and the one in which the host keeps its quarantine. */
  readonly folder: string;
  readonly state: string;
  /** What the host answers to a line, as an order would get it. */
  readonly ask: (line: string) => Promise<string>;
  readonly nft: (...args: string[]) => Promise<string>;
  /** Runs nft with a whole file of orders. */
  readonly nftFile: (text: string) => Promise<void>;
  readonly stopSshd: () => Promise<void>;
  readonly startSshd: () => Promise<void>;
  /** Gives the host another key, as who stands in the middle would have. */
  readonly changeHostKey: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

const newKey = async (path: string): Promise<void> => {
  rmSync(path, { force: true });
  await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
};

const SSHD_PORT = 2222;

/**
 * The script runs as root, and one with a fault could move any file of this machine. `ip netns exec` gives it mounts of
 * its own: it can write to nothing but the folder of the test, and to the memory where tests have another file system.
 */
const CAGE = [
  'mount --make-rprivate / && mount --bind "$0" "$0"',
  '{ mountpoint -q /dev/shm || mount --bind /dev/shm /dev/shm; }',
  'mount -o remount,ro,bind / && exec "$@"',
].join(' && ');

const configOf = (folder: string): string => `Port ${SSHD_PORT}
ListenAddress ${MANAGED}
HostKey ${folder}/hostkey
PidFile ${folder}/sshd.pid
AuthorizedKeysFile ${folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
UseDNS no
MaxStartups 100
`;

/** Sends one line over a real connection, and takes what comes. */
const askOverSsh = (port: number, privateKey: string, line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const client = new Client();
    const chunks: Buffer[] = [];
    client.on('error', reject);
    client.on('ready', () =>
      client.exec('x', (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.on('data', (chunk: Buffer) => chunks.push(chunk));
        channel.on('close', () => {
          client.end();
          resolve(Buffer.concat(chunks).toString('utf8'));
        });
        channel.end(line);
      }),
    );
    client.connect({ host: '127.0.0.1', port, username: 'root', privateKey });
  });

/** Sets a host up. Call `whyNotSsh` first. */
export const startSshHost = async (): Promise<SshHost> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-ssh-'));
  const [port, network] = await Promise.all([freePort(), makeNetwork()]);
  const [state, hand, bridge] = [join(folder, 'state'), join(folder, 'reflex-hand'), join(folder, 'mg.sock')];
  const running: { sshd?: Started } = {};
  for (const name of ['hostkey', 'hand', 'observer']) await newKey(join(folder, name));
  copyFileSync(SCRIPT, hand);
  chmodSync(hand, 0o755);
  mkdirSync(join(folder, 'files'));
  const publicKey = (name: string): string => readFileSync(join(folder, `${name}.pub`), 'utf8').trim();
  const privateOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const command = (words: string): string => `restrict,command="${hand} --state ${state}${words}"`;
  writeFileSync(
    join(folder, 'authorized_keys'),
    `${command(' block isolate kill quarantine')} ${publicKey('hand')}\n${command('')} ${publicKey('observer')}\n`,
    { mode: 0o600 },
  );
  writeFileSync(join(folder, 'sshd_config'), configOf(folder));
  // Unix sockets are not bound to a network namespace: the pair leads from the loopback to the manager's link.
  const outside = start('socat', [`TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, `UNIX-CONNECT:${bridge}`]);
  network.startOnManager('socat', [`UNIX-LISTEN:${bridge},fork`, `TCP:${MANAGED}:${SSHD_PORT}`]);
  const ask = (line: string): Promise<string> => askOverSsh(port, privateOf('hand'), line);
  const answers = async (): Promise<boolean> =>
    ask('reflex1 hello .\n').then(
      (text) => text.includes('"ok":true'),
      () => false,
    );
  const startSshd = async (): Promise<void> => {
    const sshd = ['/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'sshd_config')];
    running.sshd = network.startOnHost('sh', ['-c', CAGE, folder, ...sshd]);
    await until('sshd to take our key', answers, { seen: () => running.sshd?.output() });
  };
  const stopSshd = async (): Promise<void> => running.sshd?.stop();
  const dispose = async (): Promise<void> => {
    await stopSshd();
    await network.dispose();
    await outside.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const nft = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await network.runOnHost('nft', args);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  try {
    await startSshd();
  } catch (cause) {
    await dispose();
    throw cause;
  }
  return {
    network,
    port,
    hostKey: publicKey('hostkey'),
    privateKey: privateOf('hand'),
    observerKey: privateOf('observer'),
    folder: join(folder, 'files'),
    state,
    ask,
    nft,
    nftFile: async (text) => {
      const file = join(folder, 'orders.nft');
      writeFileSync(file, text);
      await nft('-f', file);
    },
    stopSshd,
    startSshd,
    changeHostKey: async () => {
      await stopSshd();
      await newKey(join(folder, 'hostkey'));
      await startSshd();
    },
    dispose,
  };
};
