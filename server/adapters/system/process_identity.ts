import { readFileSync, readlinkSync } from 'fs';

/** Which process something belongs to, so that a number that was given out again is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks since the machine started; "" where the system does not tell. */
  readonly started: string;
  /** The start of the machine. */
  readonly boot: string;
  /** The numbering that `pid` belongs to: containers have their own. */
  readonly space: string;
}

const attempt = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

/** State and start time of a process as Linux tells them; undefined if there is none, or no Linux. */
const statOf = (pid: number): { readonly state: string; readonly started: string } | undefined => {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name in front is in brackets and may contain anything; 3rd field: state, 22nd: start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? undefined : { state: fields[0] ?? '', started: fields[19] ?? '' };
};

export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  started: statOf(process.pid)?.started ?? '',
  boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
  space: attempt(() => readlinkSync('/proc/self/ns/pid')),
});

const answersSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** True while the process runs; asked of one whose machine and numbering are this process's own. */
export const isRunning = ({ pid, started }: ProcessIdentity): boolean => {
  if (started === '') return answersSignals(pid);
  const stat = statOf(pid);
  return stat !== undefined && stat.started === started && !['Z', 'X'].includes(stat.state);
};
