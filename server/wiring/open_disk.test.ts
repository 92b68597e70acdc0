import { writeFileSync } from 'fs';
import { join } from 'path';
import { quietLog } from '../../test/builders/store_port';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { openFileJournal } from '../adapters/system/file_journal';
import type { FileSpool } from '../adapters/spool/file_spool';
import { OneLife } from './life';
import { openDisk } from './open_disk';

let temporary: ReturnType<typeof temporaryFolder>;
let life: OneLife;
beforeEach(() => {
  temporary = temporaryFolder();
  life = new OneLife(quietLog());
});
afterEach(() => temporary.remove());

const open = () => openDisk({ dataFolder: temporary.folder, persistent: true, log: quietLog() }, life);
/** Works only if nobody has it open. */
const openJournal = () => openFileJournal({ folder: join(temporary.folder, 'journal') });

describe('the disk of an agent', () => {
  it('is opened without anything else and closed with the life: spool first, journal last', async () => {
    const { journal, spool } = await open();
    const spoolEnd = jest.spyOn(spool as FileSpool, 'end');
    await expect(openJournal()).rejects.toThrow();
    const journalEnd = jest.spyOn(journal as unknown as { end: () => Promise<void> }, 'end');
    await life.close();
    expect(spoolEnd).toHaveBeenCalledTimes(1);
    expect(journalEnd).toHaveBeenCalledTimes(1);
    expect(spoolEnd.mock.invocationCallOrder[0]).toBeLessThan(journalEnd.mock.invocationCallOrder[0] ?? 0);
    await (await openJournal()).end();
  });

  it('has a name of its own, which stays the same', async () => {
    const { agentId } = await open();
    expect(agentId).toMatch(/^[0-9a-f]{6}$/);
    await life.close();
    expect((await open()).agentId).toBe(agentId);
    await life.close();
    const another = temporaryFolder();
    const other = await openDisk({ dataFolder: another.folder, persistent: true, log: quietLog() }, life);
    expect(other.agentId).not.toBe(agentId);
    await life.close();
    another.remove();
  });

  it('gives the journal free if the spool cannot be opened', async () => {
    writeFileSync(join(temporary.folder, 'spool'), 'not a folder');
    await expect(open()).rejects.toThrow();
    await life.close();
    await (await openJournal()).end();
  });
});
