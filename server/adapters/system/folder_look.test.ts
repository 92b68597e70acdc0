import { mkdtemp, readdir, rm } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { lookAtFolder, mountOf } from './folder_look';

const MOUNTS = [
  'overlay / overlay rw 0 0',
  '/dev/sda1 /var/lib ext4 rw 0 0',
  'tmpfs /var/lib/reflex\\040data tmpfs rw 0 0',
  '/dev/sdb1 /var/lib/both ext4 rw 0 0',
  'tmpfs /var/lib/both tmpfs rw 0 0',
  '',
].join('\n');

describe('what a folder lies on', () => {
  it.each([
    ['/srv/x', 'overlay'],
    ['/var/lib/reflex', 'ext4'],
    ['/var/library', 'overlay'],
    ['/var/lib/reflex data/journal', 'tmpfs'],
    ['/var/lib/both', 'tmpfs'],
  ])('of %s is %s: the nearest mount, and of two the later', (path, kind) => {
    expect(mountOf(MOUNTS, path)?.kind).toBe(kind);
  });

  it('is not told by a machine without mounts', () => expect(mountOf('', '/x')).toBeUndefined());
});

describe('a look at a folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reflex-look-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes a file for good, and leaves nothing behind', async () => {
    const look = await lookAtFolder(folder, () => performance.now());
    expect(look.fault).toBeUndefined();
    expect(look.sync_ms).toBeGreaterThan(0);
    expect(look.free_bytes).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });
});
