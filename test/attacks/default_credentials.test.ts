import { THIS_MACHINE } from '../../server/connectors/connector_kind';
import { connectorKinds, makeConnectors } from '../../server/connectors/registry';
import { blockListRoom } from '../targets/block_lists';
import { blockServerParameters } from '../targets/block_server';
import { AWS_CREDENTIALS } from '../targets/aws_model';
import { newSigningKey } from '../targets/ssf_receiver';
import { newSshKey } from '../targets/ssh_keys';

/*
 * X20: an empty keystore, or a secret that is missing in it, must not end in somebody's default account. Every place of
 * every kind of connector where a secret may stand is found by the kind's own schema, so that a new one is tried too.
 */

const tls = { ca: { secret: 'tls-ca' }, cert: { secret: 'tls-cert' }, key: { secret: 'tls-key' } };

/** Public: by it a host is known. */
const hostKey = newSshKey().public;

/** Parameters with a secret in every place that takes one, by kind. */
const WITH_ALL_SECRETS: Readonly<Record<string, ReadonlyArray<Record<string, unknown>>>> = {
  rest: [
    {
      ...blockServerParameters('http://127.0.0.1:1'),
      tls,
      headers: {
        Authorization: { basic: { user: 'reflex', password: { secret: 'basic-password' } } },
        'X-Api-Key': { secret: 'api-key' },
      },
    },
    {
      ...blockServerParameters('http://127.0.0.1:1'),
      headers: {
        Authorization: {
          oauth: {
            token_url: 'http://127.0.0.1:1/token',
            client_id: 'reflex',
            client_secret: { secret: 'client-secret' },
            auth: 'basic',
          },
        },
      },
    },
  ],
  crowdsec: [
    {
      base_url: 'http://127.0.0.1:1',
      allow_addresses: ['127.0.0.1'],
      tls,
      machine_id: 'reflex',
      password: { secret: 'machine-password' },
      bouncer_key: { secret: 'bouncer-key' },
    },
  ],
  keycloak: [
    {
      base_url: 'http://127.0.0.1:1',
      allow_addresses: ['127.0.0.1'],
      tls,
      realm: 'corp',
      client_id: 'reflex',
      client_secret: { secret: 'keycloak-hand' },
      auth: 'basic',
      account_realms: ['corp'],
      plain_names: false,
      observer: { client_id: 'reflex-observer', client_secret: { secret: 'keycloak-observer' }, auth: 'post' },
    },
  ],
  grpc: [
    {
      base_url: 'http://127.0.0.1:1',
      allow_addresses: ['127.0.0.1'],
      tls,
      token: { secret: 'agent-token' },
      actions: { block_ip: { disruption: { usual: 0 }, offline: { order: 'refused' }, needs: [] } },
      settle_time_ms: 1_000,
    },
  ],
  aws: [
    {
      base_url: 'http://127.0.0.1:1',
      allow_addresses: ['127.0.0.1'],
      tls,
      region: 'us-east-1',
      credentials: { secret: 'aws-key' },
      access_keys: { account_realms: ['123456789012'], plain_names: false },
    },
  ],
  haproxy: [{ host: '127.0.0.1', port: 1, allow_addresses: ['127.0.0.1'], tls, map: '/etc/haproxy/reflex.map' }],
  ssf: [
    { bearer: { secret: 'receiver-token' } },
    {
      oauth: {
        token_url: 'http://127.0.0.1:1/token',
        client_id: 'reflex',
        client_secret: { secret: 'receiver-client' },
        auth: 'basic',
      },
    },
  ].map((authorization) => ({
    base_url: 'http://127.0.0.1:1',
    allow_addresses: ['127.0.0.1'],
    tls,
    authorization,
    issuer: 'https://reflex.example',
    audience: 'receiver',
    stream_id: 'stream-1',
    signing_key: { secret: 'ssf-signing' },
    subject: { format: 'opaque' },
  })),
  ssh: [
    {
      private_key: { secret: 'ssh-hand' },
      observer_key: { secret: 'ssh-observer' },
      passphrase: { secret: 'ssh-passphrase' },
      actions: ['isolate_host'],
      hosts: { 'web-1': { address: '127.0.0.1', host_keys: [hostKey] } },
    },
  ],
  feed: [
    {
      entries: 'addresses',
      most_entries: 100,
      poll_s: 60,
      devices: {
        'edge-1': { token: { secret: 'list-edge-1' }, format: 'text' },
        'edge-2': { token: { secret: 'list-edge-2' }, format: 'text', in_path: true },
      },
    },
  ],
  ldap: [
    {
      url: 'ldaps://127.0.0.1:1',
      tls,
      bind_dn: 'reflex@corp.example',
      password: { secret: 'directory-password' },
      observer: { bind_dn: 'reader@corp.example', password: { secret: 'observer-password' } },
      base_dn: 'dc=corp,dc=example',
      flavour: 'active_directory',
      realms: ['corp'],
    },
  ],
};

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Places of a schema that hold the name of a secret, as paths; `*` is any name. */
const placesIn = (schema: unknown, path: readonly string[] = []): readonly string[] => {
  if (!isTree(schema)) return [];
  const properties = isTree(schema.properties) ? schema.properties : {};
  if ('secret' in properties) return [path.join('.')];
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((each) => (Array.isArray(each) ? each : []));
  const found = [
    ...Object.entries(properties).flatMap(([name, inner]) => placesIn(inner, [...path, name])),
    ...placesIn(schema.additionalProperties, [...path, '*']),
    ...branches.flatMap((branch) => placesIn(branch, path)),
  ];
  return [...new Set(found)].sort();
};

interface Ref {
  readonly path: readonly string[];
  readonly secret: string;
}

/** The secrets that parameters name, each with its place. */
const refsIn = (value: unknown, path: readonly string[] = []): readonly Ref[] => {
  if (!isTree(value)) return [];
  if (typeof value.secret === 'string') return [{ path, secret: value.secret }];
  return Object.entries(value).flatMap(([name, inner]) => refsIn(inner, [...path, name]));
};

/** The same parameters with something else in one place. */
const withAt = (value: unknown, [name, ...rest]: readonly string[], put: unknown): unknown =>
  name === undefined ? put : { ...(value as Tree), [name]: withAt((value as Tree)[name], rest, put) };

const CASES = Object.entries(WITH_ALL_SECRETS).flatMap(([kind, each]) =>
  each.map((parameters) => ({ kind, parameters })),
);
const REFS = CASES.flatMap((each) => refsIn(each.parameters).map((ref) => ({ ...each, ...ref })));
const passphrase = 'value-of-ssh-passphrase';
const ownKey = newSshKey(passphrase).private;
const signingKey = newSigningKey();
const known = (name: string): string => {
  if (name === 'ssf-signing') return signingKey;
  if (name === 'aws-key') return AWS_CREDENTIALS;
  return ['ssh-hand', 'ssh-observer'].includes(name) ? ownKey : `value-of-${name}`;
};
const make = (kind: string, parameters: unknown, secrets: (name: string) => string | undefined) =>
  makeConnectors([{ name: 'edge', kind, parameters }], secrets, { ...THIS_MACHINE, lists: blockListRoom().room });

describe('a connector without its secrets (X20)', () => {
  it('is tried for every kind, with each place of its schema that takes a secret', () => {
    expect(Object.keys(WITH_ALL_SECRETS).sort()).toEqual(connectorKinds.map(({ kind }) => kind).sort());
    for (const { kind, parameters: schema } of connectorKinds) {
      const tried = (WITH_ALL_SECRETS[kind] ?? []).flatMap((each) =>
        refsIn(each).map(({ path: [first = '', ...rest] }) =>
          [first, ...rest.map((name, at) => (['headers', 'devices'].includes(first) && at === 0 ? '*' : name))].join(
            '.',
          ),
        ),
      );
      expect([kind, [...new Set(tried)].sort()]).toEqual([kind, placesIn(schema)]);
    }
  });

  it.each(CASES)('of kind $kind starts with all of them, and asks the keystore for nothing else', (each) => {
    const asked = new Set<string>();
    const secrets = (name: string): string => {
      asked.add(name);
      return known(name);
    };
    expect(make(each.kind, each.parameters, secrets).faults).toEqual([]);
    expect([...asked].sort()).toEqual(
      refsIn(each.parameters)
        .map(({ secret }) => secret)
        .sort(),
    );
  });

  it.each(CASES)('of kind $kind does not start with an empty keystore, and names each that is missing', (each) => {
    const { connectors, faults } = make(each.kind, each.parameters, () => undefined);
    expect([...connectors.keys()]).toEqual([]);
    for (const { secret } of refsIn(each.parameters))
      expect(faults.map(({ message }) => message)).toContainEqual(expect.stringContaining(`\`${secret}\` is missing`));
  });

  it.each(REFS)('of kind $kind does not start where `$secret` alone is missing, empty or too short', (ref) => {
    for (const value of [undefined, '', '\t\n', ' '.repeat(8), 'abc']) {
      const secrets = (name: string): string | undefined => (name === ref.secret ? value : known(name));
      const { connectors, faults } = make(ref.kind, ref.parameters, secrets);
      expect([value, [...connectors.keys()], faults.length]).toEqual([value, [], 1]);
      expect(faults[0]?.message).toContain(`\`${ref.secret}\``);
    }
  });

  // Who is trusted is public: a certificate of theirs may stand in the settings.
  const secretOnes = REFS.filter(({ path }) => path.join('.') !== 'tls.ca');
  it.each(secretOnes)('of kind $kind takes no credential of its own settings in the place of `$secret`', (ref) => {
    for (const put of ['admin', '', null, {}, { secret: '' }]) {
      const { connectors } = make(ref.kind, withAt(ref.parameters, ref.path, put), known);
      expect([put, [...connectors.keys()]]).toEqual([put, []]);
    }
  });

  it('keeps no other one from its work', () => {
    const [{ kind, parameters } = { kind: '', parameters: {} }] = CASES;
    const other = { name: 'other', kind: 'rest', parameters: blockServerParameters('http://127.0.0.1:1') };
    const { connectors } = makeConnectors([{ name: 'edge', kind, parameters }, other], (name) =>
      name === 'api-key' ? undefined : known(name),
    );
    expect([...connectors.keys()]).toEqual(['other']);
  });
});
