import { existsSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { temporaryFolder } from '../../../../test/contracts/temporary_folder';
import { unpack } from './unpack';

const { folder, remove } = temporaryFolder();
afterAll(remove);

let count = 0;
const unpacked = async (files: Zippable, without?: RegExp): Promise<string> => {
  const name = join(folder, String((count += 1)));
  writeFileSync(`${name}.zip`, zipSync(files));
  const options = { archive: `${name}.zip`, folder: name, within: 'node', progress: () => undefined };
  await unpack(without === undefined ? options : { ...options, without });
  return name;
};

describe('unpacking', () => {
  it('leaves the outer folder away and keeps programs runnable', async () => {
    const place = await unpacked({
      'node/bin/run': [strToU8('run'), { os: 3, attrs: 0o755 << 16 }],
      'node/readme': strToU8('read me'),
    });
    expect(readFileSync(join(place, 'readme'), 'utf8')).toBe('read me');
    expect(statSync(join(place, 'bin/run')).mode & 0o111).toBe(0o111);
  });

  it('leaves away what is not wanted', async () => {
    const place = await unpacked(
      { 'node/modules/a/x': strToU8('x'), 'node/modules/b/x': strToU8('x') },
      /^modules\/a\//,
    );
    expect([existsSync(join(place, 'modules/a/x')), existsSync(join(place, 'modules/b/x'))]).toEqual([false, true]);
  });

  it.each(['elsewhere/x', 'node/../../x'])('refuses an archive with `%s` and leaves nothing behind', async (name) => {
    const before = count;
    await expect(unpacked({ [name]: strToU8('x') })).rejects.toThrow();
    expect(existsSync(join(folder, String(before + 1)))).toBe(false);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});
