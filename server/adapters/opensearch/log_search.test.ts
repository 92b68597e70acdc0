import type { LogQuery } from '../../runner/ports';
import type { OpenSearchAnswer } from './answer';
import { OpenSearchLogSearch } from './log_search';
import type { OpenSearchRequest } from './transport';

const QUERY: LogQuery = {
  indices: ['auth-*', 'vpn'],
  time: '@timestamp',
  from: '2026-11-22T09:00:00.000Z',
  to: '2026-11-22T10:00:00.000Z',
  filters: [
    { field: 'user.name', holds: 'names', anyOf: ['corp\\ana', 'ana@corp'] },
    { field: 'source.ip', holds: 'addresses', anyOf: ['203.0.113.7'] },
    { field: 'event.code', holds: 'exact', anyOf: [4625] },
  ],
  answer: 'count',
  mostDocuments: 100,
  mostValues: 10,
  timeoutMs: 480.7,
};
const KEYWORD = { keyword: { searchable: true, aggregatable: true } };
const FIELDS = {
  '@timestamp': { date: { searchable: true, aggregatable: true } },
  'user.name': KEYWORD,
  'source.ip': { ip: { searchable: true, aggregatable: true } },
  'event.code': { long: { searchable: true, aggregatable: true } },
};
const hits = (value: number, more: object = {}) => ({ hits: { total: { value } }, ...more });
const bucketsOf = (keys: readonly unknown[], others = 0) => ({
  aggregations: { values: { buckets: keys.map((key) => ({ key })), sum_other_doc_count: others } },
});

interface World {
  readonly indices?: readonly string[];
  readonly fields?: object;
  readonly found?: object;
  readonly caps?: OpenSearchAnswer;
  readonly searched?: OpenSearchAnswer;
}

const searchIn = async (
  { indices = ['auth-1', 'vpn'], fields = {}, found = hits(3), caps, searched }: World,
  query = {},
) => {
  const sent: OpenSearchRequest[] = [];
  const search = new OpenSearchLogSearch({
    request: async (request) => {
      sent.push(request);
      if (request.path.endsWith('/_field_caps'))
        return caps ?? { status: 200, body: { indices, fields: { ...FIELDS, ...fields } } };
      return searched ?? { status: 200, body: found };
    },
  });
  const came = await search.search({ ...QUERY, ...query });
  const body = sent.find(({ path }) => path.endsWith('/_search'))?.body;
  return { came, sent, body };
};
const whyOf = async (world: World, query = {}): Promise<string> => {
  const { came } = await searchIn(world, query);
  return 'why' in came ? came.why : `no why: ${JSON.stringify(came)}`;
};

describe('a search in the indices of others', () => {
  it('asks for nothing but a bounded count, and skips nothing in silence', async () => {
    const { came, sent, body } = await searchIn({});
    expect(came).toEqual({ documents: 3 });
    expect(body).toEqual({
      size: 0,
      track_total_hits: 101,
      terminate_after: 101,
      timeout: '480ms',
      query: {
        bool: {
          filter: [
            { range: { '@timestamp': { gte: QUERY.from, lte: QUERY.to, format: 'strict_date_optional_time' } } },
            {
              bool: {
                should: ['corp\\ana', 'ana@corp'].map((value) => ({
                  term: { 'user.name': { value, case_insensitive: true } },
                })),
                minimum_should_match: 1,
              },
            },
            { bool: { should: [{ term: { 'source.ip': { value: '203.0.113.7' } } }], minimum_should_match: 1 } },
            { bool: { should: [{ term: { 'event.code': { value: 4625 } } }], minimum_should_match: 1 } },
          ],
        },
      },
    });
    const searched = sent.find(({ path }) => path === '/auth-*,vpn/_search');
    expect(searched?.querystring).toEqual({
      ignore_unavailable: false,
      allow_no_indices: false,
      allow_partial_search_results: false,
      request_cache: false,
      cancel_after_time_interval: '480ms',
    });
  });

  it('stops at the first document where one is enough', async () => {
    const { came, body } = await searchIn({ found: hits(1, { terminated_early: true }) }, { answer: 'exists' });
    expect([came, body?.terminate_after]).toEqual([{ exists: true }, 1]);
    expect((await searchIn({ found: hits(0) }, { answer: 'exists' })).came).toEqual({ exists: false });
    expect(await whyOf({ found: hits(0, { timed_out: true }) }, { answer: 'exists' })).toContain('in time');
  });

  it('counts values, no more than it may', async () => {
    const answer = { values: 'user.name' };
    const { came, body } = await searchIn({ found: hits(3, bucketsOf(['ana', 'bo'])) }, { answer });
    expect(came).toEqual({ values: ['ana', 'bo'] });
    expect(body?.aggs).toEqual({ values: { terms: { field: 'user.name', size: 11, execution_hint: 'map' } } });
    const many = Array.from({ length: 11 }, (_, n) => `u${n}`);
    expect(await whyOf({ found: hits(11, bucketsOf(many)) }, { answer })).toBe('more than 10 values');
    expect(await whyOf({ found: hits(11, bucketsOf(['a'], 1)) }, { answer })).toBe('more than 10 values');
  });

  it.each<readonly [string, World, string]>([
    ['there are too many', { found: hits(101) }, 'more than 100 documents match'],
    [
      'a shard stopped before its end',
      { found: hits(50, { terminated_early: true }) },
      'more than 100 documents match',
    ],
    ['there was no time', { found: hits(50, { timed_out: true }) }, 'not everything could be looked at in time'],
    ['OpenSearch does not say', { found: {} }, 'OpenSearch did not say how many documents match'],
    [
      'there is no such index',
      {
        searched: {
          status: 404,
          body: { error: { type: 'index_not_found_exception', reason: 'no such index [vpn]' } },
        },
      },
      'OpenSearch answered 404: index_not_found_exception: no such index [vpn]',
    ],
    [
      'the fields cannot be asked',
      { caps: { status: 404, body: { error: { type: 'index_not_found_exception', reason: 'gone' } } } },
      'OpenSearch answered 404: index_not_found_exception: gone',
    ],
    ['no index is behind it', { indices: [] }, 'there is no such index'],
    [
      'Reflex is behind an alias',
      { indices: ['auth-1', 'reflex-state-1'] },
      '`reflex-state-1` is behind it, which look-ups may not read',
    ],
    [
      'a system index is',
      { indices: ['.opendistro_security'] },
      '`.opendistro_security` is behind it, which look-ups may not read',
    ],
    [
      'there are too many indices',
      { indices: Array.from({ length: 1_001 }, (_, n) => `auth-${n}`) },
      'more than 1000 indices',
    ],
    ['a field is nowhere', { fields: { 'user.name': {} } }, 'no index has a field `user.name`'],
    [
      'a field is analysed in one index',
      { fields: { 'user.name': { ...KEYWORD, text: { searchable: true, aggregatable: false } } } },
      '`user.name` is of type `text`, not keyword or constant_keyword; is there a `user.name.keyword`?',
    ],
    [
      'a field with names holds addresses',
      { fields: { 'user.name': FIELDS['source.ip'] } },
      '`user.name` is of type `ip`, not keyword or constant_keyword',
    ],
    [
      'a field is not indexed',
      { fields: { 'user.name': { keyword: { searchable: false, aggregatable: true } } } },
      '`user.name` is not searchable in all indices',
    ],
    [
      'a field is in nested documents',
      { fields: { user: { nested: { searchable: false, aggregatable: false } } } },
      '`user.name` is in nested documents, `user`',
    ],
    [
      'the time is no time',
      { fields: { '@timestamp': KEYWORD } },
      '`@timestamp` is of type `keyword`, not date or date_nanos',
    ],
  ])('has no answer where %s', async (_, world, why) => {
    expect(await whyOf(world)).toBe(why);
  });

  it('has none where the values of a field cannot be counted', async () => {
    const fields = { 'user.name': { keyword: { searchable: true, aggregatable: false } } };
    const found = hits(1, bucketsOf(['ana']));
    expect(await whyOf({ fields, found }, { answer: { values: 'user.name' } })).toBe(
      '`user.name` is not aggregatable in all indices',
    );
  });
});
