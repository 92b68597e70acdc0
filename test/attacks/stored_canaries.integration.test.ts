import { createHash, randomBytes } from 'crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { createServer as createTls } from 'https';
import type { IncomingMessage, ServerResponse } from 'http';
import { join } from 'path';
import { METRICS_PATH, ROUTES } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ClusterLogin } from '../../server/hosts/cluster_login';
import type { Wired } from '../../server/hosts/host_parts';
import type { Log } from '../../server/runner/ports';
import { wire } from '../../server/wiring';
import { csvOf, ndjsonOf } from '../../public/pages/decisions/csv';
import { anEvent } from '../builders/events';
import { vouchFor } from '../builders/vouch';
import { realNode, type RealNode } from '../contracts/real_node';
import { temporaryFolder } from '../contracts/temporary_folder';
import { BareHost } from '../demo/bare_host';
import { withOwnNames } from '../demo/own_names';
import { blockServerParameters } from '../targets/block_server';
import { testAuthority } from '../targets/certificate';
import { bodyOf, httpServer, listenOnLoopback } from '../targets/loopback_server';
import { until } from '../targets/until';

/*
 * X12 over the real thing: the whole of Reflex on a real OpenSearch, with another canary in every place where a secret
 * may be. Acts succeed, fail, and are answered with all that was sent, with errors and with redirects; then every
 * document of every index is read, with the mappings and templates, and the log, all answers, exports, the metrics and
 * the disk. That each canary was really sent, or really stored, is looked at as well: else the look proves nothing.
 */

jest.setTimeout(60_000);

const authority = testAuthority();
const client = authority.issue('reflex');
/** Letters that are written otherwise in addresses, JSON and base64. */
const canary = (name: string): string => `CANARY-${name}-${randomBytes(6).toString('hex')}/+&="x"~`;

/** One in each kind of place; `stored` and `rotated` are written through the API. */
const C = {
  file: canary('file'),
  folder: canary('folder'),
  keystore: canary('keystore'),
  environment: canary('environment'),
  stored: canary('stored'),
  rotated: canary('rotated'),
  refused: canary('refused'),
  gitToken: canary('git-token'),
  outcome: canary('outcome'),
  sign: canary('sign'),
  search: canary('search-password'),
} as const;
const LONG_TOKEN = canary('long-token');
const WRONG_TOKEN = canary('wrong-token');
const SEALING_KEY = randomBytes(32).toString('base64');
const TLS_KEY_LINES = client.key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));
const MARK = 'a-mark-that-is-no-secret';

const formsOf = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
  Buffer.from(`reflex:${text}`).toString('base64').replace(/=+$/, '').slice(12, -1),
  Buffer.from(text).toString('base64url').slice(0, -1),
  Buffer.from(text).toString('hex'),
];

/** As systems say it again: JSON within their own JSON, base64 to its end. */
const saidOf = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  Buffer.from(text).toString('base64'),
  Buffer.from(`reflex:${text}`).toString('base64'),
  Buffer.from(text).toString('base64url'),
  Buffer.from(text).toString('hex'),
];

/** All that is looked for, by name; tokens that are minted come to it. */
const sought = new Map<string, readonly string[]>([
  ...Object.entries(C).map(([name, text]): [string, readonly string[]] => [name, formsOf(text)]),
  ['long token', formsOf(LONG_TOKEN)],
  ['wrong token', formsOf(WRONG_TOKEN)],
  ['key that seals', [SEALING_KEY, Buffer.from(SEALING_KEY, 'base64').toString('hex')]],
  ...TLS_KEY_LINES.map((line, index): [string, readonly string[]] => [`TLS key, line ${index}`, [line]]),
]);
/** What is found, by name, with what stands around it. */
const foundIn = (text: string): readonly string[] =>
  [...sought].flatMap(([name, forms]) =>
    forms.flatMap((form) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [`${name}: …${text.slice(Math.max(0, at - 60), at + form.length + 20)}…`];
    }),
  );

const arrived: string[] = [];
const hasArrived = (name: keyof typeof C): boolean =>
  arrived.some((each) => each.includes(C[name]) || each.includes(JSON.stringify(C[name]).slice(1, -1)));

const basicIn = (value: string): readonly string[] => {
  const basic = /^Basic (.+)$/.exec(value)?.[1];
  return basic === undefined ? [value] : [value, Buffer.from(basic, 'base64').toString()];
};

let answersWith: 'success' | 'error' | 'redirect' = 'success';
const blocks = new Set<string>();

/** A firewall that says again all that it was sent, in every form, whatever it answers. */
const telling = (request: IncomingMessage, response: ServerResponse): void =>
  void bodyOf(request).then((body) => {
    const values = [...Object.values(request.headers).flatMap((each) => each ?? []), body].flatMap(basicIn);
    arrived.push(...values);
    const secrets = values.filter((value) => value.includes('CANARY'));
    const all = `${MARK} ${secrets.flatMap(saidOf).join(' ')}`;
    const answer = {
      message: all,
      state: 'blocked',
      detail: all,
      revision: secrets[0]?.slice(0, 250) ?? 'r1',
      blocks: [],
    };
    const reply = (status: number): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-said': encodeURIComponent(all).slice(0, 4_000),
        ...(status === 302
          ? { location: `https://elsewhere.example/?${encodeURIComponent(all).slice(0, 2_000)}` }
          : {}),
      });
      response.end(JSON.stringify(answer));
    };
    const tag = decodeURIComponent(request.url?.split('/')[3] ?? '');
    if (request.url === '/v1/blocks' && request.method === 'GET') return reply(200);
    if (answersWith !== 'success') return reply(answersWith === 'error' ? 500 : 302);
    if (request.method === 'POST') blocks.add((JSON.parse(body) as { tag: string }).tag);
    if (request.method === 'DELETE') return reply(blocks.delete(tag) ? 200 : 404);
    return reply(request.method === 'GET' && !blocks.has(tag) ? 404 : 200);
  });

/** What a target says of a revision goes on record as it is, to compare it when the effect is undone. */
const parametersOf = (url: string, headers: object, tls = {}) => {
  const { actions, ...rest } = blockServerParameters(url);
  return {
    ...rest,
    timeouts: { connect_ms: 5_000, total_ms: 5_000 },
    headers,
    actions: { block_ip: { ...actions.block_ip, unchanged: { sent: '/revision', now: '/revision' } } },
    ...tls,
  };
};

const policyOf = (connector: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: canary-${connector}, title: Block what carries this mark, owner: soc }
spec:
  layer: action
  mode: enforce
  when: "'${connector}' in event.tags"
  then: { action: block_ip, target: { ip: event.source.ip }, connector: ${connector}, ttl: 30m }
  rollback: { action: unblock_ip }
`;
const CONNECTORS = ['by-file', 'by-folder', 'by-keystore', 'by-environment', 'by-stored'] as const;

/** Where the firewalls are. */
interface Addresses {
  readonly url: string;
  readonly secureUrl: string;
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

describe('canaries in every place of a whole Reflex on a real OpenSearch', () => {
  const disk = temporaryFolder();
  const keep = temporaryFolder();
  const etc = temporaryFolder();
  const places = new Map<string, string>();
  const lines: string[] = [];
  const closing: Array<() => unknown> = [];
  let node: RealNode;
  let host: BareHost;
  let wired: Wired;
  let login: ClusterLogin;
  let user = 'ana';

  const ask = async (
    method: 'get' | 'post' | 'put',
    path: string,
    body: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ) => host.call<Record<string, unknown>>(method, `/api/reflex${path}`, { body, headers });
  const must = async (...args: Parameters<typeof ask>): Promise<Record<string, unknown>> => {
    const { status, body } = await ask(...args);
    if (status >= 300) throw new Error(`${args.slice(0, 2).join(' ')} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const asUser = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    user = name;
    try {
      return await work();
    } finally {
      user = 'ana';
    }
  };
  let count = 0;
  const report = async (tag: string, token = LONG_TOKEN): Promise<number> => {
    count += 1;
    const source = { ip: `203.0.113.${count}` };
    const event = anEvent({ event_id: `e${count}`, timestamp: iso(Date.now()), tags: [tag], source });
    const headers = { authorization: `Bearer ${token}` };
    return (await ask('post', '/events', JSON.stringify(event), headers)).status;
  };
  const acts = async () => JSON.stringify((await ask('get', '/acts?limit=100')).body);

  const release = async (): Promise<void> => {
    for (const name of CONNECTORS) await must('put', `/policies/drafts/canary-${name}`, { source: policyOf(name) });
    const made = await must('post', '/policies/candidates', { changelog: 'for the canaries' });
    const word = { reason: 'read it', digest: made.digest };
    for (const name of ['ben', 'carl'])
      await asUser(name, () => ask('post', `/policies/candidates/${String(made.id)}/approve`, word));
    await must('post', `/policies/candidates/${String(made.id)}/release`);
  };

  const settingsOf = ({ url, secureUrl, git }: Addresses & { readonly git?: object }): object => {
    const key = (secret: string) => ({ 'X-Api-Key': { secret } });
    const tls = { tls: { ca: authority.ca, cert: { secret: 'tls-cert' }, key: { secret: 'tls-key' } } };
    const basic = { Authorization: { basic: { user: 'reflex', password: { secret: 'stored:edge' } } } };
    return {
      secrets: [
        { name: 'in-file', file: join(etc.folder, 'in-file') },
        { name: 'search', file: join(etc.folder, 'search') },
      ],
      secrets_folder: keep.folder,
      keystore: { 'in-keystore': C.keystore },
      secret_keys: [{ id: 'one', secret: 'seal' }],
      opensearch: { hosts: ['https://127.0.0.1:1'], username: 'reflex', password_secret: 'search' },
      breakers: { connector: { error_percent: 100 } },
      connectors: [
        { name: 'by-file', kind: 'rest', parameters: parametersOf(url, key('in-file')) },
        { name: 'by-folder', kind: 'rest', parameters: parametersOf(url, key('in-folder')) },
        { name: 'by-keystore', kind: 'rest', parameters: parametersOf(url, key('in-keystore')) },
        { name: 'by-environment', kind: 'rest', parameters: parametersOf(secureUrl, key('canary-in-env'), tls) },
        { name: 'by-stored', kind: 'rest', parameters: parametersOf(url, basic) },
      ],
      policies: { release: { backtest: 'optional' }, ...(git && { git }) },
      intake: {
        vouch: vouchFor(['webhook:siem']),
        tokens: [
          { name: 'siem', sha256: createHash('sha256').update(LONG_TOKEN).digest('hex'), may: ['intake', 'ask'] },
        ],
        webhooks: [{ name: 'edr', auth: { signature: { secret: 'sign' } } }],
        outcomes: [
          {
            source: 'webhook:siem',
            webhook: { url: `${url}/o`, allow_addresses: ['127.0.0.1'], auth: { secret: 'outcome' } },
          },
        ],
      },
    };
  };

  const begin = async (settings: object): Promise<void> => {
    const transport = withOwnNames(node.transport, node.prefix);
    host = new BareHost({ transport, dataFolder: disk.folder, demo: false, settings });
    const note =
      (level: string): Log['info'] =>
      (message, details) =>
        void lines.push(JSON.stringify([level, message, details]));
    const { settings: read } = host.parts;
    login = new ClusterLogin(read.opensearch, { places: read, env: process.env });
    const may = ['read', 'respond', 'approve', 'author', 'admin'] as const;
    wired = wire({
      ...host.parts,
      log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
      identify: () => Promise.resolve({ name: user, may, singleUser: false }),
      watchSecrets: (hide) => login.watch(hide),
    });
    await wired.start();
  };

  beforeAll(async () => {
    const put = (folder: string, files: Readonly<Record<string, string>>): void => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    };
    put(etc.folder, { 'in-file': C.file, search: C.search });
    put(keep.folder, {
      'in-folder': C.folder,
      'tls-cert': client.cert,
      'tls-key': client.key,
      ...{ git: C.gitToken, outcome: C.outcome, sign: C.sign, seal: SEALING_KEY },
    });
    process.env.REFLEX_SECRET_CANARY_IN_ENV = C.environment;
    node = await realNode();
    const plain = await httpServer(telling);
    const git = await httpServer((request, response) => {
      answersWithSecret(request, response);
    });
    const secure = createTls({ ...authority.issue('fw.example'), requestCert: true, ca: authority.ca }, telling);
    const port = await listenOnLoopback(secure);
    closing.push(plain.close, git.close, () => {
      secure.closeAllConnections();
      secure.close();
    });
    const addresses = { url: plain.url, secureUrl: `https://127.0.0.1:${port}` };
    await begin(settingsOf(addresses));
    await storeOne();
    await release();
    await wired.stop();
    // A remote that takes nothing would keep the policies from being released.
    await begin(settingsOf({ ...addresses, git: { remote: `${git.url}/p.git`, token_secret: 'git', poll: '1s' } }));
    await act();
    await collect();
  });
  afterAll(async () => {
    delete process.env.REFLEX_SECRET_CANARY_IN_ENV;
    await wired?.stop();
    for (const close of closing) await close();
    await node?.dispose();
    for (const each of [disk, keep, etc]) each.remove();
  });

  /** A remote that refuses, and says with what somebody came. */
  const answersWithSecret = (request: IncomingMessage, response: ServerResponse): void => {
    const said = Object.values(request.headers).flatMap((each) => [each ?? []].flat().flatMap(basicIn));
    arrived.push(...said);
    response.writeHead(403, { 'content-type': 'text/plain' }).end(`${MARK} ${said.join(' ')}`);
  };

  const storeOne = async (): Promise<void> => {
    const wish = { version: 0, value: C.stored, reason: 'the firewall is new' };
    await until('the stored secrets are read', async () => (await ask('put', '/secrets/edge', wish)).status === 200, {
      withinMs: 15_000,
    });
    await ask('put', '/secrets/edge', { version: 0, value: C.refused, reason: 'seen too late' });
    await ask('put', '/secrets/Edge', { version: 0, value: C.refused, reason: 'a name that is none' });
    await ask('put', '/secrets/edge', { version: 1, value: [C.refused], reason: 'no text' });
    // The agent begins anew with the connector that waited for it.
    await until(
      'its connector is there',
      async () => JSON.stringify((await ask('get', '/status')).body).includes('"by-stored"'),
      {
        withinMs: 20_000,
        seen: () => ask('get', '/status'),
      },
    );
    await until('it is ready', async () => (await ask('get', '/policies')).status === 200, { withinMs: 20_000 });
  };

  const act = async (): Promise<void> => {
    await until('the connector is there at once', async () =>
      JSON.stringify((await ask('get', '/status')).body).includes('"by-stored"'),
    );
    const minted = await must('post', '/tokens/mint', {}, { authorization: `Bearer ${LONG_TOKEN}` });
    sought.set('minted token', [String(minted.token), String(minted.token).split('.')[2] ?? '']);
    await ask('post', '/tokens/mint', { may: ['act'] }, { authorization: `Bearer ${LONG_TOKEN}` });
    expect(await report(CONNECTORS[0], WRONG_TOKEN)).toBe(401);
    for (const name of CONNECTORS) expect(await report(name, String(minted.token))).toBe(202);
    await until('all are blocked', () => blocks.size === CONNECTORS.length, { withinMs: 20_000, seen: acts });
    // Before the targets answer with errors: what nobody could see there is no outcome.
    await until('an outcome is told', () => hasArrived('outcome'), { withinMs: 20_000, seen: acts });
    await must('put', '/secrets/edge', { version: 1, value: C.rotated, reason: 'it is old' });
    for (const how of ['error', 'redirect'] as const) {
      answersWith = how;
      for (const name of CONNECTORS) expect(await report(name)).toBe(202);
      const wanted = how === 'error' ? 5 : 10;
      await until(
        `acts that met ${how}`,
        async () => (await acts()).split('"failed"').length + (await acts()).split('"unknown"').length > wanted,
        {
          withinMs: 15_000,
          seen: acts,
        },
      );
    }
    await ask('post', '/tokens/siem/revoke', { reason: 'the end of it' });
    await ask('post', '/secrets/edge/remove', { version: 2, reason: 'it is in use' });
  };

  /** Every document of every index, page by page, and how the indices are made. */
  const collect = async (): Promise<void> => {
    const get = async (path: string, method: 'GET' | 'POST' = 'GET', body?: Record<string, unknown>) => {
      const answer = await node.transport.request({ method, path, ...(body && { body }) }, { timeoutMs: 15_000 });
      return answer.body as { readonly hits?: { readonly hits: ReadonlyArray<{ readonly _source: unknown }> } };
    };
    await get(`/${node.prefix}*/_refresh`, 'POST');
    const found = await get(`/${node.prefix}*/_search?expand_wildcards=all`, 'POST', {
      size: 10_000,
      query: { match_all: {} },
    });
    const documents = found.hits?.hits ?? [];
    expect(documents.length).toBeGreaterThan(20);
    expect(documents.length).toBeLessThan(10_000);
    places.set('the indices', JSON.stringify(documents));
    const made = [`/${node.prefix}*/_mapping?expand_wildcards=all`, `/${node.prefix}*/_settings?expand_wildcards=all`];
    places.set(
      'the mappings',
      JSON.stringify(await Promise.all([...made, `/_index_template/${node.prefix}*`].map((path) => get(path)))),
    );
    const answers: string[] = [];
    for (const { method, path } of Object.values(ROUTES)) {
      if (method !== 'get') continue;
      const { body } = await host.call('get', path.replace(/\{\w+\}/g, 'x'));
      answers.push(JSON.stringify(body ?? ''));
    }
    const { decisions = [] } = (await ask('get', '/decisions?limit=200')).body as { decisions?: [] };
    for (const { decision_id } of decisions as ReadonlyArray<{ decision_id: string }>)
      answers.push(JSON.stringify((await ask('get', `/decisions/${decision_id}`)).body));
    places.set('the answers', answers.join('\n'));
    places.set('the exports', csvOf(decisions) + ndjsonOf(decisions));
    places.set('the metrics', String((await host.call('get', METRICS_PATH)).body));
    expect(login.password).toBe(C.search);
    places.set('the log', lines.join('\n'));
    places.set(
      'the disk',
      filesIn(disk.folder)
        .map((file) => readFileSync(file, 'latin1'))
        .join('\n'),
    );
  };

  it('were sent to where they belong, the rotated one as well', () => {
    for (const name of [
      'file',
      'folder',
      'keystore',
      'environment',
      'stored',
      'rotated',
      'gitToken',
      'outcome',
    ] as const)
      expect([name, hasArrived(name)]).toEqual([name, true]);
  });

  it('have left marks beside them where something was said again', () => {
    for (const place of ['the indices', 'the answers']) expect(places.get(place)).toContain(MARK);
    expect(places.get('the indices')).toContain('[secret]');
    expect(places.get('the answers')).toContain('"stored:edge"');
    expect(places.get('the exports')).toContain('203.0.113.');
    expect(places.get('the metrics')).toContain('reflex_tokens_minted_total{token="siem"} 1');
    expect(places.get('the indices')).toContain('set_secret');
    // Other agents learn from the session who uses it, and do not take it away.
    expect(places.get('the indices')).toMatch(/stored_secrets\W+edge\W+connector by-stored/);
    expect(places.get('the indices')).toContain('refused: in_use');
    expect(places.get('the indices')).toContain('mint_token');
  });

  it.each(['the indices', 'the mappings', 'the answers', 'the exports', 'the metrics', 'the log', 'the disk'])(
    'are in none of %s, in any form',
    (place) => {
      const text = places.get(place) ?? '';
      expect(text.length).toBeGreaterThan(0);
      expect(foundIn(text)).toEqual([]);
    },
  );

  it('would be found', () => {
    for (const [name, forms] of sought)
      for (const form of forms) expect(foundIn(`x ${form} y`).join()).toContain(`${name}: `);
  });
});
