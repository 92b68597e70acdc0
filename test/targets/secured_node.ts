import { Client } from '@opensearch-project/opensearch';
import { mkdtempSync, chmodSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { clientTransport, type OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { securedAgent } from '../../server/hosts/standalone/node/secure/secured_agent';

/** A real OpenSearch node with the security plugin, as `npm start -- --secure` starts it. */
export interface SecuredNode {
  readonly url: string;
  readonly ca: string;
  readonly passwordOf: (user: string) => string;
  /** As one of its users. */
  readonly as: (user: string, password?: string) => OpenSearchTransport;
  /** With the admin's certificate. */
  readonly admin: OpenSearchTransport;
  readonly authorizationOf: (user: string, password?: string) => string;
  /** Files of its users and certificates. */
  readonly secureFolder: string;
  readonly dispose: () => Promise<void>;
}

type StartNode = (
  folder: string,
  options: { readonly secure: boolean; readonly heap: string },
) => Promise<{ readonly url: string; readonly end: () => Promise<void> }>;

const { startNode } = jest.requireActual<{ readonly startNode: StartNode }>('../../scripts/test/node');

/** One that runs already may be named: its start takes half a minute. `<address> <data folder>` */
const running = (): { readonly url: string; readonly data: string; readonly end: () => Promise<void> } | undefined => {
  const [url, data] = (process.env.REFLEX_TEST_SECURED ?? '').split(' ');
  return url === undefined || data === undefined ? undefined : { url, data, end: () => Promise.resolve() };
};

const started = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-secured-'));
  // Its node runs as another user than root.
  chmodSync(folder, 0o755);
  const { url, end } = await startNode(folder, { secure: true, heap: '512m' });
  return {
    url,
    data: join(folder, 'node'),
    end: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Starts it, or takes the one that the environment names. */
export const securedNode = async (): Promise<SecuredNode> => {
  const { url, data, end } = running() ?? (await started());
  const secureFolder = join(data, 'secure');
  const text = (name: string): string => readFileSync(join(secureFolder, name), 'utf8');
  const ca = text('ca.pem');
  const closers: Array<() => Promise<void>> = [];
  const clientOf = (tls: { readonly cert?: string; readonly key?: string }): Client => {
    const agent = securedAgent({ ca, ...tls });
    const client = new Client({ node: url, agent: () => agent });
    closers.push(async () => {
      await client.close();
      agent.destroy();
    });
    return client;
  };
  const admin = clientTransport(clientOf({ cert: text('admin.pem'), key: text('admin.key') }));
  // One that ran before begins anew.
  const { body } = await admin.request({ method: 'GET', path: '/_cat/indices/reflex-*?format=json' });
  for (const { index } of body as ReadonlyArray<{ readonly index: string }>)
    await admin.request({ method: 'DELETE', path: `/${index}` }, { timeoutMs: 30_000 });
  const plain = clientOf({});
  const passwordOf = (user: string): string => text(join('users', user)).trim();
  const authorizationOf = (user: string, password = passwordOf(user)): string => basic(user, password);
  return {
    url,
    ca,
    secureFolder,
    passwordOf,
    authorizationOf,
    as: (user, password) => clientTransport(plain, () => authorizationOf(user, password)),
    admin,
    dispose: async () => {
      for (const close of closers) await close();
      await end();
    },
  };
};
