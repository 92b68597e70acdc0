import { randomUUID } from 'crypto';
import type { EvidenceLog, EvidenceMatch } from '../../server/runner/ports';
import { anEntry, FAMILY, several, useOf, type EvidenceLogUnderTest } from './evidence_log';

/** What `EvidenceLog` promises to whoever looks for the part of a name. */
export const describeEvidenceSearch = (name: string, makeOne: () => Promise<EvidenceLogUnderTest>): void => {
  describe(`search in the evidence: ${name}`, () => {
    let made: EvidenceLogUnderTest;
    let log: EvidenceLog;
    beforeAll(async () => {
      made = await makeOne();
      log = made.log;
    });
    afterAll(() => made.dispose());

    const { numbersOf, appended } = useOf(() => log);

    it('finds the part of a name in any case, and takes every character for itself', async () => {
      const by = randomUUID();
      const names = [
        'WS-Fin-007',
        'ws-fin-008',
        'a*b?c',
        'C:\\Temp\\[x].exe',
        'пример-01',
        'say "hi" & <go>',
        'İ.ß~@#',
      ];
      await appended(
        by,
        names.map((value, number) => anEntry(by, number, { body: { by, number, object: { id: value } } })),
      );
      const has = (text: string, whole = false) =>
        numbersOf({ where: { by }, matching: [{ says: { fields: ['object.id', 'verb'], text, whole } }], limit: 9 });
      expect(await has('ws-FIN')).toEqual([1, 0]);
      expect(await has('fin-008')).toEqual([1]);
      expect(await has('ws-fin-007', true)).toEqual([0]);
      expect(await has('ws-fin', true)).toEqual([]);
      expect(await has('*')).toEqual([2]);
      expect(await has('?')).toEqual([2]);
      expect(await has('b?c')).toEqual([2]);
      expect(await has('ws-.*')).toEqual([]);
      expect(await has('\\Temp\\[')).toEqual([3]);
      expect(await has('ПРИМЕР')).toEqual([4]);
      expect(await has('"hi" & <')).toEqual([5]);
      expect(await has('ß~@#')).toEqual([6]);
      expect(await has('')).toEqual([]);
      expect(await has('x'.repeat(10_000))).toEqual([]);
      expect(await has('x'.repeat(10_000), true)).toEqual([]);
    });

    it('finds what lies in a network, and what all of several conditions hold for', async () => {
      const by = randomUUID();
      await appended(by, [
        anEntry(by, 0, { body: { by, number: 0, verb: 'lifted', source: { ip: '203.0.113.7' } } }),
        anEntry(by, 1, { body: { by, number: 1, verb: 'lifted', source: { ip: '2001:db8::1' } } }),
        anEntry(by, 2, { body: { by, number: 2, verb: 'denied', source: { ip: '203.0.113.9' } } }),
      ]);
      const within = (networks: readonly string[], ...more: EvidenceMatch[]) =>
        numbersOf({ where: { by }, matching: [{ within: { fields: ['source.ip'], networks } }, ...more], limit: 9 });
      expect(await within(['203.0.113.0/24'])).toEqual([2, 0]);
      expect(await within(['2001:db8::/32', '203.0.113.9'])).toEqual([2, 1]);
      expect(await within(['203.0.113.0/24'], { is: { verb: ['lifted'] } })).toEqual([0]);
      expect(await within([])).toEqual([]);
    });

    it('names what has a text in it, however often another name comes', async () => {
      const by = `n${randomUUID().slice(0, 8)}`;
      const ids = [...Array.from({ length: 5 }, () => `${by}-A.b`), `x${by}-a.B`, `${by}-axb`];
      await appended(
        by,
        ids.map((value, number) =>
          anEntry(by, number, { body: { by, object: { id: value }, source: { ip: `198.51.100.${number}` } } }),
        ),
      );
      const names = (text: string, most: number) =>
        log.names({ family: FAMILY, fields: ['object.id', 'verb'], text, most, timeoutMs: 20_000 });
      expect(await names(`${by}-a.b`, 9)).toEqual({
        found: [
          { field: 'object.id', value: `${by}-A.b`, count: 5 },
          { field: 'object.id', value: `x${by}-a.B`, count: 1 },
        ],
        isWhole: true,
      });
      expect(await names(`${by}-a.b`, 1)).toMatchObject({ found: [{ count: 5 }], isWhole: false });
      expect(await names('x'.repeat(10_000), 9)).toEqual({ found: [], isWhole: false });
      const addresses = await log.names({
        family: FAMILY,
        fields: [],
        text: '198.51.100.4',
        within: { fields: ['source.ip'], networks: ['198.51.100.4/31'] },
        most: 9,
        timeoutMs: 20_000,
      });
      expect(addresses.found.map(({ value }) => value).sort()).toEqual(['198.51.100.4', '198.51.100.5']);
    });

    it('goes on after a record, in either order', async () => {
      const by = randomUUID();
      const at = '2026-11-22T12:00:00.000Z';
      await appended(by, [...several(by, 3), anEntry(by, 3, { at }), anEntry(by, 4, { at })]);
      const after = (number: number, order: 'newest' | 'oldest', when = anEntry(by, number).at) =>
        numbersOf({ where: { by }, order, after: { at: when, id: `${by}#${number}` }, limit: 9 });
      expect(await after(4, 'newest', at)).toEqual([3, 2, 1, 0]);
      expect(await after(3, 'newest', at)).toEqual([2, 1, 0]);
      expect(await after(1, 'oldest')).toEqual([2, 3, 4]);
    });
  });
};
