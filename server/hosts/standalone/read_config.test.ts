import { writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { readConfig } from './read_config';

/* The settings file of the standalone host. */

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const read = (text: string) => {
  const file = join(folder.folder, 'reflex.yml');
  writeFileSync(file, text);
  return readConfig(undefined, folder.folder);
};

describe('the settings file', () => {
  it('writes once what is equal', () => {
    const { connectors } = read(`connectors:
  - { name: edge, kind: rest, parameters: &same { url: 'http://127.0.0.1:1' } }
  - { name: core, kind: rest, parameters: *same }
`);
    expect(connectors.map(({ parameters }) => parameters)).toEqual(Array(2).fill({ url: 'http://127.0.0.1:1' }));
  });

  it('is refused where it grows without bounds', () => {
    const rows = 'abcdefgh'.split('').map((name, row, all) => {
      const each = row === 0 ? 'x' : `*${all[row - 1] ?? ''}`;
      return `${name}: &${name} [${Array(9).fill(each).join(', ')}]`;
    });
    expect(() => read(rows.join('\n'))).toThrow(/cannot be read: .*alias/i);
  });

  it('is refused where it names what there is not, with the field', () => {
    expect(() => read('connector: []')).toThrow(/are wrong: .*connector/);
  });
});
