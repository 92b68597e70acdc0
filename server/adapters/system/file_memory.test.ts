import { readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { describeLocalMemory } from '../../../test/contracts/local_memory';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { openFileMemory } from './file_memory';

describeLocalMemory('file', async () => {
  const { folder, remove } = temporaryFolder();
  return { open: () => openFileMemory(join(folder, 'new', 'memory.json')), dispose: async () => remove() };
});

describe('the file of the memory', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let path: string;
  beforeEach(() => {
    place = temporaryFolder();
    path = join(place.folder, 'memory.json');
  });
  afterEach(() => place.remove());

  it.each(['', '{"a":', '[]x', '{"a":1}', 'null'])('is not taken for empty when it is `%s`', async (text) => {
    writeFileSync(path, text);
    await expect(openFileMemory(path)).rejects.toThrow('damaged');
  });

  it('is the old one when a new one was not finished', async () => {
    await (await openFileMemory(path)).write('highest_bundle', '7');
    writeFileSync(`${path}.new`, '{"highest_bu');
    expect((await openFileMemory(path)).read('highest_bundle')).toBe('7');
  });

  it('is read by people, and by its owner only', async () => {
    await (await openFileMemory(path)).write('highest_bundle', '7');
    expect(readFileSync(path, 'utf8')).toBe('{\n  "highest_bundle": "7"\n}\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('goes on after a write that failed', async () => {
    const memory = await openFileMemory(path);
    place.remove();
    await expect(memory.write('a', '1')).rejects.toThrow('ENOENT');
    expect(memory.read('a')).toBeUndefined();
  });
});
