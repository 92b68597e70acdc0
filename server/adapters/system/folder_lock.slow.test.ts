import { cpSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'fs';
import { join } from 'path';
import { killedInTheMiddle } from '../../../test/contracts/killed_process';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { lockFolder, removeStale } from './folder_lock';
import { thisProcess } from './process_identity';

// Processes are started, and the disk may be busy.
jest.setTimeout(60_000);

const WATCH_MS = 60;

describe('the lock of a folder', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let path: string;
  beforeEach(() => {
    place = temporaryFolder();
    path = join(place.folder, 'lock');
  });
  afterEach(() => place.remove());

  const lock = (self = thisProcess()) => lockFolder(place.folder, { watchMs: WATCH_MS, self });
  const leaveBehind = (holder: object): void => writeFileSync(path, JSON.stringify({ ...holder, token: 'theirs' }));

  it('is given to one, and to the next once it is given back', async () => {
    const first = await lock();
    expect(first.isHeld()).toBe(true);
    await expect(lock()).rejects.toThrow(`in use by process ${process.pid}`);
    await first.release();
    expect(first.isHeld()).toBe(false);
    const second = await lock();
    expect([first.isHeld(), second.isHeld()]).toEqual([false, true]);
    await second.release();
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('is given to one of many that come at the same time', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lock()));
    const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
  });

  it('is taken over from a process that was killed', async () => {
    const script = `
      import { lockFolder, removeStale } from './server/adapters/system/folder_lock';
      void lockFolder(${JSON.stringify(place.folder)}).then(() => { console.log('locked'); setInterval(() => {}, 1000); });
    `;
    expect(await killedInTheMiddle(script, place.folder, 1)).toEqual(['locked']);
    expect(existsSync(path)).toBe(true);
    const taken = await lock();
    expect(taken.isHeld()).toBe(true);
    await taken.release();
  });

  it('holds no copy of the folder, though the process that it names runs', async () => {
    const first = await lock();
    const copy = join(place.folder, 'copy');
    cpSync(path, join(copy, 'lock'));
    const ofCopy = await lockFolder(copy, { watchMs: WATCH_MS });
    expect([first.isHeld(), ofCopy.isHeld()]).toEqual([true, true]);
    await Promise.all([first.release(), ofCopy.release()]);
  });

  it('of an earlier version, which names no folder, holds while its process runs', async () => {
    leaveBehind(thisProcess());
    await expect(lock()).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it('is taken over from an earlier process with the same number', async () => {
    leaveBehind({ ...thisProcess(), started: '1' });
    await (await lock()).release();
  });

  it('is taken over by one of many that find a dead holder', async () => {
    for (let round = 0; round < 20; round += 1) {
      leaveBehind({ ...thisProcess(), started: '1' });
      const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => lock()));
      const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(locks.filter((each) => each.isHeld())).toHaveLength(1);
      for (const each of locks) await each.release();
    }
  });

  it('is not taken away from who was faster in taking it over', async () => {
    leaveBehind({ ...thisProcess(), started: '1' });
    const dead = readFileSync(path, 'utf8');
    await removeStale(path, dead);
    const faster = await lock();
    await removeStale(path, dead);
    expect(faster.isHeld()).toBe(true);
    await faster.release();
  });

  it.each([
    ['another container', { space: 'pid:[1]' }],
    ['before the machine started again', { boot: 'earlier' }],
  ])('of a process of %s is taken over once nobody touches it', async (_, difference) => {
    leaveBehind({ ...thisProcess(), ...difference });
    await (await lock()).release();
  });

  it('of a process of another container is left alone while it is touched', async () => {
    leaveBehind({ ...thisProcess(), space: 'pid:[1]' });
    const touching = setInterval(() => utimesSync(path, new Date(), new Date()), 10);
    await expect(lock()).rejects.toThrow('in use');
    clearInterval(touching);
  });

  it('is touched by whoever holds it', async () => {
    const held = await lock();
    utimesSync(path, new Date(0), new Date(0));
    await expect(
      lockFolder(place.folder, { watchMs: 2_500, self: { ...thisProcess(), space: 'other' } }),
    ).rejects.toThrow('in use');
    await held.release();
  });

  it('that nobody can read is taken over once nobody touches it', async () => {
    writeFileSync(path, 'no json');
    await (await lock()).release();
  });

  it('is lost when its file is removed or is of somebody else, who keeps it', async () => {
    const held = await lock();
    leaveBehind(thisProcess());
    expect(held.isHeld()).toBe(false);
    await held.release();
    expect(readFileSync(path, 'utf8')).toContain('theirs');
  });
});
