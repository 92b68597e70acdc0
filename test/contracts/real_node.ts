import { randomBytes } from 'crypto';
import { Client } from '@opensearch-project/opensearch';
import { clientTransport, type OpenSearchTransport } from '../../server/adapters/opensearch/transport';

/** Where the tests that need a real OpenSearch find one. */
export const NODE_URL = process.env.REFLEX_TEST_OPENSEARCH ?? 'http://127.0.0.1:19200';

export interface RealNode {
  readonly transport: OpenSearchTransport;
  /** Begins the name of every index of this test alone. */
  readonly prefix: string;
  /** Deletes every index and template with that prefix. */
  readonly dispose: () => Promise<void>;
}

const namesOf = async (transport: OpenSearchTransport, prefix: string): Promise<string[]> => {
  const { body } = await transport.request({
    method: 'GET',
    path: `/_resolve/index/${prefix}*`,
    querystring: { expand_wildcards: 'all' },
  });
  return ((body as { indices?: ReadonlyArray<{ name: string }> }).indices ?? []).map(({ name }) => name);
};

/** A place of its own on the real node. */
export const realNode = async (url = NODE_URL): Promise<RealNode> => {
  const client = new Client({ node: url });
  const transport = clientTransport(client);
  const prefix = `reflex-test-${randomBytes(6).toString('hex')}-`;
  await transport.request({ method: 'GET', path: '/' }).catch((cause: unknown) => {
    throw new Error(`no OpenSearch answers at ${url}; start one, or name one in REFLEX_TEST_OPENSEARCH`, { cause });
  });
  return {
    transport,
    prefix,
    dispose: async () => {
      for (const name of await namesOf(transport, prefix))
        await transport.request({ method: 'DELETE', path: `/${name}` }, { timeoutMs: 30_000 });
      await transport.request({ method: 'DELETE', path: `/_index_template/${prefix}*` }, { timeoutMs: 30_000 });
      await client.close();
    },
  };
};
