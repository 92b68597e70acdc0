import { readFileSync, statSync, readdirSync } from 'fs';
import { join } from 'path';
import type { Readable } from 'stream';
import { text } from 'stream/consumers';
import type { ContainmentView } from '../../common/api/views';
import type { StatusView } from '../../common/api/routes';
import type { OpenSearchRequest, OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { ClusterUsers } from '../../server/hosts/standalone/cluster_users';
import { ROLES } from '../../server/hosts/standalone/node/secure/roles';
import { SERVICE_USER, USERS } from '../../server/hosts/standalone/node/secure/accounts';
import { knownSecurity } from '../../server/hosts/standalone/security_memory';
import { rightsSettings } from '../../server/hosts/settings/rights';
import { wire } from '../../server/wiring';
import { temporaryFolder } from '../contracts/temporary_folder';
import { BareHost } from '../demo/bare_host';
import { securedNode, type SecuredNode } from '../targets/secured_node';
import { until } from '../targets/until';

/*
 * The roles of `roles/` at the real security plugin, on a node as `npm start -- --secure` starts it: what each must be
 * able to do, and that it can do nothing more. In the order of the tests.
 */

jest.setTimeout(300_000);

const API = '/_plugins/_security/api';
const ADDRESS = '203.0.113.7';
const POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-listed-source, title: Block listed sources, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "watchlist" && event.confidence > 0.8
  then: { action: block_ip, target: { ip: event.source.ip }, connector: deny, ttl: 30m }
  rollback: { action: unblock_ip }
`;
/** An index of records that is not append-only: there it is the role alone that refuses. */
const LOOSE = 'reflex-audit-2019.01';
const DEVICE_TOKEN = 'token-of-the-firewall-that-fetches';
const FEED = {
  name: 'deny',
  kind: 'feed',
  parameters: {
    entries: 'addresses',
    most_entries: 100,
    poll_s: 5,
    devices: { edge: { token: { secret: 'list-edge' }, format: 'text' } },
  },
};

let node: SecuredNode;
let service: OpenSearchTransport;
beforeAll(async () => {
  process.env.REFLEX_SECRET_LIST_EDGE = DEVICE_TOKEN;
  node = await securedNode();
  service = node.as(SERVICE_USER);
});
afterAll(async () => {
  delete process.env.REFLEX_SECRET_LIST_EDGE;
  await node?.dispose();
});

const ask = async (transport: OpenSearchTransport, request: OpenSearchRequest) =>
  transport.request(request, { timeoutMs: 30_000, anyAnswer: true });

const statusOf = async (transport: OpenSearchTransport, request: OpenSearchRequest): Promise<number> => {
  const { status, body } = await ask(transport, request);
  // A bulk is answered as a whole; each of its items was judged by itself.
  const [item] = (body as { items?: ReadonlyArray<Record<string, { status: number }>> } | null)?.items ?? [];
  return item === undefined ? status : (Object.values(item)[0]?.status ?? status);
};

const put = async (what: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
  const { status } = await ask(node.admin, { method: 'PUT', path: `${API}/${what}`, body });
  expect(status).toBeLessThan(300);
};

const PASSWORD = 'a-Long-enough_passphrase-71';
/** A user with one role, of this test alone. */
const userWith = async (name: string, role: string): Promise<OpenSearchTransport> => {
  await put(`internalusers/${name}`, { password: PASSWORD });
  const { body } = await ask(node.admin, { method: 'GET', path: `${API}/rolesmapping/${role}` });
  const users = (body as Readonly<Record<string, { users?: readonly string[] }>>)[role]?.users ?? [];
  await put(`rolesmapping/${role}`, { users: [...users, name] });
  return node.as(name, PASSWORD);
};

const bulk = (action: object, source?: object): OpenSearchRequest => ({
  method: 'POST',
  path: '/_bulk',
  bulkBody: [action, source].flatMap((each) => (each === undefined ? [] : [`${JSON.stringify(each)}\n`])).join(''),
});

describe('the node with users', () => {
  it('lets nobody in without a password, and speaks nothing but TLS', async () => {
    expect(await statusOf(node.as('reader', 'wrong'), { method: 'GET', path: '/' })).toBe(401);
    await expect(fetch(node.url.replace('https:', 'http:'))).rejects.toThrow();
  });

  it('keeps each secret in a file that its owner alone reads, and none in its own logs and configuration', () => {
    const files = [...readdirSync(node.secureFolder), ...Object.keys(USERS).map((user) => join('users', user))];
    const modes = files.map((file) => statSync(join(node.secureFolder, file)).mode & 0o777);
    expect([...new Set(modes)].sort()).toEqual([0o600, 0o700]);
    const place = join(node.secureFolder, '..', 'node');
    const contents = ['logs', 'config', 'config/opensearch-security'].flatMap((folder) =>
      readdirSync(join(place, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => readFileSync(join(place, folder, name), 'latin1')),
    );
    expect(contents.length).toBeGreaterThan(5);
    for (const user of Object.keys(USERS))
      expect(contents.filter((content) => content.includes(node.passwordOf(user)))).toEqual([]);
  });

  it('has the roles as their files say', async () => {
    for (const [name, role] of Object.entries(ROLES)) {
      const { body } = await ask(node.admin, { method: 'GET', path: `${API}/roles/${name}` });
      const found = (body as Readonly<Record<string, object>>)[name];
      expect(found).toMatchObject({
        cluster_permissions: role.cluster_permissions,
        index_permissions: role.index_permissions.map((each) => ({ ...each })),
      });
    }
  });
});

describe('Reflex as its technical user', () => {
  const temporary = temporaryFolder();
  afterAll(() => temporary.remove());
  const told: string[] = [];
  let host: BareHost;
  let ended: () => Promise<unknown> = () => Promise.resolve();
  afterAll(() => ended());

  const as = async (user: string, method: 'get' | 'post' | 'put', path: string, body: unknown = {}) => {
    const headers = { authorization: node.authorizationOf(user) };
    return host.call<Record<string, unknown>>(method, `/api/reflex${path}`, { body, headers });
  };
  const entries = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${DEVICE_TOKEN}` };
    const { status, body } = await host.call<Readable>('get', '/api/reflex/lists/deny', { headers });
    return status === 200 ? text(body) : `${status}`;
  };

  it('starts, with nothing but its role', async () => {
    const users = new ClusterUsers({
      transport: service,
      rights: rightsSettings(),
      memory: knownSecurity('there'),
      ownName: SERVICE_USER,
    });
    host = new BareHost({
      transport: service,
      dataFolder: temporary.folder,
      demo: false,
      settings: { connectors: [FEED] },
    });
    const note = (message: string, details: object = {}): void =>
      void told.push(`${message} ${JSON.stringify(details)}`);
    const wired = wire({
      ...host.parts,
      log: { ...host.parts.log, warn: note, error: note },
      identify: ({ headers: { authorization } }) =>
        typeof authorization === 'string' && authorization.startsWith('Basic ')
          ? users.identify(authorization, { fresh: true })
          : Promise.resolve(undefined),
    });
    ended = wired.stop;
    await wired.start();
    await until(
      'it is ready',
      async () => {
        const { body } = await host.call<StatusView>('get', '/api/reflex/status');
        return !body.loading;
      },
      { withinMs: 120_000 },
    );
  });

  it('has a policy written by one user, approved by another, and released', async () => {
    const drafted = await as('author', 'put', '/policies/drafts/block-listed-source', { source: POLICY });
    expect([drafted.status, drafted.body, told]).toEqual([200, expect.anything(), told]);
    const proposed = await as('author', 'post', '/policies/candidates', { changelog: 'block what is listed' });
    const { id, digest } = proposed.body as { id: string; digest: string };
    const word = { reason: 'looked at it', digest };
    expect((await as('author', 'post', `/policies/candidates/${id}/approve`, word)).status).toBe(403);
    expect((await as('reader', 'post', `/policies/candidates/${id}/approve`, word)).status).toBe(403);
    expect((await as('approver', 'post', `/policies/candidates/${id}/approve`, word)).status).toBe(200);
    const released = await as('author', 'post', `/policies/candidates/${id}/release`);
    expect([released.status, released.body]).toEqual([200, expect.anything()]);
    await until('the policy', async () => (await as('reader', 'get', '/policies')).body.version === 2, {
      withinMs: 60_000,
    });
  });

  it('decides an event, contains, is lifted by a person, and keeps record of all of it', async () => {
    await until('the list', async () => (await entries()) === '', { withinMs: 60_000, seen: entries });
    const token = readFileSync(join(temporary.folder, 'intake-token'), 'utf8').trim();
    const event = {
      event_id: 'listed-1',
      timestamp: new Date().toISOString(),
      severity: 'medium',
      confidence: 0.95,
      source: { ip: ADDRESS },
      rule: { id: 'listed', origin: 'watchlist', status: 'stable' },
    };
    const sent = await host.call('post', '/api/reflex/events', {
      body: JSON.stringify(event),
      headers: { authorization: `Bearer ${token}` },
    });
    expect(sent.status).toBe(202);
    await until('the entry', async () => (await entries()) === `${ADDRESS}\n`, { withinMs: 60_000, everyMs: 1_000 });
    const { body } = await as('reader', 'get', '/containments');
    const [found] = (body as { containments: readonly ContainmentView[] }).containments;
    const lift = `/containments/${encodeURIComponent(found?.effect_id ?? '')}/lift`;
    expect((await as('reader', 'post', lift, { reason: 'not mine to lift' })).status).toBe(403);
    expect((await as('responder', 'post', lift, { reason: 'it was ours' })).status).toBe(200);
    await until('the entry to go', async () => (await entries()) === '', { withinMs: 60_000, everyMs: 1_000 });
    for (const family of ['decisions', 'actions', 'audit'])
      await until(
        `records of ${family}`,
        async () => {
          const found = await ask(service, { method: 'POST', path: `/reflex-${family}-*/_search`, body: { size: 0 } });
          return ((found.body as { hits?: { total: { value: number } } }).hits?.total.value ?? 0) > 0;
        },
        { withinMs: 60_000, everyMs: 1_000 },
      );
  });

  it('was refused nothing on the way, and its own look at Set-up says so', async () => {
    expect(told.filter((line) => /security_exception|no permissions|403/.test(line))).toEqual([]);
    const { status, body } = await as('keeper', 'post', '/setup/check');
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('role_enough');
  });

  describe('may do nothing else', () => {
    let evidence: string;
    let record: string;
    beforeAll(async () => {
      const { body } = await ask(service, { method: 'POST', path: '/reflex-audit-*/_search', body: { size: 1 } });
      const [hit] = (body as { hits: { hits: ReadonlyArray<{ _index: string; _id: string }> } }).hits.hits;
      [evidence, record] = [hit?._index ?? '', hit?._id ?? ''];
      await ask(node.admin, { method: 'PUT', path: '/hr-payroll', body: {} });
      const settings = { 'index.append_only.enabled': false };
      await ask(node.admin, { method: 'PUT', path: `/${LOOSE}`, body: { settings } });
      expect(await statusOf(service, bulk({ create: { _index: LOOSE, _id: 'one' } }, { verb: ['approve'] }))).toBe(201);
    });

    const refused: ReadonlyArray<readonly [string, () => OpenSearchRequest]> = [
      ['delete a record, where its index would let it', () => bulk({ delete: { _index: LOOSE, _id: 'one' } })],
      [
        'change a record, where its index would let it',
        () => bulk({ update: { _index: LOOSE, _id: 'one' } }, { doc: { verb: ['eve'] } }),
      ],
      ['delete an index of records', () => ({ method: 'DELETE', path: `/${evidence}` })],
      [
        'let records be changed again',
        () => ({ method: 'PUT', path: `/${evidence}/_settings`, body: { 'index.append_only.enabled': false } }),
      ],
      ['close an index of records', () => ({ method: 'POST', path: `/${evidence}/_close` })],
      ['delete the state', () => ({ method: 'DELETE', path: '/reflex-state' })],
      ['close the state', () => ({ method: 'POST', path: '/reflex-state/_close' })],
      ['copy the state elsewhere', () => ({ method: 'PUT', path: '/reflex-state/_clone/mine', body: {} })],
      ['read what is not its own', () => ({ method: 'POST', path: '/hr-payroll/_search', body: {} })],
      ['write what is not its own', () => ({ method: 'POST', path: '/hr-payroll/_doc', body: { a: 1 } })],
      ['make an index of another name', () => ({ method: 'PUT', path: '/not-reflex', body: {} })],
      ['make an index of a name like its own', () => ({ method: 'PUT', path: '/reflex-statement', body: {} })],
      [
        'change the cluster',
        () => ({
          method: 'PUT',
          path: '/_cluster/settings',
          body: { persistent: { 'action.destructive_requires_name': false } },
        }),
      ],
      ['see all users', () => ({ method: 'GET', path: `${API}/internalusers` })],
      [
        'give itself a role',
        () => ({ method: 'PUT', path: `${API}/rolesmapping/all_access`, body: { users: ['reflex'] } }),
      ],
      ['read where the plugin keeps its users', () => ({ method: 'GET', path: '/.opendistro_security/_search' })],
      [
        'take a snapshot',
        () => ({ method: 'PUT', path: '/_snapshot/mine', body: { type: 'fs', settings: { location: 'x' } } }),
      ],
    ];

    it.each(refused)('not %s', async (_, request) => {
      expect(await statusOf(service, request())).toBe(403);
    });

    it('not write over a record: the role cannot say so, and the index does', async () => {
      const over = (_index: string, _id: string) =>
        statusOf(service, bulk({ index: { _index, _id } }, { verb: ['eve'] }));
      expect(await over(LOOSE, 'one')).toBe(200);
      for (const action of [
        bulk({ index: { _index: evidence, _id: record } }, { verb: ['eve'] }),
        bulk({ update: { _index: evidence, _id: record } }, { doc: { verb: ['eve'] } }),
        bulk({ delete: { _index: evidence, _id: record } }),
      ])
        expect(await statusOf(service, action)).toBe(400);
      await ask(service, { method: 'POST', path: `/${evidence}/_refresh` });
      const found = await ask(service, {
        method: 'POST',
        path: '/_mget',
        body: { docs: [{ _index: evidence, _id: record }] },
      });
      expect(found.body).toMatchObject({ docs: [{ found: true }] });
      expect(JSON.stringify(found.body)).not.toContain('eve');
    });
  });
});

describe('the roles of people', () => {
  const people = Object.entries(USERS).filter(([user]) => user !== SERVICE_USER);

  it.each(people)('%s is known by the role %s and reaches no data', async (user, role) => {
    const own = node.as(user);
    const { body } = await ask(own, { method: 'GET', path: '/_plugins/_security/authinfo' });
    expect((body as { roles: readonly string[] }).roles).toEqual([role]);
    const tries: readonly OpenSearchRequest[] = [
      { method: 'POST', path: '/reflex-state/_search', body: {} },
      { method: 'DELETE', path: '/reflex-state' },
      { method: 'PUT', path: '/reflex-mine', body: {} },
      { method: 'GET', path: '/_cluster/health' },
      { method: 'GET', path: `${API}/internalusers` },
      bulk({ create: { _index: 'reflex-state', _id: 'x' } }, {}),
    ];
    const statuses = await Promise.all(tries.map((request) => statusOf(own, request)));
    expect(statuses).toEqual(tries.map(() => 403));
    // Whoever may see none of what a pattern names is told that there is nothing.
    const all = await ask(own, { method: 'POST', path: '/reflex-*/_search', body: {} });
    expect(all.status === 403 || JSON.stringify(all.body).includes('"hits":[]')).toBe(true);
  });
});

describe('the role that deletes', () => {
  it('deletes a whole index of records, and neither reads nor writes one', async () => {
    const retention = await userWith('sweeper', 'reflex_retention');
    const old = '/reflex-decisions-2020.01.01';
    expect((await ask(service, { method: 'PUT', path: old, body: {} })).status).toBe(200);
    expect(await statusOf(retention, { method: 'POST', path: `${old}/_search`, body: {} })).toBe(403);
    expect(await statusOf(retention, bulk({ create: { _index: old.slice(1), _id: 'x' } }, {}))).toBe(403);
    expect(await statusOf(retention, { method: 'DELETE', path: '/reflex-state' })).toBe(403);
    expect(await statusOf(retention, { method: 'DELETE', path: '/reflex-bundles' })).toBe(403);
    expect(await statusOf(service, { method: 'DELETE', path: old })).toBe(403);
    expect(await statusOf(retention, { method: 'DELETE', path: old })).toBe(200);
  });
});

describe('the indices as system indices', () => {
  it('are out of reach even for who may do everything', async () => {
    const root = await userWith('root-like', 'all_access');
    expect(await statusOf(root, { method: 'GET', path: '/_cluster/health' })).toBe(200);
    const tries: readonly OpenSearchRequest[] = [
      { method: 'DELETE', path: `/${LOOSE}` },
      bulk({ delete: { _index: LOOSE, _id: 'one' } }),
      { method: 'PUT', path: `/${LOOSE}/_settings`, body: { 'index.blocks.write': true } },
      { method: 'POST', path: `/${LOOSE}/_search`, body: {} },
    ];
    expect(await Promise.all(tries.map((request) => statusOf(root, request)))).toEqual(tries.map(() => 403));
  });

  it('are read as they were refreshed last, which is why the state is none of them', async () => {
    const mget = (_index: string) => ({
      method: 'POST' as const,
      path: '/_mget',
      body: { docs: [{ _index, _id: 'new' }] },
    });
    const foundIn = async (index: string): Promise<unknown> =>
      ((await ask(service, mget(index))).body as { docs: ReadonlyArray<{ found: boolean }> }).docs[0]?.found;
    await ask(service, { method: 'POST', path: `/${LOOSE}/_refresh` });
    expect(await statusOf(service, bulk({ create: { _index: LOOSE, _id: 'new' } }, { verb: ['approve'] }))).toBe(201);
    expect(await foundIn(LOOSE)).toBe(false);
    const state = { kind: 'probe', facets: {} };
    expect(await statusOf(service, bulk({ index: { _index: 'reflex-state', _id: 'new' } }, state))).toBe(201);
    expect(await foundIn('reflex-state')).toBe(true);
  });
});
