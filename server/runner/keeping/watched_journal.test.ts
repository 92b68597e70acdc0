import { FakeDisk } from '../../../test/fakes/fake_disk';
import { Scheduler } from '../../../test/fakes/scheduler';
import { clockOf, drive, quietLog } from '../../../test/builders/store_port';
import { anEntry } from '../../../test/builders/undoing';
import { DiskFailed, type Journal } from '../ports';
import { WatchedJournal } from './watched_journal';

/* What begins an effect must be on the disk; what ends one may wait until there is room. */

let scheduler: Scheduler;
let disk: FakeDisk;
let inner: Journal;
let journal: WatchedJournal;
let lines: string[];
let over: boolean;
/** A flush takes 100 ms. */
let waits: boolean;
beforeEach(async () => {
  scheduler = new Scheduler();
  disk = new FakeDisk();
  lines = [];
  over = false;
  waits = false;
  const flush = async (): Promise<void> => {
    if (waits) await new Promise<void>((resolve) => scheduler.after(100, resolve));
  };
  inner = disk.ports(flush).journal;
  journal = new WatchedJournal(inner, {
    clock: clockOf(scheduler),
    log: quietLog(lines),
  });
  await journal.put([anEntry(), anEntry({ command_id: 'c2' })]);
  disk.full = true;
});
afterEach(() => {
  over = true;
});
/** What is open, asked for in both ways. */
const idsOf = (): readonly string[] => {
  const ids = journal.open().map(({ command_id }) => command_id);
  expect(journal.ofEffect(anEntry().effect_id).map(({ command_id }) => command_id)).toEqual(ids);
  return ids;
};
const roomAgain = async (): Promise<void> => {
  void journal.run(() => over);
  disk.full = false;
  await drive(scheduler, scheduler.runUntil(scheduler.now + 5_000));
};

describe('on a full disk', () => {
  it('a new command is refused', async () => {
    await expect(journal.put([anEntry({ command_id: 'c3' })])).rejects.toBeInstanceOf(DiskFailed);
    expect([idsOf(), journal.trouble]).toEqual([['c1', 'c2'], 'the disk is full']);
  });

  it('a new command is refused together with what is known already', async () => {
    const both = [anEntry({ fence: 9 }), anEntry({ command_id: 'c3' })];
    await expect(journal.put(both)).rejects.toBeInstanceOf(DiskFailed);
    expect(journal.open()[0]?.fence).toBeUndefined();
  });

  it('a command is closed all the same, and on the disk once there is room', async () => {
    await journal.close(['c1']);
    expect([idsOf(), disk.journalEntries.has('c1')]).toEqual([['c2'], true]);
    await roomAgain();
    expect([idsOf(), disk.journalEntries.has('c1'), journal.trouble]).toEqual([['c2'], false, undefined]);
  });

  it('a change of an open command counts all the same, and is on the disk once there is room', async () => {
    await journal.put([anEntry({ undone_offline: true })]);
    expect(journal.open().find(({ command_id }) => command_id === 'c1')?.undone_offline).toBe(true);
    expect(disk.journalEntries.get('c1')?.undone_offline).toBeUndefined();
    await roomAgain();
    expect(disk.journalEntries.get('c1')?.undone_offline).toBe(true);
  });

  it('a command that is put once more after it was closed is open again', async () => {
    await journal.close(['c1']);
    disk.full = false;
    await journal.put([anEntry()]);
    await roomAgain();
    expect(idsOf()).toContain('c1');
  });

  it('what is written while it is found out whether there is room stays: what was owed before is older', async () => {
    await journal.put([anEntry({ undone_offline: true }), anEntry({ command_id: 'c2', fence: 4 })]);
    waits = true;
    void journal.run(() => over);
    disk.full = false;
    const runFor = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);
    await runFor(2_050);
    const writing = [journal.put([anEntry({ fence: 7 })]), journal.close(['c2'])];
    await runFor(2_000);
    await Promise.all(writing);
    expect(journal.open()).toEqual([anEntry({ fence: 7 })]);
    expect([...disk.journalEntries.values()]).toEqual([anEntry({ fence: 7 })]);
  });

  it('what is owed stays owed where an older write of it is answered later', async () => {
    disk.full = false;
    waits = true;
    const older = journal.put([anEntry({ fence: 1 })]);
    disk.full = true;
    await journal.put([anEntry({ fence: 2 })]);
    await scheduler.runUntil(scheduler.now + 200);
    await older;
    expect(journal.open()[0]?.fence).toBe(2);
    await roomAgain();
    expect(disk.journalEntries.get('c1')?.fence).toBe(2);
  });

  it('what is owed is tried again whatever it failed by', async () => {
    const { put } = inner;
    await journal.put([anEntry({ undone_offline: true })]);
    Object.assign(inner, { put: () => Promise.reject(new Error('a bug')) });
    await roomAgain();
    expect([disk.journalEntries.get('c1')?.undone_offline, journal.trouble]).toEqual([undefined, 'a bug']);
    Object.assign(inner, { put });
    await scheduler.runUntil(scheduler.now + 5_000);
    expect([disk.journalEntries.get('c1')?.undone_offline, journal.trouble]).toEqual([true, undefined]);
  });

  it('is told once, and that it is over', async () => {
    for (let round = 0; round < 5; round += 1) await journal.close(['c1']);
    await roomAgain();
    expect(lines).toEqual(['the local disk cannot be written', 'the local disk can be written again']);
  });
});

it('an error that is not the disk’s is nobody’s trouble to wait for', async () => {
  const broken = { put: () => Promise.reject(new Error('a bug')), close: () => Promise.reject(new Error('a bug')) };
  const watched = new WatchedJournal(
    { ...broken, open: () => [], ofEffect: () => [] },
    { clock: clockOf(scheduler), log: quietLog() },
  );
  await expect(watched.close(['c1'])).rejects.toThrow('a bug');
  await expect(watched.put([anEntry()])).rejects.toThrow('a bug');
});
