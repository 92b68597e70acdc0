import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import { Client } from '@opensearch-project/opensearch';
import { StoreUnavailable } from '../../runner/ports';
import { clientTransport, type OpenSearchClient } from './transport';

type Answer = (send: {
  readonly head: (status: number, type?: string) => void;
  readonly end: (text: string) => void;
}) => void;

/** An OpenSearch that says what the test wants, and how often it was asked. */
const aServer = async (answer: Answer) => {
  let asked = 0;
  const received: string[] = [];
  const agents: Array<string | undefined> = [];
  const server: Server = createServer((request, response) => {
    asked += 1;
    agents.push(request.headers['user-agent']);
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      received.push(`${request.method ?? ''} ${request.url ?? ''} ${text}`);
      answer({
        head: (status, type = 'application/json') => {
          response.writeHead(status, { 'content-type': type });
          response.flushHeaders();
        },
        end: (text) => response.end(text),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new Client({
    node: `http://user:hunter2@127.0.0.1:${port}`,
    headers: { 'x-token': 'hunter2' },
    maxRetries: 3,
  });
  return {
    client,
    transport: clientTransport(client),
    asked: () => asked,
    received,
    agents,
    goAway: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await client.close();
    },
  };
};

const answering =
  (status: number, body: unknown): Answer =>
  ({ head, end }) => {
    head(status);
    end(JSON.stringify(body));
  };

const request = { method: 'POST', path: '/x/_bulk', bulkBody: '{}\n' } as const;

describe('the transport', () => {
  let server: Awaited<ReturnType<typeof aServer>> | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('says who it is as it is told, and otherwise as the client does', async () => {
    server = await aServer(answering(200, {}));
    const { transport, agents } = server;
    await transport.request({ method: 'GET', path: '/x', headers: { 'user-agent': 'OpenSearch-Dashboards (x)' } });
    await transport.request({ method: 'GET', path: '/x' });
    expect(agents).toEqual(['OpenSearch-Dashboards (x)', expect.stringContaining('opensearch')]);
  });

  it.each([
    [404, { error: { type: 'index_not_found_exception', reason: 'no such index [reflex-state]' } }],
    [409, { error: { type: 'version_conflict_engine_exception', reason: 'changed meanwhile' } }],
    [400, { error: { type: 'resource_already_exists_exception', reason: 'it is there' } }],
    [400, { error: 'no handler found for uri [/_plugins/_alerting/monitors/alerts] and method [GET]' }],
  ])('makes no error for the log of the host of an expected answer: %s %j', async (status, body) => {
    server = await aServer(answering(status, body));
    const errors: unknown[] = [];
    // As Dashboards does it: whatever the client tells as an error it logs as one.
    server.client.on('response', (error) => {
      if (error !== null) errors.push(error);
    });
    expect(await server.transport.request(request)).toEqual({ status, body });
    expect(errors).toEqual([]);
  });

  it('leaves what is wrong with OpenSearch to the log of the host', async () => {
    server = await aServer(answering(500, { error: { type: 'internal', reason: 'broken' } }));
    const errors: unknown[] = [];
    server.client.on('response', (error) => errors.push(error));
    await server.transport.request(request, { anyAnswer: true });
    expect(errors).toEqual([expect.any(Error)]);
  });

  it('sends what it was given: the query, and the body as JSON or as lines', async () => {
    server = await aServer(answering(200, {}));
    const { transport, received } = server;
    await transport.request({ method: 'GET', path: '/x/_search' });
    await transport.request({ method: 'POST', path: '/x/_search', querystring: { size: 3 }, body: { query: 'q' } });
    await transport.request({ ...request, querystring: { refresh: true } });
    expect(received).toEqual([
      'GET /x/_search ',
      'POST /x/_search?size=3 {"query":"q"}',
      'POST /x/_bulk?refresh=true {}\n',
    ]);
  });

  const fails = async (answer: Answer, timeoutMs = 5_000): Promise<StoreUnavailable> => {
    server = await aServer(answer);
    const failure: unknown = await server.transport.request(request, { timeoutMs }).catch((error: unknown) => error);
    if (!(failure instanceof StoreUnavailable)) throw new Error(`expected a failure, got ${JSON.stringify(failure)}`);
    return failure;
  };

  it.each([200, 201, 400, 404, 409, 413])('hands on an answer with status %i', async (status) => {
    server = await aServer(answering(status, { error: { type: 'some_exception', reason: 'so' } }));
    expect(await server.transport.request(request)).toEqual({
      status,
      body: { error: { type: 'some_exception', reason: 'so' } },
    });
  });

  it.each([401, 403, 408, 429, 500, 502, 503, 504])(
    'takes status %i for "cannot now", and asks only once',
    async (status) => {
      const failure = await fails(answering(status, { error: { type: 'some_exception', reason: 'so' } }));
      expect(failure.message).toBe(`OpenSearch answered ${status} to POST /x/_bulk: some_exception: so`);
      expect(server?.asked()).toBe(1);
    },
  );

  it.each(['cluster_block_exception', 'index_closed_exception'])('takes `%s` for "cannot now"', async (type) => {
    await fails(answering(400, { error: { type, reason: 'blocked' } }));
  });

  it('keeps the digits of numbers where that is asked for, whatever the status', async () => {
    const text = '{"hits":{"hits":[{"_seq_no":7,"_source":{"flow":9007199254740993}}]}}';
    for (const status of [200, 404]) {
      const server = await aServer(({ head, end }) => {
        head(status);
        end(text);
      });
      const asked = { method: 'POST', path: '/x/_search', body: {} } as const;
      const answer = await server.transport.request(asked, { keepDigits: true });
      expect(answer).toEqual({
        status,
        body: { hits: { hits: [{ _seq_no: 7, _source: { flow: '9007199254740993' } }] } },
      });
      await server.close();
    }
  });

  it('gives up on an answer with digits that never ends, and on one that says "not now"', async () => {
    const asked = { method: 'POST', path: '/x/_search', body: {} } as const;
    const frozen = await aServer(({ head }) => head(200));
    const late = frozen.transport.request(asked, { keepDigits: true, timeoutMs: 200 });
    await expect(late).rejects.toThrow(StoreUnavailable);
    await frozen.close();
    const busy = await aServer(answering(429, { error: { type: 'rejected_execution_exception' } }));
    await expect(busy.transport.request(asked, { keepDigits: true })).rejects.toThrow(StoreUnavailable);
    await busy.close();
  });

  it('gives up on a node that takes the request and says nothing', async () => {
    const started = Date.now();
    const failure = await fails(() => undefined, 150);
    expect(failure.message).toContain('POST /x/_bulk');
    expect(Date.now() - started).toBeLessThan(1_000);
  });

  it('gives up on a node that freezes in the middle of its answer', async () => {
    const failure = await fails(({ head }) => head(200), 150);
    expect(failure.message).toBe('OpenSearch did not answer POST /x/_bulk within 150 ms');
  });

  it('does not wait longer for a node that answers bit by bit', async () => {
    const failure = await fails(({ head, end }) => {
      head(200);
      setTimeout(() => end('{}'), 600).unref();
    }, 200);
    expect(failure.message).toContain('within 200 ms');
  });

  it('says who is not there, with the cause and without credentials', async () => {
    server = await aServer(answering(200, {}));
    await server.goAway();
    const failure: unknown = await server.transport.request(request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailable);
    const { message, cause } = failure as StoreUnavailable & { cause: Error };
    expect(message).toContain('did not answer POST /x/_bulk');
    expect(cause.name).toBe('ConnectionError');
    expect(JSON.stringify([message, cause, Object.entries(cause)])).not.toMatch(/hunter2|authorization/i);
  });

  it('takes what is no JSON, such as the page of a proxy, for no answer', async () => {
    await fails(({ head, end }) => {
      head(200);
      end('{"half":');
    });
  });

  it('lets mistakes of this code through', async () => {
    const client: OpenSearchClient = { transport: { request: () => Promise.reject(new TypeError('a bug')) } };
    await expect(clientTransport(client).request(request)).rejects.toThrow(TypeError);
  });
});
