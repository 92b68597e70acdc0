import { execFileSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync, chmodSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';

/*
 * RabbitMQ and Erlang from the distribution's own signed packages, unpacked into a cache folder. Nothing of it is
 * installed: its install script would start a service.
 */

const PACKAGE = 'rabbitmq-server';
/** Needed of its dependencies; others are there on every Debian, or serve the service only. */
const WANTED = /^(rabbitmq-server|erlang-)/;

interface RabbitmqPrograms {
  readonly server: string;
  /** Root of Erlang's runtime. */
  readonly erlang: string;
  readonly epmd: string;
  /** Folder of the runtime's own programs. */
  readonly programs: string;
}

const quietly = (program: string, args: readonly string[], cwd?: string): string =>
  execFileSync(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  }).toString();

/** Root's own home is closed to the unprivileged user that the node runs as. */
const readableFolder = (): string => (process.getuid?.() === 0 ? '/var/cache/reflex/targets' : cacheFolder());

const needed = (): readonly string[] => {
  const listed = quietly('apt-cache', [
    'depends',
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
    '--no-replaces',
    '--no-enhances',
    PACKAGE,
  ]);
  return [...new Set(listed.split('\n').map((line) => line.trim()))].filter(
    (name) => WANTED.test(name) && !/\s/.test(name),
  );
};

const download = (folder: string): void => {
  const names = needed();
  if (!names.includes(PACKAGE)) throw new Error('the distribution has no rabbitmq-server');
  quietly('apt-get', ['download', ...names], folder);
};

/** Unpacks beside its place and moves it there in one step, so that a broken run leaves nothing half. */
const unpack = (place: string): void => {
  mkdirSync(readableFolder(), { recursive: true });
  const work = mkdtempSync(join(readableFolder(), 'unpack-'));
  try {
    try {
      download(work);
    } catch {
      quietly('apt-get', ['update', '-q']);
      download(work);
    }
    for (const file of readdirSync(work).filter((each) => each.endsWith('.deb')))
      quietly('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
    writeErl(join(work, 'root'), place);
    if (!existsSync(place)) renameSync(join(work, 'root'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const runtimeOf = (root: string): string => {
  const found = readdirSync(join(root, 'usr/lib/erlang')).find((each) => each.startsWith('erts-'));
  if (found === undefined) throw new Error('the packages hold no Erlang runtime');
  return found;
};

/** The distribution's own `erl` knows only the place where it would have been installed. */
const writeErl = (root: string, place: string): void => {
  const erl = join(root, 'usr/lib/erlang/bin/erl');
  const home = join(place, 'usr/lib/erlang');
  writeFileSync(
    erl,
    `#!/bin/sh
ROOTDIR=${home} BINDIR=${home}/${runtimeOf(root)}/bin EMU=beam PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
`,
  );
  chmodSync(erl, 0o755);
};

const place = (): string => join(readableFolder(), `rabbitmq-${process.arch}`);

/** Only after `whyNotRabbitmq` found no reason. */
export const rabbitmqPrograms = (): RabbitmqPrograms => {
  const erlang = join(place(), 'usr/lib/erlang');
  const versions = join(place(), 'usr/lib/rabbitmq/lib');
  const [version = ''] = readdirSync(versions);
  return {
    server: join(versions, version, 'sbin/rabbitmq-server'),
    erlang,
    epmd: join(erlang, runtimeOf(place()), 'bin/epmd'),
    programs: join(erlang, 'bin'),
  };
};

let known: { readonly why: string | undefined } | undefined;

/** Why RabbitMQ cannot be tested on this machine, or undefined if it can. Fetches what is missing the first time. */
export const whyNotRabbitmq = (): string | undefined => {
  if (known) return known.why;
  try {
    if (process.platform !== 'linux') throw new Error('the packages are for Linux');
    if (!existsSync(place())) unpack(place());
    known = { why: undefined };
  } catch (cause) {
    const stderr = String((cause as { stderr?: Buffer }).stderr ?? '').trim();
    const said = stderr === '' ? String((cause as Error).message) : stderr;
    known = { why: `its packages cannot be fetched: ${said.split('\n').slice(-1).join('').slice(0, 200)}` };
  }
  return known.why;
};
