import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { rawServer } from '../../../test/targets/loopback_server';
import type { ConnectorWorld } from '../connector_kind';
import { ldapKind } from './ldap_kind';

const AD = {
  url: 'ldaps://dc1.corp.test',
  bind_dn: 'svc-reflex@corp.test',
  password: { secret: 'directory' },
  base_dn: 'DC=corp,DC=test',
  flavour: 'active_directory',
  realms: ['CORP', 'corp.test'],
};
const POLICY = { ...AD, flavour: 'ppolicy', default_policy: 'cn=default,dc=corp,dc=test' };
const PASSWORD = 'password-of-the-directory';

const make = (parameters: unknown, world?: Partial<ConnectorWorld>) =>
  ldapKind.make(
    { name: 'directory', kind: 'ldap', parameters },
    (name) => (name === 'directory' ? PASSWORD : undefined),
    {
      utc: () => 0,
      lookup: async () => ['127.0.0.1'],
      ...world,
    },
  );
const pathsOf = (parameters: unknown): readonly string[] => {
  const made = make(parameters);
  return made.ok ? [] : made.error.map(({ path }) => path).sort();
};
const orderFor = (value: string) => aClearedCommand({ action: 'disable_user', target: { type: 'user', value } });

describe('parameters of a directory', () => {
  it.each([AD, POLICY, { ...AD, observer: { url: 'ldaps://dc2.corp.test' }, test_user: 'corp\\test' }])(
    'that fit make a connector without reaching a network',
    (parameters) => {
      expect(pathsOf(parameters)).toEqual([]);
    },
  );

  it.each([
    ['nothing', {}, ['base_dn', 'bind_dn', 'flavour', 'password', 'realms', 'url']],
    ['a readable connection', { ...AD, url: 'ldap://dc1.corp.test' }, ['url']],
    ['TLS twice', { ...AD, start_tls: true }, ['url']],
    ['a base in the URL', { ...AD, url: 'ldaps://dc1.corp.test/dc=corp' }, ['url']],
    ['another flavour', { ...AD, flavour: 'openldap' }, ['flavour']],
    ['no default policy', { ...POLICY, default_policy: undefined }, ['default_policy']],
    [
      'what only ppolicy has',
      { ...AD, default_policy: 'cn=x', name_attribute: 'uid', user_class: 'person' },
      ['default_policy', 'name_attribute', 'user_class'],
    ],
    ['no realm', { ...AD, realms: [] }, ['realms']],
    ['realms that are none', { ...AD, realms: ['.', 'a\\b', '*', ''] }, ['realms.3']],
    ['realms that are none, spelled well', { ...AD, realms: ['.', 'a\\b', '*'] }, ['realms.0', 'realms.1', 'realms.2']],
    ['an address that is none', { ...AD, allow_addresses: ['10.0.0.0/99'] }, ['allow_addresses.0']],
    ['an observer with a name alone', { ...AD, observer: { bind_dn: 'cn=x' } }, ['observer']],
    ['an observer without anything', { ...AD, observer: {} }, ['observer']],
    ['an observer in readable form', { ...AD, observer: { url: 'ldap://dc2.corp.test' } }, ['observer.url']],
    ['a test account elsewhere', { ...AD, test_user: 'other\\test' }, ['test_user']],
    ['an attribute that would be a filter', { ...POLICY, name_attribute: 'uid)(x=' }, ['name_attribute']],
    ['a password in the open', { ...AD, password: PASSWORD }, ['password']],
    ['an unknown one', { ...AD, tls_verify: false }, ['tls_verify']],
    [
      'several at once',
      { ...AD, url: 'x', password: { secret: 'other' }, allow_addresses: ['x'], test_user: '*', realms: ['*'] },
      ['allow_addresses.0', 'password', 'realms.0', 'test_user', 'url'],
    ],
  ])('with %s are refused, each by its path', (_name, parameters, paths) => {
    expect(pathsOf(parameters)).toEqual(paths);
  });

  it('count another server as a second observer, and another account not', () => {
    const observing = (observer: object) => {
      const made = make({ ...AD, observer });
      return made.ok && made.value.capabilities.second_observer;
    };
    expect([
      observing({ url: 'ldaps://dc2.corp.test' }),
      observing({ url: 'ldaps://DC1.corp.test:636' }),
      observing({ bind_dn: 'reader@corp.test', password: { secret: 'directory' } }),
    ]).toEqual([true, false, false]);
  });

  it('name what a self-test may act on', () => {
    const made = make({ ...AD, test_user: 'corp\\test' });
    expect(made.ok && made.value.capabilities.promises.disable_user?.test_target).toEqual({ value: 'corp\\test' });
  });
});

describe('a directory at an address that nobody should reach', () => {
  const outcomeOf = async (parameters: object, world: Partial<ConnectorWorld> = {}) => {
    const made = make({ ...AD, ...parameters, timeouts: { connect_ms: 300, total_ms: 600 } }, world);
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return made.value.execute(orderFor('corp\\mallory'), aCall());
  };

  it('gets no connection: this machine, metadata services, and what the installation does not allow', async () => {
    const server = await rawServer(() => undefined);
    const url = `ldaps://dc1.corp.test:${server.port}`;
    for (const address of ['127.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'])
      expect([address, await outcomeOf({ url }, { lookup: async () => [address] })]).toMatchObject([
        address,
        { kind: 'failed', error: { code: 'address_refused', retryable: false } },
      ]);
    const egress = (): string => 'not in the list of the installation';
    expect(await outcomeOf({ url, allow_addresses: ['127.0.0.1'] }, { egress })).toMatchObject({
      kind: 'failed',
      error: { code: 'egress_refused', retryable: false },
    });
    expect(server.connections()).toBe(0);
    await server.close();
  });

  it('is asked for at each connection, and gets nothing once one of its addresses is refused', async () => {
    const lookup = async (): Promise<readonly string[]> => ['10.0.0.1', '127.0.0.1'];
    expect(await outcomeOf({}, { lookup })).toMatchObject({ kind: 'failed', error: { code: 'address_refused' } });
  });

  it('is not waited for where its name is not resolved in time', async () => {
    const lookup = (): Promise<never> => new Promise(() => undefined);
    expect(await outcomeOf({}, { lookup })).toMatchObject({
      kind: 'failed',
      error: { code: 'timeout', retryable: true },
    });
  });

  it('is never asked about an account of somebody else', async () => {
    const lookup = jest.fn(async () => ['127.0.0.1']);
    const made = make(AD, { lookup });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    const order = orderFor('other\\mallory');
    expect(await made.value.execute(order, aCall())).toMatchObject({ error: { code: 'other_realm' } });
    expect(await made.value.undo(effectOf(order), aCall())).toMatchObject({ error: { code: 'other_realm' } });
    const block = aClearedCommand();
    expect(await made.value.execute(block, aCall())).toMatchObject({ error: { code: 'bad_request' } });
    const unmarked = aClearedCommand({ ...orderFor('corp\\mallory'), command_id: 'no-uuid' });
    expect(await made.value.execute(unmarked, aCall())).toMatchObject({ error: { code: 'bad_request' } });
    expect(lookup).not.toHaveBeenCalled();
  });
});
