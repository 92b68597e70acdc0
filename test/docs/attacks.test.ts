import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'attacks.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| (X|INV)/.test(line));

describe('the page of attacks', () => {
  it('has an id, what was tried, what holds and a test in each line, and no id twice', () => {
    const ids = rows.map((row) => row.split('|')[1]?.trim());
    expect(rows.length).toBeGreaterThan(15);
    expect(new Set(ids).size).toBe(ids.length);
    for (const row of rows) expect(row.split('|').filter((cell) => cell.trim() !== '')).toHaveLength(4);
  });

  it('names tests that there are', () => {
    const named = rows.map((row) => /`([^`]+\.test\.tsx?)` \|$/.exec(row)?.[1]);
    expect(named.filter((file) => file === undefined || !existsSync(join(root, file)))).toEqual([]);
  });

  it('leaves out no kind of attack for which there is a part', () => {
    const kinds = [...Array.from({ length: 18 }, (_, index) => index + 1), 20, 23, 26].map((number) => `X${number}`);
    const told = rows.map((row) => /^\| (X\d+)/.exec(row)?.[1]);
    expect(kinds.filter((kind) => !told.includes(kind))).toEqual([]);
  });

  it('leaves out no suite of attacks', () => {
    const suites = readdirSync(join(root, 'test', 'attacks')).filter((file) => file.endsWith('.test.ts'));
    expect(suites.length).toBeGreaterThan(8);
    expect(suites.filter((file) => !page.includes(`test/attacks/${file}`))).toEqual([]);
  });
});
