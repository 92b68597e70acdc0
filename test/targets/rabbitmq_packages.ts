import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync, chmodSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { withFreshLists } from './debian_packages';
import { askedOnce, outputOf, whyNotProvided } from './programs';

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

/** Root's own home is closed to the unprivileged user that the node runs as. */
const readableFolder = (): string => (process.getuid?.() === 0 ? '/var/cache/reflex/targets' : cacheFolder());

const needed = (): readonly string[] => {
  const listed = outputOf('apt-cache', [
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
  const names = [...new Set(listed.split('\n').map((line) => line.trim()))].filter(
    (name) => WANTED.test(name) && !/\s/.test(name),
  );
  if (!names.includes(PACKAGE)) throw new Error('the distribution has no rabbitmq-server');
  return names;
};

/** Unpacks beside its place and moves it there in one step, so that a broken run leaves nothing half. */
const unpack = (place: string): void => {
  mkdirSync(readableFolder(), { recursive: true });
  const work = mkdtempSync(join(readableFolder(), 'unpack-'));
  try {
    withFreshLists(['download', ...needed()], work);
    for (const file of readdirSync(work).filter((each) => each.endsWith('.deb')))
      outputOf('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
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

const findOut = (): string | undefined =>
  process.platform === 'linux'
    ? whyNotProvided(() => {
        if (!existsSync(place())) unpack(place());
      })
    : 'its packages are for Linux';

/** Why RabbitMQ cannot be tested on this machine, or undefined if it can. Fetches what is missing the first time. */
export const whyNotRabbitmq = askedOnce(findOut);
