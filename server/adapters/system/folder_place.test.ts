import { cpSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { openFileMemory } from './file_memory';
import { folderPlace, thisMachine, type MachineMarks } from './folder_place';

const HERE: MachineMarks = { machine: 'm1', boot: 'b1' };

let temporary: ReturnType<typeof temporaryFolder>;
let first: string;
let second: string;
beforeEach(() => {
  temporary = temporaryFolder();
  first = join(temporary.folder, 'first');
  second = join(temporary.folder, 'second');
});
afterEach(() => temporary.remove());

const openIn = async (folder: string, marks: MachineMarks = HERE) =>
  folderPlace(folder, await openFileMemory(join(folder, 'memory.json')), marks);
const whereIs = async (folder: string, marks?: MachineMarks) => (await openIn(folder, marks)).where();

describe('where a data folder is', () => {
  it('is here at its first start, and at each later one', async () => {
    expect([await whereIs(first), await whereIs(first)]).toEqual(['here', 'here']);
  });

  it('is here where a folder of an earlier version says nothing of its place', async () => {
    const memory = await openFileMemory(join(first, 'memory.json'));
    await memory.write('agent_id', 'abcdef');
    expect([await whereIs(first), await whereIs(first)]).toEqual(['here', 'here']);
  });

  it.each([true, false])('is a copy where somebody copied it, with the times of its files: %s', async (times) => {
    await whereIs(first);
    cpSync(first, second, { recursive: true, preserveTimestamps: times });
    expect([await whereIs(second), await whereIs(first)]).toEqual(['copied', 'here']);
  });

  it('is a copy where a backup was put back in its place', async () => {
    await whereIs(first);
    cpSync(first, second, { recursive: true });
    rmSync(first, { recursive: true });
    cpSync(second, first, { recursive: true });
    expect(await whereIs(first)).toBe('copied');
  });

  it('is a copy where its mark was left out, or made anew', async () => {
    await whereIs(first);
    rmSync(join(first, 'installation'));
    expect(await whereIs(first)).toBe('copied');
    writeFileSync(join(first, 'installation'), 'made by hand');
    expect(await whereIs(first)).toBe('copied');
  });

  it('is here where it was only renamed', async () => {
    await whereIs(first);
    renameSync(first, second);
    expect(await whereIs(second)).toBe('here');
  });

  it.each<[note: string, marks: MachineMarks, where: string]>([
    ['here after a restart of the machine', { machine: 'm1', boot: 'b2' }, 'here'],
    ['here in a new container of the same machine', { machine: 'm2', boot: 'b1' }, 'here'],
    ['elsewhere on another machine', { machine: 'm2', boot: 'b2' }, 'elsewhere'],
    ['elsewhere where the system does not tell its run', { machine: 'm2', boot: '' }, 'elsewhere'],
  ])('is %s', async (_note, marks, where) => {
    await openIn(first, where === 'elsewhere' && marks.boot === '' ? { ...HERE, boot: '' } : HERE);
    expect(await whereIs(first, marks)).toBe(where);
  });

  it('is here from then on once it settles', async () => {
    await whereIs(first);
    cpSync(first, second, { recursive: true });
    const copy = await openIn(second);
    await copy.settle();
    expect([copy.where(), await whereIs(second)]).toEqual(['here', 'here']);
  });

  it('is told by the marks of this machine', () => {
    expect(thisMachine().machine).toMatch(/^[0-9a-f]{32}$/);
  });
});
