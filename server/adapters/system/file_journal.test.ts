import { appendFileSync, mkdirSync, readFileSync, rmdirSync, statSync, truncateSync, writeFileSync } from 'fs';
import { join } from 'path';
import fc from 'fast-check';
import { aJournalEntry, describeJournal } from '../../../test/contracts/journal';
import { killedInTheMiddle } from '../../../test/contracts/killed_process';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { lineOf } from './checked_lines';
import { openFileJournal, type FileJournal } from './file_journal';
import { randomRuns } from '../../../test/builders/random_runs';

// Processes are started, and the disk may be busy.
jest.setTimeout(60_000);

describeJournal('file', async () => {
  const { folder, remove } = temporaryFolder();
  return {
    open: async () => {
      const journal = await openFileJournal({ folder });
      return { journal, end: () => journal.end() };
    },
    dispose: async () => remove(),
  };
});

const idsOf = (journal: FileJournal): string[] => journal.open().map(({ command_id }) => command_id);

describe('the file of the journal', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let path: string;
  beforeEach(() => {
    place = temporaryFolder();
    path = join(place.folder, 'journal.log');
  });
  afterEach(() => place.remove());

  const open = (onDamage?: (lines: number) => void) => openFileJournal({ folder: place.folder, onDamage });
  const filled = async (...ids: string[]): Promise<void> => {
    const journal = await open();
    for (const id of ids) await journal.put([aJournalEntry(id)]);
    await journal.end();
  };
  const reopened = async (): Promise<string[]> => {
    const journal = await open();
    await journal.end();
    return idsOf(journal);
  };

  it('is opened by one at a time', async () => {
    const journal = await open();
    await expect(open()).rejects.toThrow('in use');
    await journal.end();
    await (await open()).end();
  });

  it('loses nothing but a line whose writing was cut off, at whatever byte', async () => {
    await filled('a', 'b', 'c');
    const whole = readFileSync(path);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastLine; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      const journal = await open();
      expect(idsOf(journal)).toEqual(['a', 'b']);
      await journal.put([aJournalEntry('d')]);
      await journal.end();
      expect(await reopened()).toEqual(['a', 'b', 'd']);
    }
  });

  it('skips a damaged line, says so, puts it aside, and keeps those after it', async () => {
    await filled('a', 'b', 'c');
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('"b"') + 1] = 0x7a;
    writeFileSync(path, bytes);
    const told: number[] = [];
    const journal = await open((lines) => told.push(lines));
    expect(idsOf(journal)).toEqual(['a', 'c']);
    expect(told).toEqual([1]);
    expect(readFileSync(join(place.folder, 'damaged.log'), 'utf8')).toContain('"z"');
    await journal.end();
    const again = await open((lines) => told.push(lines));
    expect([idsOf(again), told]).toEqual([['a', 'c'], [1]]);
    await again.end();
  });

  it('is not confused by bytes that are no text', async () => {
    await filled('a');
    appendFileSync(path, Buffer.from([0, 255, 254, 10, 0, 0, 10, 200]));
    expect(await reopened()).toEqual(['a']);
  });

  it('does not grow for ever', async () => {
    const journal = await open();
    for (let round = 0; round < 50; round += 1) {
      const ids = Array.from({ length: 100 }, (_, number) => `r${round}-${number}`);
      await journal.put(ids.map((id) => aJournalEntry(id)));
      await journal.close(ids);
    }
    await journal.put([aJournalEntry('last')]);
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(2_000);
    await journal.end();
    expect(await reopened()).toEqual(['last']);
  });

  it('is readable by its owner only', async () => {
    await filled('a');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('acknowledges nothing once another process has the folder', async () => {
    const journal = await open();
    await journal.put([aJournalEntry('a')]);
    writeFileSync(join(place.folder, 'lock'), 'somebody else');
    await expect(journal.put([aJournalEntry('b')])).rejects.toThrow('another process');
    expect(idsOf(journal)).toEqual(['a']);
    await journal.end();
  });

  it('acknowledges nothing that it could not write, and goes on once it can', async () => {
    const journal = await open();
    await journal.put([aJournalEntry('a')]);
    const file = (journal as unknown as { file: { datasync: () => Promise<void> } }).file;
    file.datasync = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    await expect(journal.put([aJournalEntry('b')])).rejects.toThrow('no space left');
    expect(idsOf(journal)).toEqual(['a']);
    await journal.put([aJournalEntry('c')]);
    expect(idsOf(journal)).toEqual(['a', 'c']);
    await journal.end();
    expect(await reopened()).toEqual(['a', 'c']);
  });

  it('shows again what it could not close', async () => {
    const journal = await open();
    await journal.put([aJournalEntry('a')]);
    const file = (journal as unknown as { file: { datasync: () => Promise<void> } }).file;
    file.datasync = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    const closing = journal.close(['a']);
    expect(idsOf(journal)).toEqual([]);
    await expect(closing).rejects.toThrow('no space left');
    expect(idsOf(journal)).toEqual(['a']);
    await journal.close(['a']);
    expect(idsOf(journal)).toEqual([]);
    await journal.end();
    expect(await reopened()).toEqual([]);
  });

  it('keeps its file as it was when there is no room for a line', async () => {
    const journal = await open();
    await journal.put([aJournalEntry('a')]);
    const before = readFileSync(path, 'utf8');
    const file = (journal as unknown as { file: { appendFile: (text: string) => Promise<void> } }).file;
    const { appendFile } = file;
    file.appendFile = async () => {
      appendFileSync(path, 'half a line');
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    await expect(journal.put([aJournalEntry('b')])).rejects.toThrow('no space left');
    expect(readFileSync(path, 'utf8')).toBe(before);
    file.appendFile = appendFile;
    await journal.close(['a']);
    await journal.end();
    expect(await reopened()).toEqual([]);
  });

  it('goes on with a long file when there is no room for a shorter one', async () => {
    const journal = await open();
    // In the place of the new file.
    const fill = async (): Promise<void> => {
      for (let round = 0; round < 15; round += 1) {
        const ids = Array.from({ length: 100 }, (_, number) => `r${round}-${number}`);
        await journal.put(ids.map((id) => aJournalEntry(id)));
        await journal.close(ids);
        if (round === 0) mkdirSync(`${path}.new`);
      }
    };
    await fill();
    await journal.put([aJournalEntry('a')]);
    await journal.end();
    rmdirSync(`${path}.new`);
    expect(await reopened()).toEqual(['a']);
  });

  it('has everything that was acknowledged to a process before it was killed', async () => {
    const script = `
      import { openFileJournal } from './server/adapters/system/file_journal';
      void openFileJournal({ folder: ${JSON.stringify(place.folder)} }).then((journal) => {
        const worker = async (name) => {
          for (let n = 0; ; n += 1) {
            const id = name + n;
            await journal.put([{ command_id: id, effect_id: 'e', connector: 'c', action: 'a',
              target: { type: 'ip', value: '203.0.113.7' }, deadline: null, at: '' }]);
            console.log('put ' + id);
            if (n % 3 === 0) { await journal.close([id]); console.log('closed ' + id); }
          }
        };
        for (const name of ['a', 'b', 'c', 'd']) void worker(name);
      });
    `;
    const lines = await killedInTheMiddle(script, place.folder, 1_000);
    expect(lines.length).toBeGreaterThanOrEqual(1_000);
    const open = new Set(await reopened());
    const closed = new Set(lines.filter((line) => line.startsWith('closed ')).map((line) => line.slice(7)));
    const put = lines.filter((line) => line.startsWith('put ')).map((line) => line.slice(4));
    // A command whose closing was under way may be there or not.
    const mustBe = put.filter((id) => !closed.has(id) && Number(id.slice(1)) % 3 !== 0);
    expect(mustBe.filter((id) => !open.has(id))).toEqual([]);
    expect([...closed].filter((id) => open.has(id))).toEqual([]);
  });

  type Step =
    | { readonly kind: 'put'; readonly ids: readonly number[] }
    | { readonly kind: 'close'; readonly ids: readonly number[] }
    | { readonly kind: 'end' }
    /** A put of which only the beginning came to the disk, and which nobody acknowledged. */
    | { readonly kind: 'crash'; readonly cut: number };
  const LOST = aJournalEntry('lost');

  const ids = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 4 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), ids }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), ids }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), cut: fc.integer({ min: 1, max: 400 }) }) },
  );

  it('has what was acknowledged, after any sequence of puts, closes, ends and crashes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const mine = temporaryFolder();
        const file = join(mine.folder, 'journal.log');
        const model = new Set<string>();
        let journal = await openFileJournal({ folder: mine.folder });
        for (const [number, each] of steps.entries()) {
          if (each.kind === 'put') {
            await journal.put(each.ids.map((id) => aJournalEntry(`c${id}`)));
            for (const id of each.ids) model.add(`c${id}`);
          } else if (each.kind === 'close') {
            await journal.close(each.ids.map((id) => `c${id}`));
            for (const id of each.ids) model.delete(`c${id}`);
          } else {
            if (each.kind === 'crash') await journal.put([LOST]);
            await journal.end();
            if (each.kind === 'crash')
              truncateSync(file, statSync(file).size - Math.min(each.cut, lineOf({ put: LOST }).length));
            journal = await openFileJournal({ folder: mine.folder });
          }
          expect([number, idsOf(journal).sort()]).toEqual([number, [...model].sort()]);
        }
        await journal.end();
        mine.remove();
      }),
      { numRuns: randomRuns(60) },
    );
  });
});
