import type { Journal, JournalEntry } from '../../server/runner/ports';

/** A place on a disk that a journal can be opened at. */
interface JournalUnderTest {
  /** Opens it as a new process would. */
  readonly open: () => Promise<{ readonly journal: Journal; readonly end: () => Promise<void> }>;
  readonly dispose: () => Promise<void>;
}

export const aJournalEntry = (id: string, overrides: Partial<JournalEntry> = {}): JournalEntry => ({
  command_id: id,
  effect_id: `effect:${id}`,
  connector: 'edge',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  deadline: '2026-11-22T14:00:00.000Z',
  at: '2026-11-22T10:00:00.000Z',
  ...overrides,
});

const idsOf = (journal: Journal): string[] =>
  journal
    .open()
    .map(({ command_id }) => command_id)
    .sort();

/** Every promise of `Journal` in ports.ts. */
export const describeJournal = (name: string, makeOne: () => Promise<JournalUnderTest>): void => {
  describe(`journal: ${name}`, () => {
    let made: JournalUnderTest;
    beforeEach(async () => {
      made = await makeOne();
    });
    afterEach(() => made.dispose());

    /** Does something with the journal as one process, and ends it. */
    const asProcess = async <Value>(act: (journal: Journal) => Promise<Value>): Promise<Value> => {
      const { journal, end } = await made.open();
      try {
        return await act(journal);
      } finally {
        await end();
      }
    };
    const openIds = (): Promise<string[]> => asProcess((journal) => Promise.resolve(idsOf(journal)));

    it('is empty at first', async () => {
      expect(await openIds()).toEqual([]);
    });

    it('has what was put, at once and in the next process', async () => {
      const entry = aJournalEntry('a', { deadline: null, undone_offline: true });
      await asProcess(async (journal) => {
        await journal.put([entry, aJournalEntry('b')]);
        expect(idsOf(journal)).toEqual(['a', 'b']);
      });
      await asProcess(async (journal) => {
        expect(journal.open().find(({ command_id }) => command_id === 'a')).toEqual(entry);
      });
    });

    it('replaces the entry of a command', async () => {
      await asProcess(async (journal) => {
        await journal.put([aJournalEntry('a')]);
        await journal.put([aJournalEntry('a', { undone_offline: true })]);
        expect(journal.open()).toEqual([aJournalEntry('a', { undone_offline: true })]);
      });
      await asProcess(async (journal) =>
        expect(journal.open()).toEqual([aJournalEntry('a', { undone_offline: true })]),
      );
    });

    it('forgets what was closed, at once and in the next process', async () => {
      await asProcess(async (journal) => {
        await journal.put([aJournalEntry('a'), aJournalEntry('b'), aJournalEntry('c')]);
        await journal.close(['a', 'never-put', 'c']);
        expect(idsOf(journal)).toEqual(['b']);
      });
      expect(await openIds()).toEqual(['b']);
    });

    it('takes up a command again that was closed', async () => {
      await asProcess(async (journal) => {
        await journal.put([aJournalEntry('a')]);
        await journal.close(['a']);
        await journal.put([aJournalEntry('a')]);
      });
      expect(await openIds()).toEqual(['a']);
    });

    it('keeps every one of many that are put at the same time', async () => {
      const ids = Array.from({ length: 200 }, (_, number) => `c${number}`);
      await asProcess(async (journal) => {
        await Promise.all(ids.map((id) => journal.put([aJournalEntry(id)])));
        await Promise.all(ids.slice(0, 100).map((id) => journal.close([id])));
      });
      expect(await openIds()).toEqual(ids.slice(100).sort());
    });

    it('stays small when much is put and closed', async () => {
      await asProcess(async (journal) => {
        for (let round = 0; round < 30; round += 1) {
          const ids = Array.from({ length: 100 }, (_, number) => `r${round}-${number}`);
          await journal.put(ids.map((id) => aJournalEntry(id)));
          await journal.close(ids.slice(1));
        }
      });
      expect(await openIds()).toHaveLength(30);
    });

    it('takes nothing for nothing', async () => {
      await asProcess(async (journal) => {
        await journal.put([]);
        await journal.close([]);
        expect(journal.open()).toEqual([]);
      });
    });
  });
};
