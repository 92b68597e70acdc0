import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { durableFiles } from './durable_files';

const { writeFile } = durableFiles.promises;

describe('a file of the repository', () => {
  let disk: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    disk = temporaryFolder();
  });
  afterEach(() => disk.remove());

  it('is replaced as a whole, and leaves nothing beside it', async () => {
    const path = join(disk.folder, 'object');
    writeFileSync(path, 'a long old content');
    await writeFile(path, new TextEncoder().encode('new'));
    expect([readFileSync(path, 'utf8'), readdirSync(disk.folder)]).toEqual(['new', ['object']]);
  });

  it('that cannot be put in its place leaves nothing', async () => {
    const path = join(disk.folder, 'object');
    mkdirSync(path);
    await expect(writeFile(path, 'new')).rejects.toThrow();
    expect(readdirSync(disk.folder)).toEqual(['object']);
  });

  it('is read whole however many write it at once', async () => {
    const path = join(disk.folder, 'ref');
    const texts = Array.from({ length: 20 }, (_, n) => `${String(n).padStart(2, '0')}`.repeat(2_000));
    const read: string[] = [];
    await Promise.all(
      texts.map(async (text) => {
        await writeFile(path, text);
        read.push(readFileSync(path, 'utf8'));
      }),
    );
    expect(read.filter((each) => !texts.includes(each))).toEqual([]);
  });

  it('fails where its folder is missing, so that the library makes it first', async () => {
    await expect(writeFile(join(disk.folder, 'not', 'there'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
