import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { NumberedLines } from './numbered_lines';

describe('numbered lines', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reflex-lines-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (largest = 1_000): NumberedLines => new NumberedLines(join(folder, 'lines'), largest);
  const all = async (lines: NumberedLines, from = 0, to = Infinity): Promise<string[]> => {
    const found: string[] = [];
    for await (const [number, line] of lines.read(from, to)) found.push(`${number} ${line}`);
    return found;
  };
  const files = (): string[] => readdirSync(join(folder, 'lines')).sort();

  it('are none before the first', async () => {
    expect(await all(open())).toEqual([]);
    expect(await open().last()).toBeUndefined();
  });

  it('are appended, read from any number on, and found again', async () => {
    const lines = open();
    await lines.append(0, ['a', 'b']);
    await lines.append(2, ['c']);
    await lines.close();
    const again = open();
    expect(await again.last()).toEqual({ number: 2, line: 'c' });
    await again.append(3, ['d', 'e']);
    expect(await all(again, 1, 4)).toEqual(['1 b', '2 c', '3 d']);
    await again.close();
  });

  it('go on in a new file where one is long, and are read over all of them', async () => {
    const lines = open(4);
    for (let number = 0; number < 6; number += 1) await lines.append(number, [`l${number}`]);
    await lines.close();
    expect(files()).toEqual(['000000000000.log', '000000000002.log', '000000000004.log']);
    expect(await all(open(), 1, 5)).toEqual(['1 l1', '2 l2', '3 l3', '4 l4']);
    rmSync(join(folder, 'lines', '000000000000.log'));
    expect(await all(open())).toEqual(['2 l2', '3 l3', '4 l4', '5 l5']);
  });

  it('drop what came after the number at which they go on: no checkpoint covered it', async () => {
    const lines = open();
    await lines.append(0, ['a', 'b', 'c']);
    await lines.close();
    const again = open();
    await again.append(1, ['B']);
    expect(await all(again)).toEqual(['0 a', '1 B']);
    await again.close();
  });

  it('leave a line out that was never finished, and write over it', async () => {
    const lines = open();
    await lines.append(0, ['a']);
    await lines.close();
    appendFileSync(join(folder, 'lines', files()[0] ?? ''), '{"torn');
    expect(await open().last()).toEqual({ number: 0, line: 'a' });
    const again = open();
    await again.append(1, ['b']);
    expect(await all(again)).toEqual(['0 a', '1 b']);
    await again.close();
  });

  it('begin a file of their own after a gap', async () => {
    const lines = open();
    await lines.append(0, ['a']);
    await lines.close();
    const again = open();
    await again.append(5, ['f']);
    expect(await all(again)).toEqual(['0 a', '5 f']);
    await again.close();
  });
});
