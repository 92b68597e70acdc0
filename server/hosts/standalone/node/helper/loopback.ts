import { execFile } from 'child_process';
import { connect, createServer, type AddressInfo } from 'net';
import { promisify } from 'util';

const run = promisify(execFile);
const PATIENCE_MS = 5_000;

/** SIOCSIFFLAGS with IFF_UP and IFF_RUNNING, for machines without the usual tools. */
const PERL = 'socket(my $s, 2, 2, 0) or die; ioctl($s, 0x8914, pack("a16sx22", "lo", 0x41)) or die';
const PYTHON = [
  'import fcntl, socket, struct',
  's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
  'fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", 0x41))',
].join('\n');

const WAYS: ReadonlyArray<readonly [string, ...string[]]> = [
  ['ip', 'link', 'set', 'lo', 'up'],
  ['ifconfig', 'lo', 'up'],
  ['perl', '-e', PERL],
  ['python3', '-c', PYTHON],
];

const works = (): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    const settle = (answer: boolean): void => {
      server.close();
      resolve(answer);
    };
    server.once('error', () => settle(false));
    server.listen(0, '127.0.0.1', () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.once('error', () => settle(false));
      socket.once('connect', () => settle(true));
    });
  });

/**
 * Switches the loopback of a new network namespace on: nothing listens in it before.
 *
 * @returns why that cannot be done; undefined once it works
 */
export const loopbackUp = async (): Promise<string | undefined> => {
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  const faults: string[] = [];
  for (const [program, ...args] of WAYS) {
    try {
      await run(program, args, { env, timeout: PATIENCE_MS });
    } catch (cause) {
      faults.push(`\`${program}\`: ${(cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'not found' : 'failed'}`);
    }
    if (await works()) return undefined;
  }
  return `the loopback of a network namespace cannot be switched on (${faults.join(', ')})`;
};
