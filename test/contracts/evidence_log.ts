import { iso } from '../../common/iso';
import { randomUUID } from 'crypto';
import { MOST_WANTED, type EvidenceEntry, type EvidenceFamily, type EvidenceLog } from '../../server/runner/ports';
import { eventually } from './eventually';

export interface EvidenceLogUnderTest {
  readonly log: EvidenceLog;
  readonly dispose: () => Promise<void>;
}

export const FAMILY: EvidenceFamily = 'audit';

/** One record of who did what; `by` separates the tests from each other. */
export const anEntry = (by: string, number: number, overrides: Partial<EvidenceEntry> = {}): EvidenceEntry => ({
  family: FAMILY,
  id: `${by}#${number}`,
  at: iso(Date.UTC(2026, 10, 22, 10, number)),
  body: { by, verb: number % 2 === 0 ? 'approved' : 'denied', number },
  ...overrides,
});

export const several = (by: string, count: number): EvidenceEntry[] =>
  Array.from({ length: count }, (_, number) => anEntry(by, number));

const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

/** What the contracts do with a log. */
export const useOf = (log: () => EvidenceLog) => ({
  numbersOf: async (query: Omit<Parameters<EvidenceLog['find']>[0], 'family'>): Promise<unknown[]> =>
    (await log().find({ family: FAMILY, ...query })).entries.map(({ body }) => body.number),

  /** Appends and waits until everything of it is found. */
  appended: async (by: string, entries: readonly EvidenceEntry[]): Promise<void> => {
    await log().append(entries);
    await eventually(async () => {
      expect((await log().find({ family: FAMILY, where: { by }, limit: 1 })).total).toBe(entries.length);
    });
  },
});

/** Every promise of `EvidenceLog` in ports.ts. */
export const describeEvidenceLog = (name: string, makeOne: () => Promise<EvidenceLogUnderTest>): void => {
  describe(`evidence log: ${name}`, () => {
    let made: EvidenceLogUnderTest;
    let log: EvidenceLog;
    beforeAll(async () => {
      made = await makeOne();
      log = made.log;
    });
    afterAll(() => made.dispose());

    const { numbersOf, appended } = useOf(() => log);

    it('is empty before the first record', async () => {
      expect(await log.find({ family: 'feedback', limit: 10 })).toEqual({ total: 0, entries: [] });
      expect(await log.get('feedback', 'none')).toBeUndefined();
      expect(await all(log.scan({ family: 'feedback' }))).toEqual([]);
      expect((await log.tally({ family: 'feedback', field: 'label' })).size).toBe(0);
    });

    it('says which records it keeps for good', async () => {
      await appended('kept', several('kept', 3));
      expect(await log.kept(FAMILY, ['kept#0', 'kept#2', 'none'])).toEqual(new Set(['kept#0', 'kept#2']));
      expect(await log.kept(FAMILY, [])).toEqual(new Set());
    });

    it('appends nothing for an empty list', async () => {
      await expect(log.append([])).resolves.toBeUndefined();
    });

    it('gets a record by its id at once, whatever day it is of', async () => {
      const old = anEntry(randomUUID(), 0, { at: '2026-03-01T00:00:00.000Z' });
      const recent = anEntry(randomUUID(), 1);
      await log.append([old, recent]);
      expect(await log.get(FAMILY, old.id)).toEqual(old.body);
      expect(await log.get(FAMILY, recent.id)).toEqual(recent.body);
      expect(await log.get('decisions', old.id)).toBeUndefined();
    });

    it('has a record once, however often it is appended', async () => {
      const by = randomUUID();
      const entries = several(by, 3);
      await log.append(entries);
      await log.append(entries);
      await Promise.all([log.append(entries), log.append([...entries, anEntry(by, 3)])]);
      await eventually(async () => expect(await numbersOf({ where: { by }, limit: 10 })).toEqual([3, 2, 1, 0]));
    });

    it('does not change a record that is there', async () => {
      const by = randomUUID();
      await log.append([anEntry(by, 0)]);
      await log.append([anEntry(by, 0, { body: { by, forged: true } })]);
      expect(await log.get(FAMILY, `${by}#0`)).toEqual(anEntry(by, 0).body);
    });

    it.each([
      ['a key `__proto__`', '{"original":{"__proto__":{"admin":true}}}'],
      ['large and odd numbers', '{"original":[9007199254740993,1e400,0.1,1e-7]}'],
      ['half a surrogate pair', '{"original":"\\ud800"}'],
      ['another type than the search fields have', '{"by":{"deep":1},"four_eyes":"perhaps","bundle":{"version":"x"}}'],
      ['a date where there is none', '{"at":"never","text":["a",{"b":null}]}'],
      ['no address where one is looked for', '{"source":{"ip":"not an address"}}'],
    ])('keeps a record as it is: %s', async (_, json) => {
      const body = JSON.parse(json) as EvidenceEntry['body'];
      const entry = anEntry(randomUUID(), 0, { body });
      await log.append([entry]);
      expect(JSON.stringify(await log.get(FAMILY, entry.id))).toBe(JSON.stringify(body));
    });

    it('keeps a record of some hundred kilobytes, and finds it by its fields', async () => {
      const by = randomUUID();
      const body = { by, verb: 'v'.repeat(40_000), text: 'word '.repeat(20_000), blob: 'x'.repeat(500_000) };
      await log.append([anEntry(by, 0, { body })]);
      await eventually(async () => {
        expect((await log.find({ family: FAMILY, where: { by }, limit: 1 })).entries[0]?.body).toEqual(body);
      });
    });

    it('appends more at once than one request may carry', async () => {
      const by = randomUUID();
      const entries = several(by, 24).map((entry) => ({
        ...entry,
        body: { ...entry.body, blob: 'x'.repeat(900_000) },
      }));
      await appended(by, entries);
    });

    it('finds the newest first, the oldest first, and page by page', async () => {
      const by = randomUUID();
      await appended(by, several(by, 5));
      expect(await numbersOf({ where: { by }, limit: 2 })).toEqual([4, 3]);
      expect(await numbersOf({ where: { by }, limit: 2, offset: 2 })).toEqual([2, 1]);
      expect(await numbersOf({ where: { by }, limit: 10, order: 'oldest' })).toEqual([0, 1, 2, 3, 4]);
      expect((await log.find({ family: FAMILY, where: { by }, limit: 2 })).total).toBe(5);
      expect((await log.find({ family: FAMILY, where: { by }, limit: 0 })).entries).toEqual([]);
    });

    it('returns id, time and record', async () => {
      const by = randomUUID();
      await appended(by, [anEntry(by, 7)]);
      const { id, at, body } = anEntry(by, 7);
      expect((await log.find({ family: FAMILY, where: { by }, limit: 1 })).entries).toEqual([{ id, at, body }]);
    });

    it('finds by several values, by any of a list, and within a time', async () => {
      const by = randomUUID();
      await appended(by, several(by, 6));
      expect(await numbersOf({ where: { by, verb: 'denied' }, limit: 9 })).toEqual([5, 3, 1]);
      expect(await numbersOf({ where: { by, verb: ['denied', 'approved'] }, limit: 9 })).toHaveLength(6);
      expect(await numbersOf({ where: { by, verb: [] }, limit: 9 })).toEqual([]);
      const [from, to] = [anEntry(by, 1).at, anEntry(by, 4).at];
      expect(await numbersOf({ where: { by }, from, to, limit: 9 })).toEqual([3, 2, 1]);
    });

    it('finds what has one of the values in any of several fields', async () => {
      const by = randomUUID();
      await appended(by, [
        anEntry(by, 0, { body: { by, number: 0, target: { value: 'a' }, scope: 'x' } }),
        anEntry(by, 1, { body: { by, number: 1, target: { value: 'b' } } }),
        anEntry(by, 2, { body: { by, number: 2, scope: 'y' } }),
        anEntry(by, 3, { body: { by, number: 3, scope: 'z' } }),
      ]);
      const any = (anyOf: Record<string, readonly string[]>, more: Record<string, string> = {}) =>
        numbersOf({ where: { by, ...more }, anyOf, limit: 9 });
      expect(await any({ 'target.value': ['a', 'b'], scope: ['y'] })).toEqual([2, 1, 0]);
      expect(await any({ 'target.value': ['a', 'b'], scope: ['y'] }, { verb: 'none' })).toEqual([]);
      expect(await any({ 'target.value': ['a'], scope: ['x'] })).toEqual([0]);
      expect(await any({ 'target.value': [], scope: [] })).toEqual([]);
      expect(await any({ scope: ['none'] })).toEqual([]);
    });

    it('refuses more values than it would look for, rather than looking for some of them', async () => {
      const by = randomUUID();
      await appended(by, [anEntry(by, 0)]);
      const values = (count: number) => Array.from({ length: count }, (_, n) => `v${n}`);
      const find = (verb: readonly string[]) => log.find({ family: FAMILY, where: { by, verb }, limit: 1 });
      await expect(find(values(MOST_WANTED + 1))).rejects.toThrow('values');
      expect(await find(values(MOST_WANTED))).toEqual({ total: 0, entries: [] });
    });

    it('finds by flags and by addresses', async () => {
      const by = randomUUID();
      await appended(by, [
        anEntry(by, 0, { body: { by, number: 0, four_eyes: true, source: { ip: '203.0.113.7' } } }),
        anEntry(by, 1, { body: { by, number: 1, four_eyes: false, source: { ip: '2001:db8::1' } } }),
      ]);
      expect(await numbersOf({ where: { by, four_eyes: false }, limit: 9 })).toEqual([1]);
      expect(await numbersOf({ where: { by, 'source.ip': '203.0.113.7' }, limit: 9 })).toEqual([0]);
      expect(await numbersOf({ where: { by, 'source.ip': 'no address' }, limit: 9 })).toEqual([]);
    });

    it('finds by words, wherever they stand', async () => {
      const by = randomUUID();
      await appended(by, [
        anEntry(by, 0, { body: { by, number: 0, text: 'false alarm from the scanner', verb: 'lifted' } }),
        anEntry(by, 1, { body: { by, number: 1, text: 'a real scanner', object: { id: 'WEB-01.example' } } }),
      ]);
      expect(await numbersOf({ where: { by }, text: 'Scanner', limit: 9 })).toEqual([1, 0]);
      expect(await numbersOf({ where: { by }, text: 'scanner lifted', limit: 9 })).toEqual([0]);
      expect(await numbersOf({ where: { by }, text: 'web-01.example', limit: 9 })).toEqual([1]);
      expect(await numbersOf({ where: { by }, text: '"alarm false"', limit: 9 })).toEqual([]);
      expect(await numbersOf({ where: { by }, text: '  ', limit: 9 })).toEqual([1, 0]);
    });

    it('takes any text that somebody types', async () => {
      for (const text of ['"', '((', 'a:b', '* OR *', '\\', '/x/', '~', 'x'.repeat(20_000), '\u0000'])
        expect((await log.find({ family: FAMILY, text, limit: 1 })).total).toBeGreaterThanOrEqual(0);
    });

    it('counts by a field, the most first', async () => {
      const by = randomUUID();
      await appended(by, several(by, 5));
      expect([...(await log.tally({ family: FAMILY, field: 'verb', where: { by } }))]).toEqual([
        ['approved', 3],
        ['denied', 2],
      ]);
      const within = { from: anEntry(by, 1).at, to: anEntry(by, 2).at };
      expect([...(await log.tally({ family: FAMILY, field: 'verb', where: { by }, ...within }))]).toEqual([
        ['denied', 1],
      ]);
    });

    it('glances at a few fields of the newest records, and says whether that is all', async () => {
      const by = randomUUID();
      const entries = several(by, 5).map((entry) => ({ ...entry, body: { ...entry.body, text: `said ${by}` } }));
      const object = { id: 'o7' };
      await appended(by, [...entries, anEntry(by, 7, { body: { by, verb: 'denied', object } })]);
      const glance = (limit: number, from = anEntry(by, 1).at) =>
        log.glance({
          family: FAMILY,
          where: { by, verb: ['denied'], demo: false },
          from,
          fields: ['verb', 'object.id'],
          limit,
          timeoutMs: 5_000,
        });
      const [newest, other] = [{ verb: ['denied'], 'object.id': ['o7'] }, { verb: ['denied'] }];
      expect(await glance(3)).toEqual({ found: [newest, other, other], isWhole: true });
      expect(await glance(2)).toEqual({ found: [newest, other], isWhole: false });
      expect(await glance(9, anEntry(by, 4).at)).toEqual({ found: [newest], isWhole: true });
    });

    it('scans everything from a moment on, oldest first, over pages and indices', async () => {
      const by = randomUUID();
      // Several months, and many of one moment, so that a page ends among them.
      const early = several(by, 30).map((entry) => ({ ...entry, at: '2026-09-30T23:59:59.999Z' }));
      const late = Array.from({ length: 450 }, (_, number) =>
        anEntry(by, 100 + number, { at: '2026-10-01T00:00:00.000Z' }),
      );
      const latest = anEntry(by, 999, { at: '2026-12-01T00:00:00.000Z' });
      await appended(by, [latest, ...late, ...early]);
      const scanned = await all(log.scan({ family: FAMILY, where: { by }, from: '2026-10-01T00:00:00.000Z' }));
      expect(scanned).toHaveLength(451);
      expect(new Set(scanned.map(({ id }) => id)).size).toBe(451);
      expect(scanned[450]?.id).toBe(latest.id);
      const whole = await all(log.scan({ family: FAMILY, where: { by } }));
      expect(whole.map(({ at }) => at)).toEqual([...whole.map(({ at }) => at)].sort());
      expect(whole).toHaveLength(481);
      const known = new Set(whole.map(({ id }) => id).filter((id) => id !== latest.id));
      const news = await all(log.scan({ family: FAMILY, where: { by } }, (id) => known.has(id)));
      expect(news).toEqual([whole.find(({ id }) => id === latest.id)]);
    });

    it('sees in a scan what comes after it began', async () => {
      const by = randomUUID();
      await appended(
        by,
        several(by, 250).map((entry) => ({ ...entry, at: '2026-11-01T00:00:00.000Z' })),
      );
      const seen: string[] = [];
      for await (const { id } of log.scan({ family: FAMILY, where: { by } })) {
        if (seen.length === 0) {
          await log.append([anEntry(by, 900, { at: '2027-01-01T00:00:00.000Z' })]);
          await eventually(async () => {
            expect((await log.find({ family: FAMILY, where: { by }, limit: 1 })).total).toBe(251);
          });
        }
        seen.push(id);
      }
      expect(seen[250]).toBe(`${by}#900`);
    });
  });
};
