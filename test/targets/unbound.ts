import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { Resolver } from 'dns/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { freePort, mustRun, start, type Started } from './processes';
import { installWithoutStarting } from './debian_packages';
import { askedOnce, whyNotProvided, works } from './programs';
import { until } from './until';

/*
 * unbound from the distribution's own signed package: two of it, one that knows the names of a small world, and one
 * that asks it and obeys a list. Both run in the foreground with configurations of their own.
 */

const TOOLS: ReadonlyArray<readonly [program: string, package_: string]> = [
  ['unbound', 'unbound'],
  ['unbound-control', 'unbound'],
  ['curl', 'curl'],
  ['cmp', 'diffutils'],
];

const isThere = (program: string): boolean => works('sh', ['-c', `command -v ${program}`]);

const findOut = (): string | undefined => {
  if (process.platform !== 'linux') return 'it needs Debian’s packages';
  const missing = TOOLS.filter(([program]) => !isThere(program)).map(([, name]) => name);
  if (missing.length === 0) return undefined;
  if (process.getuid?.() !== 0) return `it needs root to install ${missing.join(', ')}`;
  const why = whyNotProvided(() => installWithoutStarting([...new Set(missing)]));
  if (why !== undefined) return why;
  return TOOLS.every(([program]) => isThere(program)) ? undefined : 'this machine has no unbound';
};

/** Why no resolver can be tested on this machine, or undefined if one can. Installs what is missing. */
export const whyNotUnbound = askedOnce(findOut);

const ADDRESS = '198.51.100.80';

const server = (folder: string, port: number, more: readonly string[]): string =>
  [
    'server:',
    '  username: ""',
    '  chroot: ""',
    `  directory: "${folder}"`,
    `  pidfile: "${folder}/unbound.pid"`,
    '  use-syslog: no',
    '  verbosity: 1',
    '  do-daemonize: no',
    `  interface: 127.0.0.1@${port}`,
    '  do-not-query-localhost: no',
    '  do-ip6: no',
    ...more,
  ].join('\n');

/** A resolver that obeys a list. */
export interface Unbound {
  readonly folder: string;
  /** `address`, or `nxdomain` where the name does not exist for whoever asks. */
  readonly resolves: (name: string) => Promise<string>;
  readonly output: () => string;
  readonly dispose: () => Promise<void>;
}

/**
 * Starts both.
 *
 * @param more what the second one is told besides; gets its folder
 */
export const startUnbound = async (more: (folder: string) => readonly string[]): Promise<Unbound> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-unbound-'));
  const started: Started[] = [];
  const run = async (name: string, config: (port: number) => string): Promise<number> => {
    const port = await freePort();
    const path = join(folder, `${name}.conf`);
    writeFileSync(path, `${config(port)}\n`);
    started.push(start('unbound', ['-d', '-c', path]));
    return port;
  };
  const resolverAt = (port: number): Resolver => {
    const resolver = new Resolver({ timeout: 1_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${port}`]);
    return resolver;
  };
  const ask = async (port: number, name: string): Promise<string> => {
    try {
      return (await resolverAt(port).resolve4(name)).includes(ADDRESS) ? 'address' : 'another address';
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      return code === 'ENOTFOUND' ? 'nxdomain' : code.toLowerCase();
    }
  };
  const output = (): string => started.map((each) => each.output()).join('\n');
  const dispose = async (): Promise<void> => {
    for (const each of started.reverse()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // Every name of this world has the same address.
    const world = await run('world', (port) =>
      server(folder, port, ['  local-zone: "example." redirect', `  local-data: "example. 60 IN A ${ADDRESS}"`]),
    );
    const port = await run('resolver', (own) =>
      [
        server(folder, own, more(folder)),
        'remote-control:',
        '  control-enable: yes',
        `  control-interface: "${folder}/control"`,
        '  control-use-cert: no',
        'forward-zone:',
        '  name: "."',
        `  forward-addr: 127.0.0.1@${world}`,
      ].join('\n'),
    );
    const resolves = (name: string): Promise<string> => ask(port, name);
    await until('the resolver to answer', async () => (await resolves('there.example')) === 'address', {
      withinMs: 20_000,
      seen: output,
    });
    return { folder, resolves, output, dispose };
  } catch (cause) {
    await dispose();
    throw cause;
  }
};

/** Runs a script as cron would, with `unbound-control` for that resolver. */
export const runAsCron = async (folder: string, script: string): Promise<void> => {
  const bin = join(folder, 'bin');
  await mustRun('mkdir', ['-p', bin]);
  const real = (await mustRun('sh', ['-c', 'command -v unbound-control'])).trim();
  const wrapper = join(bin, 'unbound-control');
  writeFileSync(wrapper, `#!/bin/sh\nexec ${real} -c ${folder}/resolver.conf "$@"\n`, { mode: 0o755 });
  await mustRun('env', [`PATH=${bin}:${process.env.PATH ?? ''}`, 'sh', '-c', script]);
};
