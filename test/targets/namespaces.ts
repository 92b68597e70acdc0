import { run, mustRun, start, type Started } from './processes';
import { until } from './until';

/** Addresses of the three hosts: nothing of them exists outside their namespaces. */
export const PROTECTED = '198.18.2.1';
export const ATTACKER = '198.18.2.10';
export const BYSTANDER = '198.18.2.11';
const SERVICE_PORT = '8099';
/** Of the network by which the protected host is managed. */
const MANAGER = '198.18.1.1';
export const MANAGED = '198.18.1.2';

/** A small network of its own: an attacker, a bystander at the same place, and the host that is protected. */
export interface TestNetwork {
  /** Namespace of the protected host. */
  readonly host: string;
  /** Namespace of the attacker and the bystander. */
  readonly attacker: string;
  /** Runs a program on the protected host until it is stopped. */
  readonly startOnHost: (program: string, args: readonly string[]) => Started;
  readonly runOnHost: (program: string, args: readonly string[]) => ReturnType<typeof run>;
  /** Runs a program on the machine that manages the host, over a link of its own, until it is stopped. */
  readonly startOnManager: (program: string, args: readonly string[]) => Started;
  /** Whether the host reaches the attacker's place. */
  readonly pingOut: (to: string) => Promise<boolean>;
  /** Whether a ping from that address is answered. */
  readonly ping: (source: string) => Promise<boolean>;
  /** Whether a TCP connection from that address is taken. */
  readonly tcp: (source: string) => Promise<boolean>;
  readonly dispose: () => Promise<void>;
}

const ip = (...args: string[]): Promise<string> => mustRun('ip', args);

const wire = async (host: string, attacker: string, manager: string): Promise<void> => {
  for (const name of [host, attacker, manager]) {
    await ip('netns', 'add', name);
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  await ip('-n', attacker, 'link', 'add', 'at0', 'type', 'veth', 'peer', 'name', 'data0', 'netns', host);
  await ip('-n', host, 'addr', 'add', `${PROTECTED}/24`, 'dev', 'data0');
  await ip('-n', host, 'link', 'set', 'data0', 'up');
  for (const address of [ATTACKER, BYSTANDER]) await ip('-n', attacker, 'addr', 'add', `${address}/24`, 'dev', 'at0');
  await ip('-n', attacker, 'link', 'set', 'at0', 'up');
  await ip('-n', manager, 'link', 'add', 'mg0', 'type', 'veth', 'peer', 'name', 'mgmt0', 'netns', host);
  await ip('-n', manager, 'addr', 'add', `${MANAGER}/24`, 'dev', 'mg0');
  await ip('-n', manager, 'link', 'set', 'mg0', 'up');
  await ip('-n', host, 'addr', 'add', `${MANAGED}/24`, 'dev', 'mgmt0');
  await ip('-n', host, 'link', 'set', 'mgmt0', 'up');
};

let networks = 0;

/** Sets the network up; the names hold this process's id, so that several runs do not meet. */
export const makeNetwork = async (): Promise<TestNetwork> => {
  networks += 1;
  const [host = '', attacker = '', manager = ''] = ['h', 'a', 'm'].map((each) => `rx${process.pid}${each}${networks}`);
  const started: Started[] = [];
  const startIn = (name: string): TestNetwork['startOnHost'] => {
    return (program, args) => {
      // `ip` becomes the program, so the process id is the program's own.
      const child = start('ip', ['netns', 'exec', name, program, ...args]);
      started.push(child);
      return child;
    };
  };
  const startOnHost = startIn(host);
  const from = (program: string, args: readonly string[]): Promise<boolean> =>
    run('ip', ['netns', 'exec', attacker, program, ...args]).then(({ code }) => code === 0);
  const dispose = async (): Promise<void> => {
    await Promise.all(started.map((each) => each.stop()));
    for (const name of [host, attacker, manager]) await run('ip', ['netns', 'del', name]);
  };
  try {
    await wire(host, attacker, manager);
    startOnHost('socat', [`TCP-LISTEN:${SERVICE_PORT},bind=${PROTECTED},fork,reuseaddr`, 'SYSTEM:true']);
    const network: TestNetwork = {
      host,
      attacker,
      startOnHost,
      runOnHost: (program, args) => run('ip', ['netns', 'exec', host, program, ...args]),
      startOnManager: startIn(manager),
      pingOut: (to) => run('ip', ['netns', 'exec', host, 'ping', '-c1', '-W1', to]).then(({ code }) => code === 0),
      ping: (source) => from('ping', ['-c1', '-W1', '-I', source, PROTECTED]),
      tcp: (source) => from('nc', ['-w1', '-z', '-s', source, PROTECTED, SERVICE_PORT]),
      dispose,
    };
    await until('the protected host to take connections', () => network.tcp(BYSTANDER));
    return network;
  } catch (cause) {
    await dispose();
    throw cause;
  }
};
