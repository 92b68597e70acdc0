import { randomUUID } from 'crypto';
import type { StateBody, StateDoc, StateStore, StateWrite, Version, WriteOutcome } from '../../server/runner/ports';
import { eventually } from './eventually';

interface StateStoreUnderTest {
  readonly store: StateStore;
  /** Deletes the state and makes a new one of the same name, behind the store's back. */
  readonly replace: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

const aBody = (overrides: Partial<StateBody> = {}): StateBody => ({
  kind: 'case',
  write_id: randomUUID(),
  session: 's1',
  owner: 's1',
  ordinal: 1,
  facets: { state: 'held', at: '2026-11-22T10:00:00.000Z' },
  content: { state: 'held' },
  outbox: [],
  ...overrides,
});

const create = (id: string, overrides: Partial<StateBody> = {}): StateWrite => ({
  id,
  body: aBody(overrides),
  expect: 'absent',
});

const versionOf = (outcome: WriteOutcome | undefined): Version => {
  if (outcome?.kind !== 'written') throw new Error(`expected a write to land, it was ${outcome?.kind ?? 'missing'}`);
  return outcome.version;
};

const idsOf = (docs: readonly StateDoc[]): string[] => docs.map(({ id }) => id);

/** Contents that a store might alter: whatever an event carries in `raw` ends up here. */
const AWKWARD: ReadonlyArray<readonly [string, string]> = [
  ['a key `__proto__`', '{"raw":{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}}'],
  ['numbers beyond the safe ones', '{"raw":[9007199254740993,1e400,-0,1e-7,123456789012345678901234567890]}'],
  ['half a surrogate pair and other rare characters', '{"raw":"\\ud800 \\u0000 \\u2028 \\ud83d\\ude00 \\u007f"}'],
  ['objects where another document had text', '{"raw":{"a":{"b":1}}}'],
  ['text where another document had objects', '{"raw":{"a":"b"}}'],
  ['empty keys and keys with dots', '{"raw":{"":1,"a.b":2,"a..b":3," ":4}}'],
  ['deep nesting', `{"raw":${'['.repeat(400)}${']'.repeat(400)}}`],
  ['a date that looks like another type', '{"raw":"2026-11-22"}'],
  ['no object at all', '"just text"'],
  ['nothing', 'null'],
];

/** Every promise of `StateStore` in ports.ts. */
export const describeStateStore = (name: string, makeOne: () => Promise<StateStoreUnderTest>): void => {
  describe(`state store: ${name}`, () => {
    let made: StateStoreUnderTest;
    let store: StateStore;
    beforeAll(async () => {
      made = await makeOne();
      store = made.store;
    });
    afterAll(() => made.dispose());

    const bulkOne = async (write: StateWrite): Promise<WriteOutcome | undefined> => (await store.bulk([write]))[0];

    it('returns nothing for a document that is not there', async () => {
      expect(await store.get('case:none')).toBeUndefined();
      expect(await store.get('')).toBeUndefined();
      expect(await store.get(`case:${'x'.repeat(600)}`)).toBeUndefined();
    });

    it('reads at once what was written, with the version that the write answered', async () => {
      const write = create('case:read-back', {
        facets: {
          state: 'held',
          due: '2026-11-22T11:00:00.000Z',
          at: '2026-11-22T10:00:00.000Z',
          severity: 'high',
          action: 'block_ip',
          target: '203.0.113.7',
          policy: 'block-known-ioc',
          demo: true,
          requested: false,
        },
        outbox: [{ family: 'actions', id: 'c#0', at: '2026-11-22T10:00:00.000Z', body: { n: 0 } }],
      });
      const version = versionOf(await bulkOne(write));
      expect(await store.get(write.id)).toEqual({ id: write.id, version, ...write.body });
    });

    it.each(AWKWARD)('keeps contents as they are: %s', async (what, json) => {
      const content = JSON.parse(json) as unknown;
      await store.bulk([create(`case:awkward ${what}`, { content })]);
      const kept = (await store.get(`case:awkward ${what}`))?.content;
      expect(JSON.stringify(kept)).toBe(JSON.stringify(content));
    });

    it('keeps contents of some hundred kilobytes', async () => {
      const content = { raw: 'x'.repeat(600_000) };
      await store.bulk([create('case:large', { content })]);
      expect((await store.get('case:large'))?.content).toEqual(content);
    });

    it('creates a document only once', async () => {
      const first = create('case:once', { content: 'first' });
      expect((await bulkOne(first))?.kind).toBe('written');
      expect(await bulkOne(create('case:once', { content: 'second' }))).toEqual({ kind: 'conflict' });
      expect((await store.get('case:once'))?.write_id).toBe(first.body.write_id);
    });

    it('replaces exactly the version that was read', async () => {
      const first = versionOf(await bulkOne(create('case:cas')));
      const second = versionOf(await bulkOne({ id: 'case:cas', body: aBody({ content: 2 }), expect: first }));
      expect(second).not.toEqual(first);
      expect(await bulkOne({ id: 'case:cas', body: aBody({ content: 3 }), expect: first })).toEqual({
        kind: 'conflict',
      });
      expect((await store.get('case:cas'))?.content).toBe(2);
    });

    it('answers a conflict for a version of a document that is not there', async () => {
      const version = { seqNo: 1, primaryTerm: 1 };
      expect(await bulkOne({ id: 'case:never', body: aBody(), expect: version })).toEqual({ kind: 'conflict' });
      expect(await store.get('case:never')).toBeUndefined();
    });

    it('lets one of many racing writers win', async () => {
      const version = versionOf(await bulkOne(create('case:race')));
      const racers = Array.from({ length: 20 }, (_, number) => aBody({ content: number }));
      const outcomes = await Promise.all(racers.map((body) => bulkOne({ id: 'case:race', body, expect: version })));
      const winners = racers.filter((_, index) => outcomes[index]?.kind === 'written');
      expect(winners).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome?.kind === 'conflict')).toHaveLength(19);
      expect((await store.get('case:race'))?.write_id).toBe(winners[0]?.write_id);
    });

    it('judges each write of a bulk by itself, and answers in order', async () => {
      const stale = versionOf(await bulkOne(create('case:mixed-2')));
      await store.bulk([{ id: 'case:mixed-2', body: aBody({ content: 'new' }), expect: stale }]);
      const outcomes = await store.bulk([
        create('case:mixed-1'),
        { id: 'case:mixed-2', body: aBody({ content: 'stale' }), expect: stale },
        create(`case:${'x'.repeat(600)}`),
        create('case:mixed-3'),
        create('case:mixed-3'),
      ]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'conflict', 'failed', 'written', 'conflict']);
      const found = await store.getMany(['case:mixed-1', 'case:mixed-2', 'case:mixed-3']);
      expect(found.get('case:mixed-2')?.content).toBe('new');
      expect(found.get('case:mixed-1')?.version).toEqual(versionOf(outcomes[0]));
      expect(found.get('case:mixed-3')?.version).toEqual(versionOf(outcomes[3]));
    });

    it('writes nothing for an empty bulk', async () => {
      expect(await store.bulk([])).toEqual([]);
    });

    it('writes, and reads a document in the same request as it is after all of them', async () => {
      const first = versionOf(await bulkOne(create('case:beside', { content: 'old' })));
      const both = await store.bulkThenGet(
        [create('case:beat'), { id: 'case:beside', body: aBody({ content: 'new' }), expect: first }],
        'case:beside',
      );
      expect(both.outcomes.map(({ kind }) => kind)).toEqual(['written', 'written']);
      expect(both.doc?.content).toBe('new');
      expect(both.doc).toEqual(await store.get('case:beside'));
      expect(both.doc?.version).toEqual(versionOf(both.outcomes[1]));
    });

    it('reads it without writing it, also where a write beside it met a conflict', async () => {
      const stale = versionOf(await bulkOne(create('case:refused')));
      await store.bulk([{ id: 'case:refused', body: aBody(), expect: stale }]);
      const before = await store.get('case:beside');
      const both = await store.bulkThenGet([{ id: 'case:refused', body: aBody(), expect: stale }], 'case:beside');
      expect(both).toEqual({ outcomes: [{ kind: 'conflict' }], doc: before });
      expect(await store.get('case:beside')).toEqual(before);
    });

    it('writes all the same where the document to read is not there, and does not make it', async () => {
      const both = await store.bulkThenGet([create('case:alone')], 'case:nowhere');
      expect([both.outcomes.map(({ kind }) => kind), both.doc]).toEqual([['written'], undefined]);
      expect(await store.get('case:nowhere')).toBeUndefined();
    });

    it('takes ids of up to 512 bytes, of any characters', async () => {
      const ids = ['ledger:a/b?c#d e:ü 中', `case:${'i'.repeat(507)}`, 'ledger:x:..', 'ledger:"quoted"\\'];
      const outcomes = await store.bulk(ids.map((id) => create(id)));
      expect(outcomes.map(({ kind }) => kind)).toEqual(ids.map(() => 'written'));
      expect([...(await store.getMany(ids)).keys()].sort()).toEqual([...ids].sort());
    });

    it('reads many, and leaves out what is not there', async () => {
      await store.bulk([create('case:many-1'), create('case:many-2')]);
      const found = await store.getMany(['case:many-1', 'case:many-0', 'case:many-2', 'case:many-1']);
      expect([...found.keys()].sort()).toEqual(['case:many-1', 'case:many-2']);
      expect((await store.getMany([])).size).toBe(0);
    });

    it('removes exactly the version that was read', async () => {
      const first = versionOf(await bulkOne(create('case:remove')));
      const second = versionOf(await bulkOne({ id: 'case:remove', body: aBody(), expect: first }));
      expect(await store.remove('case:remove', first)).toEqual({ kind: 'conflict' });
      expect((await store.remove('case:remove', second)).kind).toBe('written');
      expect(await store.get('case:remove')).toBeUndefined();
    });

    it('does not let an old version fit once a document was removed and made again', async () => {
      const first = versionOf(await bulkOne(create('case:again')));
      await store.remove('case:again', first);
      versionOf(await bulkOne(create('case:again', { content: 'new' })));
      expect(await bulkOne({ id: 'case:again', body: aBody(), expect: first })).toEqual({ kind: 'conflict' });
    });

    describe('finding', () => {
      const at = (minute: number): string => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;
      beforeAll(async () => {
        await store.bulk([
          create('effect:1', {
            kind: 'effect',
            owner: 'o1',
            session: 'w1',
            ordinal: 5,
            facets: { state: 'present', at: at(1), due: at(30), requested: true, policy: 'few' },
          }),
          create('effect:2', {
            kind: 'effect',
            owner: 'o2',
            session: 'w1',
            ordinal: 6,
            facets: { state: 'absent', at: at(3), due: at(20), demo: true },
          }),
          create('effect:3', {
            kind: 'effect',
            owner: 'o2',
            session: 'w2',
            ordinal: 7,
            facets: { state: 'undoing', at: at(2), requested: false, severity: 'low' },
          }),
          create('ledger:1', { kind: 'ledger', owner: 'o1', session: 'w1', ordinal: 8, facets: { state: 'in_use' } }),
        ]);
        await eventually(async () => {
          expect(await store.count({ kinds: ['effect', 'ledger'], writers: ['w1', 'w2'] })).toBe(4);
        });
      });

      it.each([
        ['kinds', { kinds: ['effect'] as const }, ['effect:1', 'effect:2', 'effect:3']],
        ['states', { kinds: ['effect'] as const, states: ['present', 'undoing'] }, ['effect:1', 'effect:3']],
        [
          'states that it must not have',
          { kinds: ['effect'] as const, notStates: ['absent'] },
          ['effect:1', 'effect:3'],
        ],
        ['owners', { kinds: ['effect', 'ledger'] as const, owners: ['o1'] }, ['effect:1', 'ledger:1']],
        ['owners that it must not have', { kinds: ['effect'] as const, notOwners: ['o2', 'nobody'] }, ['effect:1']],
        ['no owner at all', { kinds: ['effect'] as const, owners: [] }, []],
        ['writers', { kinds: ['effect'] as const, writers: ['w1'] }, ['effect:1', 'effect:2']],
        ['ids', { kinds: ['effect'] as const, ids: ['effect:3', 'ledger:1'] }, ['effect:3']],
        ['what is due', { kinds: ['effect'] as const, dueBefore: at(30) }, ['effect:2']],
        ['a policy', { kinds: ['effect'] as const, policies: ['few', 'none'] }, ['effect:1']],
        ['severities', { kinds: ['effect'] as const, severities: ['low', 'high'] }, ['effect:3']],
        ['what is requested', { kinds: ['effect'] as const, requested: true }, ['effect:1']],
        ['what is not requested', { kinds: ['effect'] as const, requested: false }, ['effect:2', 'effect:3']],
        ['demo', { kinds: ['effect'] as const, demo: true }, ['effect:2']],
        ['no demo', { kinds: ['effect'] as const, demo: false }, ['effect:1', 'effect:3']],
        ['writes after one', { kinds: ['effect'] as const, writers: ['w1'], ordinalAbove: 5 }, ['effect:2']],
      ])('finds by %s', async (_, query, ids) => {
        expect(idsOf(await store.search(query)).sort()).toEqual(ids);
        expect(await store.count(query)).toBe(ids.length);
      });

      it('goes on after a document, through those of one ordinal too', async () => {
        const ids = ['word:a', 'word:b', 'word:c'];
        await store.bulk(ids.map((id) => create(id, { kind: 'word', ordinal: 0 })));
        const query = { kinds: ['word'] as const, sort: 'ordinal', limit: 2, fresh: true } as const;
        const first = await store.search(query);
        expect(idsOf(first)).toEqual(['word:a', 'word:b']);
        expect(idsOf(await store.search({ ...query, after: first[0] }))).toEqual(['word:b', 'word:c']);
        expect(idsOf(await store.search({ ...query, after: first[1] }))).toEqual(['word:c']);
      });

      it('finds what was written just before, if asked to', async () => {
        for (const round of [1, 2, 3]) {
          await store.bulk([create(`draft:${round}`, { kind: 'policy_draft' })]);
          expect(await store.search({ kinds: ['policy_draft'], fresh: true })).toHaveLength(round);
        }
      });

      it('sorts by what is due, what never is comes last', async () => {
        expect(idsOf(await store.search({ kinds: ['effect'], sort: 'due' }))).toEqual([
          'effect:2',
          'effect:1',
          'effect:3',
        ]);
      });

      it('sorts by time, and by time backwards', async () => {
        expect(idsOf(await store.search({ kinds: ['effect'], sort: 'at' }))).toEqual([
          'effect:1',
          'effect:3',
          'effect:2',
        ]);
        expect(idsOf(await store.search({ kinds: ['effect'], sort: 'newest', limit: 2 }))).toEqual([
          'effect:2',
          'effect:3',
        ]);
      });

      it('returns documents whole, with the version to go on with', async () => {
        const [found] = await store.search({ kinds: ['effect'], ids: ['effect:1'] });
        expect(found).toEqual(await store.get('effect:1'));
      });

      it('sees a change sooner or later', async () => {
        const doc = await store.get('effect:3');
        if (!doc) throw new Error('the document is gone');
        await store.bulk([
          { id: doc.id, body: { ...doc, facets: { ...doc.facets, state: 'late' } }, expect: doc.version },
        ]);
        await eventually(async () => {
          expect(idsOf(await store.search({ kinds: ['effect'], states: ['late'] }))).toEqual(['effect:3']);
        });
      });
    });

    it("tells the node's time", async () => {
      const before = Date.now();
      const time = await store.nodeTime();
      expect(Math.abs(time - before)).toBeLessThan(5_000);
      expect(await store.nodeTime()).toBeGreaterThanOrEqual(time - 5);
    });

    it('has one identity as long as it is the same state', async () => {
      const identity = await store.identity();
      await store.bulk([create('case:identity')]);
      expect(await store.identity()).toBe(identity);
      expect(identity.length).toBeGreaterThan(10);
    });

    // Last: the store is of no use afterwards.
    it('gets another identity when the state was deleted and made again, and writes nothing into the new one', async () => {
      const identity = await store.identity();
      const version = versionOf(await bulkOne(create('case:stale')));
      await made.replace();
      expect(await store.identity()).not.toBe(identity);
      await expect(store.bulk([create('case:after')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
      await expect(store.bulk([{ id: 'case:stale', body: aBody(), expect: version }])).rejects.toMatchObject({
        name: 'StoreUnavailable',
      });
      await expect(store.bulkThenGet([create('case:after')], 'case:stale')).rejects.toMatchObject({
        name: 'StoreUnavailable',
      });
      await expect(store.get('case:stale')).rejects.toMatchObject({ name: 'StoreUnavailable' });
    });
  });
};
