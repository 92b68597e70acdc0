import { readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { createServer as createTls } from 'https';
import type { IncomingMessage, ServerResponse } from 'http';
import { join } from 'path';
import { makeConnectors } from '../../server/connectors/registry';
import type { Connector } from '../../server/connectors/connector';
import { StoreUnavailable, type Log } from '../../server/runner/ports';
import { wire } from '../../server/wiring';
import { hidingChannel, hidingRepository } from '../../server/wiring/hiding';
import { SecretBook } from '../../server/wiring/secrets';
import { ROUTES, METRICS_PATH } from '../../common/api/routes';
import { temporaryFolder } from '../contracts/temporary_folder';
import { followedSources } from '../builders/followed_sources';
import { BareHost } from '../demo/bare_host';
import { blockServerParameters } from '../targets/block_server';
import { testAuthority } from '../targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../targets/commands';
import { bodyOf, httpServer, listenOnLoopback, rawServer } from '../targets/loopback_server';
import { until } from '../targets/until';

/*
 * X12: an own secret in every place where the settings name one, and systems at the other side that say again what they
 * were sent, in every form: with 200, 401 and 500, in lists and revisions, in errors of brokers and of Git, with a
 * certificate that is wrong. Then a look at all that the connectors hand to the records, at the log, what the routes
 * answer, the metrics, and the disk. That each secret did arrive over there is looked at too: else the look proves
 * nothing.
 */

jest.setTimeout(60_000);

const authority = testAuthority();
const client = authority.issue('reflex');

/** Letters that are written otherwise in addresses, JSON and base64. */
const canary = (name: string): string => `CANARY-${name}-7f3a9c/+&="x"~${name.length}`;

const SECRETS: Readonly<Record<string, string>> = {
  rest_header: canary('rest-header'),
  rest_basic: canary('rest-basic'),
  tls_key: client.key,
  tls_cert: client.cert,
  machine: canary('machine-password'),
  bouncer: canary('bouncer-key'),
  rabbit: canary('rabbit-password'),
  outcome_token: canary('outcome-token'),
  outcome_sign: canary('outcome-sign'),
  rabbit_outcome: canary('rabbit-outcome'),
  webhook_sign: canary('webhook-sign'),
  git: canary('git-token'),
};
/** Of one secret with several parts; its first half is a name, and never sent is the second. */
const AWS = { SecretAccessKey: canary('aws-key'), SessionToken: canary('aws-token') };
const AWS_SECRET = JSON.stringify({ AccessKeyId: 'AKIAREFLEXITSELF0001', ...AWS });
const OPENSEARCH = canary('opensearch-password');

/** Lines of the key by itself: any one of them is too much. */
const SOUGHT: ReadonlyArray<readonly [name: string, text: string]> = [
  ...Object.entries(SECRETS).filter(([name]) => !name.startsWith('tls_')),
  ...Object.entries(AWS),
  ['opensearch', OPENSEARCH],
  ...client.key
    .split('\n')
    .filter((line) => line.length > 20 && !line.startsWith('-'))
    .map((line, index): [string, string] => [`tls_key line ${index}`, line]),
];

const formsOf = (text: string): Readonly<Record<string, string>> => ({
  plain: text,
  'percent encoded': encodeURIComponent(text),
  'in JSON': JSON.stringify(text).slice(1, -1),
  'in JSON in JSON': JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  base64: Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
  'base64 behind a user': Buffer.from(`reflex:${text}`).toString('base64').replace(/=+$/, '').slice(12, -1),
  base64url: Buffer.from(text).toString('base64url').slice(0, -1),
  hex: Buffer.from(text).toString('hex'),
  'the other way round': [...text].reverse().join(''),
});

/** As somebody says them again: base64 to its end. */
const saidOf = (text: string): readonly string[] => [
  ...Object.entries(formsOf(text)).flatMap(([form, written]) => (form.startsWith('base64') ? [] : [written])),
  Buffer.from(text).toString('base64'),
  Buffer.from(`reflex:${text}`).toString('base64'),
  Buffer.from(text).toString('base64url'),
];

/** What is found of the secrets in a text, by name and form. */
const foundIn = (text: string): readonly string[] =>
  SOUGHT.flatMap(([name, secret]) =>
    Object.entries(formsOf(secret))
      .filter(([, form]) => text.includes(form))
      .map(([form]) => `${name}, ${form}`),
  );

const MARK = 'a-mark-that-is-no-secret';

const arrived: string[] = [];
let turns = 0;

/** Everything that a request brought, in every form. */
const everythingOf = (request: IncomingMessage, body: string): readonly string[] => {
  const values = [...Object.values(request.headers).flatMap((each) => each ?? []), body];
  const said = values.flatMap((value) => {
    const basic = /^Basic (.+)$/.exec(value)?.[1];
    return basic === undefined ? [value] : [value, Buffer.from(basic, 'base64').toString()];
  });
  // Texts are cut: what is no secret must not push the secrets out, and each form comes first at some time.
  const forms = said.filter((value) => value.includes('CANARY')).flatMap(saidOf);
  turns += 3;
  return forms.map((_, index) => forms[(index + turns) % forms.length] ?? '');
};

/** A system that says again what it was sent, wherever a connector looks. */
const echo =
  (status: (request: IncomingMessage) => number) =>
  (request: IncomingMessage, response: ServerResponse): void =>
    void bodyOf(request).then((body) => {
      const said = everythingOf(request, body);
      arrived.push(...said, body);
      const all = `${MARK} ${said.join(' ')}`;
      const answer = {
        message: all,
        state: 'tampered',
        detail: all,
        revision: said[0]?.slice(0, 250),
        token: 'a-token-of-the-echo',
        blocks: [{ address: all, tag: all }],
      };
      response.writeHead(status(request), {
        'content-type': 'application/json',
        'x-said': encodeURIComponent(all).slice(0, 4_000),
      });
      response.end(JSON.stringify(answer));
    });

const closing: Array<() => unknown> = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** As a header, or in a body of JSON. */
const hasArrived = (name: string): boolean => {
  const { plain = '', 'in JSON': inJson = '' } = formsOf({ ...SECRETS, ...AWS }[name] ?? '');
  return arrived.some((each) => each.includes(plain) || each.includes(inJson));
};

const secretOf = (name: string): string | undefined => (name === 'aws' ? AWS_SECRET : SECRETS[name]);

const restParameters = (url: string, tls = {}) => {
  const { actions, ...rest } = blockServerParameters(url);
  return {
    ...rest,
    ...tls,
    timeouts: { connect_ms: 10_000, total_ms: 10_000 },
    headers: {
      'X-Api-Key': { secret: 'rest_header' },
      Authorization: { basic: { user: 'reflex', password: { secret: 'rest_basic' } } },
    },
    actions: { block_ip: { ...actions.block_ip, unchanged: { sent: '/revision', now: '/revision' } } },
  };
};
const crowdsecParameters = (base_url: string) => ({
  base_url,
  allow_addresses: ['127.0.0.1'],
  machine_id: 'reflex',
  password: { secret: 'machine' },
  bouncer_key: { secret: 'bouncer' },
});

/** All that a connector hands to the runner, which goes on record. */
const everyAnswer = async (connector: Connector): Promise<string> => {
  const command = aClearedCommand();
  const effect = { ...effectOf(command), after: { revision: 'another' } };
  const answers = [
    await connector.execute(command, aCall()),
    await connector.verify(effect, aCall()),
    await connector.undo(effect, aCall()),
    await connector.undo({ ...effect, after: undefined }, aCall()),
    await connector.list?.(aCall()),
    await connector.status(aCall()),
    await connector.hostStatus?.('ws-1', aCall()),
  ];
  return JSON.stringify(answers);
};

const connectorOf = (kind: string, parameters: unknown): Connector => {
  const made = makeConnectors([{ name: 'edge', kind, parameters }], secretOf);
  const connector = made.connectors.get('edge');
  if (connector === undefined) throw new Error(JSON.stringify(made.faults));
  return connector;
};

const awsParametersTo = (base_url: string) => ({
  base_url,
  allow_addresses: ['127.0.0.1'],
  region: 'us-east-1',
  credentials: { secret: 'aws' },
  waf: { scope: 'REGIONAL', ipv4: { name: 'reflex', id: '11111111-2222-3333-4444-555555555555' } },
});
const PARAMETERS: Readonly<Record<string, (url: string) => object>> = {
  rest: restParameters,
  crowdsec: crowdsecParameters,
  aws: awsParametersTo,
};
/** What of its secrets each sends. */
const SENT: Readonly<Record<string, readonly string[]>> = {
  rest: ['rest_header', 'rest_basic'],
  crowdsec: ['machine'],
  aws: ['SessionToken'],
};

const CALLS: ReadonlyArray<readonly [string, number]> = [200, 201, 400, 401, 403, 409, 500, 503].flatMap((status) => [
  ['rest', status] as const,
  ['crowdsec', status] as const,
  ['aws', status] as const,
]);

describe('what a connector hands to the records', () => {
  it.each(CALLS)(
    'of kind %s has no secret where the target answers %i with all that it was sent',
    async (kind, status) => {
      const server = await httpServer(
        echo(({ url }) => (url === '/v1/watchers/login' && status !== 401 ? 200 : status)),
      );
      closing.push(server.close);
      const parameters = PARAMETERS[kind]?.(server.url);
      const said = await everyAnswer(connectorOf(kind, parameters));
      expect(foundIn(said)).toEqual([]);
      for (const name of SENT[kind] ?? []) expect([name, hasArrived(name)]).toEqual([name, true]);
      // AWS names its words otherwise: what it says again in its own way is tried beside the connector.
      if (kind !== 'aws' && (status !== 200 || kind === 'rest')) expect(said).toContain(MARK);
    },
  );

  it.each([
    ['is trusted', authority.ca, true],
    ['is not trusted', testAuthority().ca, false],
  ])('has no secret where the certificate of the target %s', async (_, ca, trusted) => {
    const before = arrived.length;
    const server = createTls(
      { ...authority.issue('fw.example'), requestCert: true, ca: authority.ca },
      echo(() => 500),
    );
    const port = await listenOnLoopback(server);
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const tls = { tls: { ca, cert: { secret: 'tls_cert' }, key: { secret: 'tls_key' } } };
    const said = await everyAnswer(connectorOf('rest', restParameters(`https://127.0.0.1:${port}`, tls)));
    expect(foundIn(said)).toEqual([]);
    expect(arrived.length > before).toBe(trusted);
  });

  it('has no short secret in its words either', async () => {
    const server = await httpServer(echo(() => 500));
    closing.push(server.close);
    const short = 'CANARY7!';
    const kind = { name: 'edge', kind: 'rest', parameters: restParameters(server.url) };
    const made = makeConnectors([kind], (name) => (name === 'rest_header' ? short : secretOf(name)));
    const [connector] = [...made.connectors.values()];
    if (connector === undefined) throw new Error(JSON.stringify(made.faults));
    const said = await everyAnswer(connector);
    expect(said).toContain(MARK);
    expect(Object.values(formsOf(short)).filter((form) => said.includes(form))).toEqual([]);
  });

  it('has no line of the key where the target says the key itself', async () => {
    const server = await httpServer((_request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`${MARK} ${client.key}`);
    });
    closing.push(server.close);
    const tls = { tls: { cert: { secret: 'tls_cert' }, key: { secret: 'tls_key' } } };
    const said = await everyAnswer(connectorOf('rest', restParameters(server.url, tls)));
    expect(said).toContain(MARK);
    expect(foundIn(said)).toEqual([]);
  });
});

const frame = (payload: Buffer): Buffer => {
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
};
const longText = (text: string): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  return Buffer.concat([size, Buffer.from(text)]);
};
/** AMQP: Connection.Start, and Connection.Close with a text. */
const amqpStart = frame(
  Buffer.concat([Buffer.from([0, 10, 0, 10, 0, 9]), Buffer.alloc(4), longText('PLAIN'), longText('en_US')]),
);
const amqpClose = (text: string): Buffer =>
  frame(
    Buffer.concat([Buffer.from([0, 10, 0, 50, 1, 0x93, text.length]), Buffer.from(text, 'latin1'), Buffer.alloc(4)]),
  );

/** A broker that refuses the login, and says with which password. */
const tellingBroker = async () => {
  const broker = await rawServer((socket, received) => {
    socket.once('data', () => {
      socket.write(amqpStart);
      socket.once('data', () => {
        const password = /\0reflex\0(CANARY[\x20-\x7e]+?)\x05en_US/.exec(received())?.[1] ?? '';
        arrived.push(password);
        socket.write(amqpClose(`${MARK} ACCESS_REFUSED for ${password} ${Buffer.from(password).toString('base64')}`));
      });
    });
  });
  closing.push(broker.close);
  return `127.0.0.1:${broker.port}`;
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

describe('a broker that refuses the login', () => {
  it('is shown and logged without the password that it says', async () => {
    const lines: string[] = [];
    const note: Log['info'] = (message, details) => void lines.push(JSON.stringify([message, details]));
    const queue = { queue: 'q', username: 'reflex', password_secret: 'rabbit', declare: false };
    const rabbitmq = [{ ...queue, hosts: [await tellingBroker()] }];
    const log = { debug: note, info: note, warn: note, error: note };
    const { health, stop } = followedSources({ keystore: { rabbit: SECRETS.rabbit }, intake: { rabbitmq } }, log);
    await until('its words', () => health().includes(MARK), { seen: health });
    const said = health();
    await stop();
    expect(hasArrived('rabbit')).toBe(true);
    expect(lines.join('\n')).toContain(MARK);
    expect(foundIn(said + lines.join('\n'))).toEqual([]);
  });
});

describe('a whole Reflex with a secret in every place of its settings', () => {
  const places = new Map<string, string>();
  const place = temporaryFolder();
  const keep = temporaryFolder();
  afterAll(() => {
    place.remove();
    keep.remove();
  });

  beforeAll(async () => {
    for (const [name, value] of Object.entries(SECRETS)) writeFileSync(join(keep.folder, name), value, { mode: 0o600 });
    const target = await httpServer(echo(({ url }) => (url === '/health' ? 200 : 500)));
    const git = await httpServer(echo(() => 401));
    closing.push(target.close, git.close);
    const queue = { hosts: ['127.0.0.1:1'], username: 'reflex' };
    const bare = new BareHost({
      transport: { request: () => Promise.reject(new StoreUnavailable(`away, says ${OPENSEARCH}`)) },
      dataFolder: place.folder,
      demo: false,
      settings: {
        secrets_folder: keep.folder,
        opensearch: { hosts: ['https://127.0.0.1:1'], username: 'reflex', password: OPENSEARCH },
        connectors: [
          { name: 'edge', kind: 'rest', parameters: restParameters(target.url) },
          { name: 'cs', kind: 'crowdsec', parameters: crowdsecParameters(target.url) },
        ],
        policies: { git: { remote: `${git.url}/soc/policies.git`, token_secret: 'git', poll: '1s' } },
        intake: {
          rabbitmq: [{ ...queue, queue: 'q', password_secret: 'rabbit', declare: false }],
          webhooks: [{ name: 'siem', auth: { signature: { secret: 'webhook_sign' } } }],
          outcomes: [
            {
              source: 'webhook:siem',
              webhook: {
                url: `${target.url}/o`,
                allow_addresses: ['127.0.0.1'],
                auth: { secret: 'outcome_token' },
                sign: { secret: 'outcome_sign' },
              },
            },
            { source: 'rabbitmq:q', rabbitmq: { ...queue, exchange: 'x', password_secret: 'rabbit_outcome' } },
          ],
        },
      },
    });
    const lines: string[] = [];
    const note =
      (level: string): Log['info'] =>
      (message, details) =>
        void lines.push(JSON.stringify([level, message, details]));
    const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    const wired = wire({ ...bare.parts, log, ownSecrets: [OPENSEARCH] });
    const started = wired.start();
    const answerOf = async (path: string): Promise<string> =>
      JSON.stringify((await bare.call('get', path.replace(/\{\w+\}/g, 'x'))).body ?? '');
    const status = () => answerOf('/api/reflex/status');
    await until(
      'connectors that were asked and refused',
      async () => /away, says/.test(await status()) && (await status()).split(MARK).length > 2,
      {
        withinMs: 30_000,
        seen: status,
      },
    );
    const answers: string[] = [];
    for (const { method, path } of Object.values(ROUTES)) if (method === 'get') answers.push(await answerOf(path));
    places.set('answers', answers.join('\n'));
    places.set('the status', await status());
    places.set('the list of secrets', await answerOf('/api/reflex/secrets'));
    places.set('the metrics', await answerOf(METRICS_PATH));
    await wired.stop();
    await started;
    places.set('the log', lines.join('\n'));
    places.set(
      'the disk',
      filesIn(place.folder)
        .map((file) => readFileSync(file, 'latin1'))
        .join('\n'),
    );
  });

  it('has sent each of them to where it belongs', () => {
    for (const name of ['rest_header', 'rest_basic', 'machine']) expect([name, hasArrived(name)]).toEqual([name, true]);
  });

  it('shows what was said to it, and where something was left out', () => {
    expect(places.get('the status')).toContain(MARK);
    expect(places.get('the log')).toContain('away, says [secret]');
  });

  it('answers what its secrets are called', () => {
    for (const name of Object.keys(SECRETS).filter((each) => !each.startsWith('tls_')))
      expect(places.get('the list of secrets')).toContain(`"${name}"`);
  });

  it.each(['answers', 'the status', 'the list of secrets', 'the metrics', 'the log', 'the disk'])(
    'has none of them in %s',
    (name) => {
      const text = places.get(name) ?? '';
      expect(text.length).toBeGreaterThan(0);
      expect(foundIn(text)).toEqual([]);
    },
  );
});

describe('what others say that are no connectors', () => {
  const book = (): SecretBook => {
    const secrets = new SecretBook({ secrets: [], keystore: { ...SECRETS, aws: AWS_SECRET } }, {});
    for (const name of [...Object.keys(SECRETS), 'aws']) secrets.for('a test')(name);
    return secrets;
  };
  const all = SOUGHT.flatMap(([, text]) => saidOf(text)).join(' ');

  it('is without secrets where a receiver of outcomes says it', async () => {
    for (const kind of ['refused', 'failed'] as const) {
      const channel = hidingChannel(
        { tell: async () => ({ kind, why: `${MARK} ${all}` }), close: async () => undefined },
        (text) => book().shown(text),
      );
      const told = JSON.stringify(await channel.tell({} as never, 0 as never));
      expect(told).toContain(MARK);
      expect(foundIn(told).filter((each) => !each.startsWith('opensearch'))).toEqual([]);
    }
  });

  it('is without secrets where a Git remote says it', async () => {
    const fault = { ok: false as const, error: { code: 'refused' as const, message: `${MARK} ${all}` } };
    const remote = { fetch: async () => fault, publish: async () => fault } as never;
    const repository = hidingRepository(remote, (text) => book().shown(text));
    const said = JSON.stringify([await repository.fetch(), await repository.publish('a', 'b')]);
    expect(said.split(MARK)).toHaveLength(3);
    expect(foundIn(said).filter((each) => !each.startsWith('opensearch'))).toEqual([]);
  });
});
