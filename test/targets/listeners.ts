import { readdirSync, readFileSync, readlinkSync } from 'fs';

/*
 * Who listens on this machine, as Linux tells it.
 */

const attempt = <Value>(read: () => Value, otherwise: Value): Value => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

const processes = (): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);

const parentOf = (pid: number): number => {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

/** A process and all that it started, as far as they still hang together. */
export const familyOf = (pid: number): readonly number[] => {
  const parents = new Map(processes().map((each) => [each, parentOf(each)]));
  const isOfIt = (each: number | undefined): boolean =>
    each !== undefined && each > 1 && (each === pid || isOfIt(parents.get(each)));
  return [...parents.keys()].filter(isOfIt);
};

/** Inodes of the sockets that a process has open. */
const socketsOf = (pid: number): readonly string[] =>
  attempt(() => readdirSync(`/proc/${pid}/fd`), [])
    .map((fd) => attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''))
    .flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);

const LISTENING = '0A';

/** Ports of this network namespace on which one of the processes listens. */
export const portsOf = (pids: readonly number[]): readonly number[] => {
  const sockets = new Set(pids.flatMap(socketsOf));
  const lines = ['tcp', 'tcp6'].flatMap((name) =>
    attempt(() => readFileSync(`/proc/self/net/${name}`, 'utf8'), '').split('\n'),
  );
  const ports = lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === LISTENING && sockets.has(inode) ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
  });
  return [...new Set(ports)].sort((one, other) => one - other);
};
