import type { Agent } from '../../server/runner/agent/agent';
import type { Clock, FolderPlace, OwnThing, StateStore } from '../../server/runner/ports';
import type { CheckpointSigner } from '../../server/runner/ports';
import type { FakeAuditDisk } from '../fakes/fake_audit';
import type { FakeDisk } from '../fakes/fake_disk';
import type { Scheduler } from '../fakes/scheduler';
import type { Box } from './network';

/** One machine with an agent on it, and clocks of its own. */
export interface SimAgent {
  readonly name: string;
  readonly disk: FakeDisk;
  /** What it keeps of the audit, and the key that it signs with. */
  readonly audit: { readonly disk: FakeAuditDisk; readonly signer: CheckpointSigner; starts: number };
  box: Box;
  agent: Agent | undefined;
  /** The state index as its process reaches it. */
  store?: StateStore;
  /** This machine's clocks run this much faster than true time. */
  readonly drift: number;
  utcOffset: number;
  /** The state schema that its program speaks; default this version's. */
  schema?: number;
  /** A connector that it does not have. */
  lacks?: string;
  /** What its agent is for; default everything but to serve people. */
  roles?: readonly string[];
  /** Where its data folder is; default where it always was. */
  place?: FolderPlace;
  /** What it stands on, beside what all machines of the world stand on. */
  own?: readonly OwnThing[];
  /** A person works at it: it neither crashes nor starts by itself. */
  inHands?: boolean;
}

/** Clocks of a process on a machine; `utc` is true UTC, ms. */
export const clockOf = (machine: SimAgent, box: Box, scheduler: Scheduler, utc: () => number): Clock => {
  const speed = 1 + machine.drift;
  return {
    monotonic: () => scheduler.now * speed,
    utc: () => Math.floor(utc() + machine.utcOffset),
    // Processes die here, machines go on: the clock of the machine is the same for the next one.
    boot: () => ({ id: machine.name, now: scheduler.now * speed }),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        let done = false;
        const wake = (): void => {
          if (done) return;
          done = true;
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        signal?.addEventListener('abort', wake, { once: true });
        scheduler.after(ms / speed, () => box.deliver(wake));
      }),
  };
};
