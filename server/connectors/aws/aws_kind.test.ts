import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { awsModel, AWS_CREDENTIALS, awsParameters, refusal, type AwsModel } from '../../../test/targets/aws_model';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { httpServer } from '../../../test/targets/loopback_server';
import { makeConnectors } from '../registry';

const SET = { name: 'reflex-v4', id: '11111111-2222-3333-4444-555555555555' };
const KEYS = { access_keys: { account_realms: ['123456789012'], plain_names: true } };
const ACL = { id: 'acl-0123456789abcdef0', first_rule: 10, last_rule: 29, directions: ['ingress'] };

const made = (parameters: unknown, secret: (name: string) => string | undefined = () => AWS_CREDENTIALS) =>
  makeConnectors([{ name: 'cloud', kind: 'aws', parameters }], secret);

const connectorTo = (url: string, service: object, secret?: () => string) => {
  const parameters = { ...awsParameters(url, service), timeouts: { connect_ms: 2_000, total_ms: 10_000 } };
  const { connectors, faults } = made(parameters, secret);
  const connector = connectors.get('cloud');
  if (!connector) throw new Error(JSON.stringify(faults));
  return connector;
};

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const someModel = async (): Promise<AwsModel> => {
  const model = await awsModel();
  closing.push(model.close);
  return model;
};

describe('the parameters', () => {
  const base = { region: 'eu-central-1', credentials: { secret: 'aws' } };
  it.each<[what: string, parameters: object, path: string]>([
    ['no service', base, 'waf'],
    ['two services', { ...base, waf: { scope: 'REGIONAL', ipv4: SET }, network_acl: ACL }, 'network_acl'],
    ['a scope without a set', { ...base, waf: { scope: 'REGIONAL' } }, 'waf.ipv4'],
    ['CloudFront elsewhere', { ...base, waf: { scope: 'CLOUDFRONT', ipv4: SET } }, 'region'],
    ['IAM elsewhere', { ...base, ...KEYS }, 'region'],
    ['a region that is none', { ...base, region: 'a.example/', network_acl: ACL }, 'region'],
    ['a partition without its endpoint', { ...base, region: 'cn-north-1', network_acl: ACL }, 'base_url'],
    ['an endpoint with a path', { ...base, base_url: 'https://vpce.example/x', network_acl: ACL }, 'base_url'],
    ['a range the wrong way', { ...base, network_acl: { ...ACL, last_rule: 9 } }, 'network_acl.last_rule'],
    ['a range that is a slip', { ...base, network_acl: { ...ACL, last_rule: 200 } }, 'network_acl.last_rule'],
    ['no direction', { ...base, network_acl: { ...ACL, directions: [] } }, 'network_acl.directions'],
    [
      'nobody',
      { ...base, region: 'us-east-1', access_keys: { account_realms: [], plain_names: false } },
      'access_keys.account_realms',
    ],
    [
      'a test user of another realm',
      { ...base, region: 'us-east-1', access_keys: { ...KEYS.access_keys, test_user: 'other\\ana' } },
      'access_keys.test_user',
    ],
  ])('with %s are refused', (_what, parameters, path) => {
    expect(made(parameters).faults.map((each) => each.path)).toContain(`parameters.${path}`);
  });

  it('stand for the public endpoint of the service, which is one host', () => {
    for (const service of [{ waf: { scope: 'REGIONAL', ipv4: SET } }, { network_acl: ACL }])
      expect(made({ ...base, ...service }).faults).toEqual([]);
    expect(made({ ...base, region: 'us-east-1', ...KEYS }).faults).toEqual([]);
  });
});

describe('the access key', () => {
  it.each([
    ['no JSON', 'AKIAREFLEXITSELF0001:a-secret'],
    ['not one of both halves', JSON.stringify({ AccessKeyId: 'AKIAREFLEXITSELF0001' })],
    ['an odd name', JSON.stringify({ AccessKeyId: 'reflex', SecretAccessKey: 'a-secret-access-key' })],
    [
      'a token with a break',
      JSON.stringify({
        AccessKeyId: 'AKIAREFLEXITSELF0001',
        SecretAccessKey: 'a-secret-access-key',
        SessionToken: 'a\nb',
      }),
    ],
  ])('that is %s is refused, and not shown', (_what, secret) => {
    const { faults } = made({ ...awsParameters('http://127.0.0.1:1', KEYS) }, () => secret);
    expect(faults).toMatchObject([{ path: 'parameters.credentials' }]);
    expect(JSON.stringify(faults)).not.toMatch(/a-secret|AKIA/);
  });

  it('counts from the next request when it is replaced, with its token, and an unreadable one does not', async () => {
    const model = await someModel();
    let secret = AWS_CREDENTIALS;
    const connector = connectorTo(model.url, KEYS, () => secret);
    await connector.status(aCall());
    expect(model.headers().authorization).toContain('Credential=AKIAREFLEXITSELF0001/');
    expect(model.headers()['x-amz-security-token']).toBeUndefined();
    const next = { AccessKeyId: 'ASIAREFLEXITSELF0002', SecretAccessKey: 'another-secret-access-key' };
    secret = JSON.stringify({ Credentials: { ...next, SessionToken: 'the-token-of-a-session' } });
    await connector.status(aCall());
    expect(model.headers().authorization).toContain('Credential=ASIAREFLEXITSELF0002/');
    expect(model.headers()['x-amz-security-token']).toBe('the-token-of-a-session');
    secret = '{';
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    expect(model.headers().authorization).toContain('Credential=ASIAREFLEXITSELF0002/');
  });

  it('never leaves, whatever AWS says again of it', async () => {
    const secrets = {
      SecretAccessKey: 'CANARY/secret+access=key-7f3a9c',
      SessionToken: 'CANARY.session~token/7f3a9c==',
    };
    const all = Object.values(secrets).flatMap((each) => [
      each,
      encodeURIComponent(each),
      Buffer.from(each).toString('hex'),
    ]);
    const words = `a-mark ${all.join(' ')}`;
    const xml = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${words}</Message></Error></ErrorResponse>`;
    const json = JSON.stringify({ __type: 'AccessDeniedException', Message: words });
    const texts: string[] = [];
    for (const service of [KEYS, { waf: { scope: 'REGIONAL', ipv4: SET } }, { network_acl: ACL }])
      for (const status of [200, 400, 403, 500]) {
        const server = await httpServer((request, response) => {
          const isJson = request.headers['x-amz-target'] !== undefined;
          response.writeHead(status, { 'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml' });
          response.end(isJson ? json : xml);
        });
        closing.push(server.close);
        const secret = JSON.stringify({ AccessKeyId: 'AKIAREFLEXITSELF0001', ...secrets });
        const connector = connectorTo(server.url, service, () => secret);
        const command = aClearedCommand(
          service === KEYS ? { action: 'disable_user', target: { type: 'user', value: 'ana' } } : {},
        );
        texts.push(
          JSON.stringify([
            await connector.execute(command, aCall()),
            await connector.verify(effectOf(command), aCall()),
            await connector.undo(effectOf(command), aCall()),
            await connector.list(aCall()),
            await connector.status(aCall()),
          ]),
        );
      }
    const text = texts.join('\n');
    expect(text).toContain('a-mark');
    expect([...all, 'CANARY'].filter((each) => text.includes(each))).toEqual([]);
  });
});

describe('the SDK', () => {
  const changed = [
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_ENDPOINT_URL',
    'AWS_ACCESS_KEY_ID',
    'AWS_MAX_ATTEMPTS',
    'AWS_REGION',
    'AWS_USE_FIPS_ENDPOINT',
  ];
  const before = changed.map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it('goes by our settings alone, whatever the environment and the files of a home folder say', async () => {
    const model = await someModel();
    const folder = mkdtempSync(join(tmpdir(), 'reflex-aws-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const lines = [
      '[default]',
      'endpoint_url = http://127.0.0.1:1',
      'max_attempts = 9',
      'retry_mode = adaptive',
      'region = eu-west-3',
      'use_fips_endpoint = true',
      'use_dualstack_endpoint = true',
    ];
    writeFileSync(join(folder, 'config'), lines.join('\n'));
    const [file = '', credentials = '', endpoint = '', key = '', attempts = '', region = '', fips = ''] = changed;
    Object.assign(process.env, {
      [file]: join(folder, 'config'),
      [credentials]: join(folder, 'config'),
      [endpoint]: 'http://127.0.0.1:1',
      [key]: 'AKIAOFTHEENVIRONMENT',
      [attempts]: '9',
      [region]: 'eu-west-3',
      [fips]: 'true',
    });
    const set = model.set();
    const connector = connectorTo(model.url, { waf: { scope: 'REGIONAL', ipv4: { name: set.name, id: set.id } } });
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    expect(model.headers().authorization).toMatch(/Credential=AKIAREFLEXITSELF0001\/\d{8}\/us-east-1\/wafv2\//);
    expect(model.headers().host).toBe(`127.0.0.1:${model.port}`);
    model.disturb = () => {
      throw refusal('WAFInternalErrorException', 'no', 500);
    };
    const before = model.operations.length;
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded' });
    expect(model.operations.slice(before)).toEqual(['GetIPSet']);
  });

  it('takes no answer that did not arrive whole for one', async () => {
    const server = await httpServer((_request, response) => {
      const text =
        '<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata></AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>';
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': text.length + 10 });
      response.write(text, () => response.socket?.destroy());
    });
    closing.push(server.close);
    const connector = connectorTo(server.url, KEYS);
    const command = aClearedCommand({ action: 'disable_user', target: { type: 'user', value: 'ana' } });
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'failed', error: { code: 'bad_answer' } });
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
  });

  it('is loaded by no other kind, and of AWS only that of the service', () => {
    const loaded: string[] = [];
    jest.isolateModules(() => {
      for (const name of ['ec2', 'iam', 'wafv2'])
        jest.doMock(`@aws-sdk/client-${name}`, () => {
          loaded.push(name);
          return jest.requireActual<object>(`@aws-sdk/client-${name}`);
        });
      const registry = jest.requireActual<typeof import('../registry')>('../registry');
      const haproxy = { name: 'edge', kind: 'haproxy', parameters: { socket: '/run/h.sock', map: '/etc/h.map' } };
      expect(registry.makeConnectors([haproxy], () => undefined).faults).toEqual([]);
      expect(loaded).toEqual([]);
      const parameters = awsParameters('http://127.0.0.1:1', { waf: { scope: 'REGIONAL', ipv4: SET } });
      const wrong = { ...parameters, credentials: { secret: 'other' } };
      const config = { name: 'cloud', kind: 'aws', parameters };
      const secret = (name: string) => (name === 'aws' ? AWS_CREDENTIALS : undefined);
      expect(registry.makeConnectors([{ ...config, parameters: wrong }], secret).faults).toHaveLength(1);
      expect(loaded).toEqual([]);
      expect(registry.makeConnectors([config], secret).faults).toEqual([]);
      expect(loaded).toEqual(['wafv2']);
    });
    for (const name of ['ec2', 'iam', 'wafv2']) jest.dontMock(`@aws-sdk/client-${name}`);
  });
});

it('says with its health that nobody ran it against AWS', async () => {
  const model = await someModel();
  for (const url of [model.url, 'http://127.0.0.1:1'])
    expect((await connectorTo(url, KEYS).status(aCall())).text).toMatch(/call shapes only: .*not run against AWS/);
});
