import type { SearchQuery } from '../../../common/flow/lookup';
import { bareIdentities, identitiesOf, type Listed } from '../../engine/entity/identity';
import type { LogFound, LogQuery } from '../ports';
import { searchFor } from './log_searches';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const HOST: Listed = { type: 'host', value: 'web-01', addresses: ['10.0.0.3', '10.0.0.4'], origin: 'file' };
const QUERY: SearchQuery = {
  lookup: 'search',
  name: 'failed',
  indices: ['auth-*'],
  time: '@timestamp',
  within_ms: 3_600_000,
  match: [{ field: 'source.ip', as: 'ip', thing: 'ip:10.0.0.3' }],
  answer: 'count',
};

interface Around {
  readonly found?: LogFound;
  readonly allowed?: readonly string[];
  readonly items?: readonly Listed[];
  readonly isThere?: boolean;
}

const searching = async (
  query: Partial<SearchQuery> = {},
  { found = { documents: 7 }, allowed = ['auth-*'], items = [], isThere = true }: Around = {},
) => {
  const asked: LogQuery[] = [];
  const log = {
    search: async (each: LogQuery) => {
      asked.push(each);
      return found;
    },
  };
  const who = items.length === 0 ? bareIdentities : identitiesOf(items);
  const searches = isThere ? { allowed, log } : undefined;
  const came = await searchFor({ searches, who }, { ...QUERY, ...query }, { now: NOW, leftMs: () => 321 });
  return { came, asked };
};
const wordsFor = async (match: SearchQuery['match'][number], items: readonly Listed[] = []) =>
  (await searching({ match: [match] }, { items })).asked[0]?.filters;

describe('a declared search', () => {
  it('asks for its window, its bounds and the time that is left', async () => {
    const { came, asked } = await searching();
    expect(came).toEqual({ answer: { count: 7 } });
    expect(asked).toEqual([
      {
        indices: ['auth-*'],
        time: '@timestamp',
        from: '2026-11-22T09:00:00.000Z',
        to: '2026-11-22T10:00:00.000Z',
        filters: [{ field: 'source.ip', holds: 'addresses', anyOf: ['10.0.0.3'] }],
        answer: 'count',
        mostDocuments: 10_000,
        mostValues: 1_000,
        timeoutMs: 321,
      },
    ]);
  });

  it('looks for every name of a thing that such a field may hold', async () => {
    const thing = 'ip:10.0.0.3';
    expect(await wordsFor({ field: 'host.name', as: 'host', thing }, [HOST])).toEqual([
      { field: 'host.name', holds: 'names', anyOf: ['web-01'] },
    ]);
    expect(await wordsFor({ field: 'host.ip', as: 'ip', thing: 'host:web-01' }, [HOST])).toEqual([
      { field: 'host.ip', holds: 'addresses', anyOf: ['10.0.0.3', '10.0.0.4'] },
    ]);
    expect(await wordsFor({ field: 'user.name', as: 'user', thing: 'user:corp\\ana' })).toEqual([
      { field: 'user.name', holds: 'names', anyOf: ['corp\\ana', 'ana@corp'] },
    ]);
    expect(await wordsFor({ field: 'event.outcome', is: ['failure', 'denied'] })).toEqual([
      { field: 'event.outcome', holds: 'exact', anyOf: ['failure', 'denied'] },
    ]);
  });

  it('has no answer where nobody says what the thing is called there', async () => {
    const match = [{ field: 'host.name', as: 'host' as const, thing: 'ip:10.0.0.9' }];
    const { came, asked } = await searching({ match }, { items: [HOST] });
    expect([came, asked]).toEqual([{ missing: 'the inventory lists no host of `10.0.0.9`' }, []]);
  });

  it('has none where a thing has more names than are known', async () => {
    const addresses = Array.from({ length: 40 }, (_, n) => `10.1.0.${n}`);
    const { came, asked } = await searching(
      { match: [{ field: 'host.ip', as: 'ip', thing: 'host:web-01' }] },
      { items: [{ ...HOST, addresses }] },
    );
    expect([came, asked]).toEqual([{ missing: '`web-01` has more names than can be searched for' }, []]);
  });

  it.each([
    [['auth-*', 'vpn-*'], '`lookups.indices` of the settings does not allow `vpn-*`'],
    [['aut*'], '`lookups.indices` of the settings does not allow `aut*`'],
    [['reflex-state'], '`reflex-state` has indices of Reflex itself in it'],
    [['.opendistro_security'], expect.stringContaining('neither the name of an index')],
  ])('asks nothing in indices that are not allowed: %j', async (indices, missing) => {
    // A pattern that settings of another version might have let through.
    const { came, asked } = await searching({ indices }, { allowed: ['auth-*', 'reflex-*', '.open*'] });
    expect([came, asked]).toEqual([{ missing }, []]);
  });

  it('asks nothing where nobody can search', async () => {
    expect((await searching({}, { isThere: false })).came).toHaveProperty('missing');
  });

  it.each<readonly [Partial<SearchQuery>, LogFound, object]>([
    [{ answer: 'exists' }, { exists: false }, { answer: { exists: false } }],
    [
      { answer: 'distinct', distinct: { field: 'user.name' } },
      { values: ['ANA', 'ana', '-'] },
      { answer: { distinct: 3 } },
    ],
    [
      { answer: 'distinct', distinct: { field: 'user.name', as: 'user' } },
      { values: ['CORP\\ANA', 'ana@corp', 'bo', '-', ''] },
      { answer: { distinct: 2 } },
    ],
    [{}, { why: 'more than 10000 documents match' }, { missing: 'more than 10000 documents match' }],
  ])('tells what came: %#', async (query, found, came) => {
    expect((await searching(query, { found })).came).toEqual(came);
  });
});
