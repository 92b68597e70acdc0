import { describeJournal } from '../contracts/journal';
import { describeLocalMemory } from '../contracts/local_memory';
import { describeSpool } from '../contracts/spool';
import { FakeDisk } from './fake_disk';

/* The fakes of the simulation answer to the same suites as the real parts. */

const nothing = async (): Promise<void> => undefined;

describeJournal('fake disk', async () => {
  const disk = new FakeDisk();
  return { open: async () => ({ journal: disk.ports(nothing).journal, end: nothing }), dispose: nothing };
});

describeLocalMemory('fake disk', async () => {
  const disk = new FakeDisk();
  return { open: async () => disk.ports(nothing).memory, dispose: nothing };
});

describeSpool('fake disk', async () => {
  const disk = new FakeDisk();
  return {
    open: async ({ persistent = true, maxBytes = Infinity } = {}) => {
      disk.full = !persistent;
      disk.room = maxBytes;
      return { spool: disk.ports(nothing).spool, end: nothing };
    },
    dispose: nothing,
  };
});
