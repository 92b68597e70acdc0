import { readSettings } from '../settings';

const faultsOf = (settings: object): readonly string[] => {
  const read = readSettings(settings);
  return read.ok ? [] : read.error.map(({ path, message }) => `${path}: ${message}`);
};
const usesOf = (settings: object): Readonly<Record<string, readonly string[]>> => {
  const read = readSettings(settings);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.storedUses;
};

describe('keys of stored secrets', () => {
  const first = { id: '2026-11', secret: 'seal-1' };

  it('are named by id and by the secret that holds each, the first one first', () => {
    const secret_keys = [first, { id: 'old', secret: 'seal-0' }];
    expect(readSettings({ secret_keys })).toMatchObject({ ok: true, value: { secretKeys: secret_keys } });
  });

  it.each<[string, readonly object[], string]>([
    ['a stored secret', [{ id: 'a', secret: 'stored:key' }], 'secret_keys.0.secret: a key cannot be stored'],
    ['an id twice', [first, { ...first, secret: 'other' }], 'secret_keys.1.id: `2026-11` is the id of another'],
    ['a secret twice', [first, { ...first, id: 'other' }], 'secret_keys.1.secret: `seal-1` is another key too'],
    ['an id with a capital', [{ id: 'A', secret: 'x' }], 'secret_keys.0.id: '],
    ['the key itself', [{ id: 'a', secret: 'x', value: 'y' }], 'secret_keys.0.value: '],
  ])('are none with %s', (_, secret_keys, fault) =>
    expect(faultsOf({ secret_keys })).toContainEqual(expect.stringContaining(fault)),
  );
});

describe('a name that begins with `stored:`', () => {
  it('means what is stored, so nothing else may be called so', () => {
    expect(faultsOf({ secrets: [{ name: 'stored:edge', file: '/x' }] })).toEqual([
      'secrets.0.name: names that begin with `stored:` are those of stored secrets',
    ]);
    expect(faultsOf({ keystore: { 'stored:edge': 'x' } })).toHaveLength(1);
  });

  it.each(['stored:Edge', 'stored:', 'stored:a b', 'stored:../x'])(
    'and has the form of no name is refused: %s',
    (name) => {
      const parameters = { base_url: 'https://x', headers: { 'X-Key': { secret: name } } };
      const [fault = ''] = faultsOf({ connectors: [{ name: 'fw', kind: 'rest', parameters }] });
      expect(fault).toContain('connectors.0.parameters.headers.X-Key.secret: ');
    },
  );

  it('is found wherever a setting names a secret, with who uses it', () => {
    const queue = { queue: 'q', hosts: ['h:5671'], username: 'reflex', tls: {}, declare: false };
    expect(
      usesOf({
        connectors: [
          { name: 'fw', kind: 'rest', parameters: { headers: { A: { secret: 'stored:edge' } }, note: 'stored:no' } },
          { name: 'cs', kind: 'crowdsec', parameters: { password: { secret: 'stored:edge' } } },
        ],
        intake: {
          rabbitmq: [{ ...queue, password_secret: 'stored:rabbit' }],
          webhooks: [{ name: 'edr', auth: { signature: { secret: 'stored:sign' } } }],
        },
        policies: { git: { remote: 'https://git.example/p.git', token_secret: 'stored:git' } },
      }),
    ).toEqual({
      edge: ['connector cs', 'connector fw'],
      rabbit: ['rabbitmq:q'],
      sign: ['webhook:edr'],
      git: ['policies.git.token_secret'],
    });
    expect(usesOf({})).toEqual({});
  });
});
