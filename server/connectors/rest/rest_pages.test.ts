import { blockServerParameters, blockServerSecrets } from '../../../test/targets/block_server';
import { aCall } from '../../../test/targets/commands';
import { httpServer } from '../../../test/targets/loopback_server';
import { makeConnectors } from '../registry';

const closing: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const item = (n: number) => ({ address: `203.0.113.${n}`, tag: `tag-${n}` });

interface Page {
  readonly blocks?: unknown;
  readonly next?: unknown;
  readonly link?: string;
  readonly status?: number;
}

/** Answers by path and query; what nobody listed is not there. */
const listFrom = async (pages: (url: string) => Readonly<Record<string, Page>>, list: object, base = '') => {
  const seen: string[] = [];
  const server = await httpServer((request, response) => {
    const asked = request.url ?? '';
    seen.push(asked);
    const page = pages(server.url)[asked];
    const headers = { 'content-type': 'application/json', ...(page?.link === undefined ? {} : { link: page.link }) };
    response.writeHead(page?.status ?? (page ? 200 : 404), headers).end(JSON.stringify(page ?? {}));
  });
  closing.push(server.close);
  const { actions, ...parameters } = blockServerParameters(`${server.url}${base}`);
  const block_ip = { ...actions.block_ip, list: { ...actions.block_ip.list, ...list } };
  const config = { name: 'edge', kind: 'rest', parameters: { ...parameters, actions: { block_ip } } };
  const { connectors, faults } = makeConnectors([config], blockServerSecrets);
  const listed = await connectors.get('edge')?.list(aCall());
  if (listed === undefined) throw new Error(JSON.stringify(faults));
  return { seen, values: listed.ok ? listed.value.map(({ target }) => target.value) : listed.error };
};

const BY_POINTER = { next: { pointer: '/next' } };
const ALL = ['203.0.113.1', '203.0.113.2', '203.0.113.3'];

describe('a list of several pages', () => {
  it.each([
    ['its path and query', () => '/v1/blocks?page=2'],
    ['its query alone', () => '?page=2'],
    ['its whole address', (url: string) => `${url}/v1/blocks?page=2`],
  ])('goes on where the target says, by %s', async (_what, link) => {
    const { values, seen } = await listFrom(
      (url) => ({
        '/v1/blocks': { blocks: [item(1), item(2)], next: link(url) },
        '/v1/blocks?page=2': { blocks: [item(3)], next: null },
      }),
      BY_POINTER,
    );
    expect(values).toEqual(ALL);
    expect(seen).toEqual(['/v1/blocks', '/v1/blocks?page=2']);
  });

  it('goes on by a header', async () => {
    const { values } = await listFrom(
      () => ({
        '/v1/blocks': { blocks: [item(1)], link: '</v1/blocks?page=9>; rel="last", </v1/blocks?page=2>; rel="next"' },
        '/v1/blocks?page=2': {
          blocks: [item(2)],
          link: '<https://other.example/>; title="a, b"; rel=prev, <?page=3>; rel=next',
        },
        '/v1/blocks?page=3': { blocks: [item(3)], link: '</v1/blocks>; rel="first"' },
      }),
      { next: { header: 'link' } },
    );
    expect(values).toEqual(ALL);
  });

  it('goes on by a cursor, beside what is asked for anyway', async () => {
    const { values } = await listFrom(
      () => ({
        '/v1/blocks?owner=reflex': { blocks: [item(1)], next: 'a b&c' },
        '/v1/blocks?owner=reflex&after=a+b%26c': { blocks: [item(2)], next: 17 },
        '/v1/blocks?owner=reflex&after=17': { blocks: [item(3)], next: '' },
      }),
      { query: { owner: 'reflex' }, next: { pointer: '/next', query: 'after' } },
    );
    expect(values).toEqual(ALL);
  });

  it('stays below the path of `base_url`', async () => {
    const { values } = await listFrom(
      () => ({
        '/api/v1/blocks': { blocks: [item(1), item(2)], next: '/api/v1/blocks?page=2' },
        '/api/v1/blocks?page=2': { blocks: [item(3)] },
      }),
      BY_POINTER,
      '/api',
    );
    expect(values).toEqual(ALL);
    const outside = await listFrom(
      () => ({ '/api/v1/blocks': { blocks: [], next: '/admin/../other' }, '/other': { blocks: [] } }),
      BY_POINTER,
      '/api',
    );
    expect(outside.values).toMatchObject({ code: 'bad_list', message: expect.stringMatching(/outside `base_url`/) });
    expect(outside.seen).toHaveLength(1);
  });

  it.each(['https://evil.example/v1/blocks', '//evil.example/', 'http://127.0.0.1:1/', 'file:///etc/passwd'])(
    'never goes on at another host: %s',
    async (next) => {
      const { values, seen } = await listFrom(() => ({ '/v1/blocks': { blocks: [item(1)], next } }), BY_POINTER);
      expect(values).toMatchObject({
        code: 'bad_list',
        retryable: false,
        message: expect.stringMatching(/another host/),
      });
      expect(seen).toEqual(['/v1/blocks']);
    },
  );

  it('is an error where it never ends, goes round, or has a page that cannot be read', async () => {
    const endless = await listFrom(
      () =>
        Object.fromEntries(
          [...Array(9).keys()].map((n) => [
            `/v1/blocks${n ? `?page=${n}` : ''}`,
            { blocks: [], next: `?page=${n + 1}` },
          ]),
        ),
      { ...BY_POINTER, most_pages: 3 },
    );
    expect(endless.values).toMatchObject({ message: expect.stringMatching(/more than 3 pages/) });
    expect(endless.seen).toHaveLength(3);
    const circle = await listFrom(() => ({ '/v1/blocks': { blocks: [], next: '/v1/blocks' } }), BY_POINTER);
    expect(circle.values).toMatchObject({ message: expect.stringMatching(/circle/) });
    for (const page of [{ status: 500 }, { blocks: {} }, { blocks: [], next: { a: 1 } }]) {
      const pages = { '/v1/blocks': { blocks: [item(1)], next: '?page=2' }, '/v1/blocks?page=2': page };
      expect((await listFrom(() => pages, BY_POINTER)).values).toMatchObject({ code: 'bad_list' });
    }
  });
});
