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
      const entry = aJournalEntry('a', {
        deadline: null,
        undone_offline: true,
        fence: 7,
        generation: 'g1',
        boot: { id: 'run 1', due: 12_345.5 },
        claim: { case_id: 'case:1', claims: 2 },
      });
      await asProcess(async (journal) => {
        await journal.put([entry, aJournalEntry('b')]);
        expect(idsOf(journal)).toEqual(['a', 'b']);
      });
      await asProcess(async (journal) => {
        expect(journal.open().find(({ command_id }) => command_id === 'a')).toEqual(entry);
      });
    });

    it('tells what is open of one effect, also after some of it was closed or moved to another one', async () => {
      const of = (journal: Journal, effect: string) =>
        journal
          .ofEffect(effect)
          .map(({ command_id }) => command_id)
          .sort();
      const two = { effect_id: 'effect:two' };
      await asProcess(async (journal) => {
        await journal.put([aJournalEntry('a', two), aJournalEntry('b'), aJournalEntry('c', two)]);
        expect([of(journal, 'effect:two'), of(journal, 'effect:b')]).toEqual([['a', 'c'], ['b']]);
        await journal.close(['a']);
        await journal.put([aJournalEntry('b', two)]);
        expect([of(journal, 'effect:two'), of(journal, 'effect:b')]).toEqual([['b', 'c'], []]);
      });
      await asProcess(async (journal) => {
        expect([of(journal, 'effect:two'), of(journal, 'effect:none')]).toEqual([['b', 'c'], []]);
      });
    });

    it('shows a mark of undoing before it is durable, and no longer once it is taken back', async () => {
      await asProcess(async (journal) => {
        await journal.put([aJournalEntry('a')]);
        const marks = (): unknown[] =>
          [...journal.open(), ...journal.ofEffect('effect:a')].map((e) => e.undone_offline);
        const marking = journal.put([aJournalEntry('a', { undone_offline: true })]);
        expect(marks()).toEqual([true, true]);
        await marking;
        expect(marks()).toEqual([true, true]);
        await journal.put([aJournalEntry('a')]);
        expect(marks()).toEqual([undefined, undefined]);
      });
    });

    it('shows nothing else before it is durable', async () => {
      await asProcess(async (journal) => {
        const putting = journal.put([aJournalEntry('a', { undone_offline: true })]);
        expect(journal.open()).toEqual([]);
        await putting;
        expect(idsOf(journal)).toEqual(['a']);
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

    it('shows nothing that is being closed, by whoever is asked: a mark put now would bring it back', async () => {
      await asProcess(async (journal) => {
        await journal.put([aJournalEntry('a'), aJournalEntry('b')]);
        const closing = journal.close(['a']);
        expect([idsOf(journal), journal.ofEffect('effect:a')]).toEqual([['b'], []]);
        await closing;
        expect(idsOf(journal)).toEqual(['b']);
      });
      expect(await openIds()).toEqual(['b']);
    });

    it('writes in the order in which it is asked, however the requests overlap', async () => {
      await asProcess(async (journal) => {
        await Promise.all([
          journal.put([aJournalEntry('a', { fence: 1 })]),
          journal.close(['a']),
          journal.put([aJournalEntry('a', { fence: 2 }), aJournalEntry('b')]),
          journal.close(['b']),
        ]);
        expect(journal.open()).toEqual([aJournalEntry('a', { fence: 2 })]);
      });
      expect(await openIds()).toEqual(['a']);
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
