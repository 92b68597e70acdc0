import { inPortions, MOST_BULK_BYTES, sendBulk, type BulkAction } from './bulk';
import type { OpenSearchRequest, OpenSearchTransport } from './transport';

const create = (id: string, source: Record<string, unknown> = {}): BulkAction => ({
  verb: 'create',
  meta: { _id: id },
  source,
});

/** Answers each bulk with items of these statuses, one after the other. */
const answering = (statuses: readonly number[], sent: OpenSearchRequest[] = []): OpenSearchTransport => {
  let next = 0;
  return {
    request: async (request) => {
      sent.push(request);
      const count = (request.bulkBody ?? '').split('\n').filter((line) => line.includes('"create"')).length;
      const items = Array.from({ length: count }, () => {
        const status = statuses[next++] ?? 201;
        return { create: { status, _seq_no: next, _primary_term: 1, error: { type: 't', reason: 'r' } } };
      });
      return { status: 200, body: { items } };
    },
  };
};

const at = { path: '/_bulk', timeoutMs: 1_000 };

describe('a bulk', () => {
  it('tells the fate of each action, in order', async () => {
    expect(await sendBulk(answering([201, 409, 400]), at, [create('a'), create('b'), create('c')])).toEqual([
      { kind: 'written', seqNo: 1, primaryTerm: 1 },
      { kind: 'conflict' },
      { kind: 'refused', message: 't: r', type: 't' },
    ]);
  });

  it.each([403, 429, 500, 503])('knows nothing once an item has status %i', async (status) => {
    await expect(sendBulk(answering([201, status]), at, [create('a'), create('b')])).rejects.toMatchObject({
      name: 'StoreUnavailable',
    });
  });

  it('knows nothing if items are missing from the answer', async () => {
    const transport = { request: () => Promise.resolve({ status: 200, body: { items: [] } }) };
    await expect(sendBulk(transport, at, [create('a')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('knows that nothing was written if the whole was malformed or too large', async () => {
    const transport = { request: () => Promise.resolve({ status: 413, body: { error: 'too large' } }) };
    expect(await sendBulk(transport, at, [create('a')])).toEqual([{ kind: 'refused', message: 'too large', type: '' }]);
  });

  it('finds the one action for which the whole was turned down, and writes the rest', async () => {
    const sent: string[] = [];
    const transport: OpenSearchTransport = {
      request: async ({ bulkBody = '' }) => {
        sent.push(bulkBody);
        if (bulkBody.includes('"bad"')) return { status: 413, body: { error: 'too large' } };
        const count = bulkBody.split('\n').filter((line) => line.includes('"create"')).length;
        const items = Array.from({ length: count }, () => ({ create: { status: 201, _seq_no: 1, _primary_term: 1 } }));
        return { status: 200, body: { items } };
      },
    };
    const items = await sendBulk(
      transport,
      at,
      ['a', 'b', 'bad', 'c', 'd', 'e', 'f'].map((id) => create(id)),
    );
    expect(items.map(({ kind }) => kind)).toEqual(['written', 'written', 'refused', ...Array(4).fill('written')]);
    expect(sent.length).toBeLessThanOrEqual(7);
  });

  it('knows nothing if something else than OpenSearch answered', async () => {
    const transport = { request: () => Promise.resolve({ status: 404, body: 'not found' }) };
    await expect(sendBulk(transport, at, [create('a')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('goes in several requests when it is large, one after the other', async () => {
    const sent: OpenSearchRequest[] = [];
    const large = { text: 'x'.repeat(3_000_000) };
    const items = await sendBulk(
      answering([], sent),
      at,
      ['a', 'b', 'c', 'd', 'e'].map((id) => create(id, large)),
    );
    expect(items).toHaveLength(5);
    expect(sent).toHaveLength(3);
    for (const { bulkBody } of sent) expect(Buffer.byteLength(bulkBody ?? '')).toBeLessThan(MOST_BULK_BYTES);
  });

  it('is not sent if it is empty', async () => {
    const sent: OpenSearchRequest[] = [];
    expect(await sendBulk(answering([], sent), at, [])).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('portions', () => {
  it.each([
    ['fit', ['aa', 'bb'], 4, [['aa', 'bb']]],
    ['do not fit', ['aa', 'bb', 'c'], 3, [['aa'], ['bb', 'c']]],
    ['are too large alone', ['aaaaa', 'b'], 3, [['aaaaa'], ['b']]],
    ['count bytes, not characters', ['ü', 'ü'], 3, [['ü'], ['ü']]],
    ['are none', [], 3, []],
  ])('of texts that %s', (_, texts, most, portions) => {
    expect(inPortions(texts, most)).toEqual(portions);
  });
});
