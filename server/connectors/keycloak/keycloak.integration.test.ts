import { readFileSync } from 'fs';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { faultProxy } from '../../../test/targets/fault_proxy';
import { keycloakParameters } from '../../../test/targets/keycloak_model';
import { whyNotKeycloak } from '../../../test/targets/keycloak_packages';
import { makeRealm, REALM_SECRETS, type Realm } from '../../../test/targets/keycloak_realm';
import { startKeycloak, type KeycloakServer } from '../../../test/targets/keycloak_server';
import { suiteUnless } from '../../../test/targets/suite_unless';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';
import { CONTAINED, readMark } from './mark';

const why = whyNotKeycloak();
if (why !== undefined) process.stdout.write(`SKIPPED: keycloak.integration: ${why}\n`);
/** A suite that is skipped names the reason, so that it stands in the summary. */
const suite = suiteUnless(why);

/** Memory that a process has, MiB. */
const memoryOf = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);

let server: KeycloakServer;

beforeAll(async () => {
  if (why !== undefined) return;
  server = await startKeycloak();
  process.stdout.write(`Keycloak answered after ${server.startedInMs} ms\n`);
}, 300_000);

afterAll(async () => {
  if (why !== undefined) return;
  process.stdout.write(`Keycloak has ${memoryOf(server.pid)} MiB\n`);
  await server.stop();
}, 60_000);

const connectorTo = (
  { name }: Realm,
  change: object = {},
  secrets: (name: string) => string | undefined = (secret) => REALM_SECRETS[secret],
): Connector => {
  const parameters = {
    ...keycloakParameters(server.url),
    realm: name,
    timeouts: { connect_ms: 5_000, total_ms: 50_000 },
    ...change,
  };
  const { connectors, faults } = makeConnectors([{ name: 'sso', kind: 'keycloak', parameters }], secrets);
  const connector = connectors.get('sso');
  if (!connector) throw new Error(JSON.stringify(faults));
  return connector;
};

const onUser = (username: string, action = 'disable_user') =>
  aClearedCommand({ action, target: { type: 'user', value: username } });

const marksOf = (user: Readonly<Record<string, unknown>> | undefined): readonly string[] =>
  (user?.attributes as { reflex?: readonly string[] } | undefined)?.reflex ?? [];

const MOST_COMMANDS = 80;

const rig = async (): Promise<ConnectorRig> => {
  const names = [...Array(MOST_COMMANDS).keys()].map((n) => `user-${n}`);
  const realm = await makeRealm(server, names);
  const proxy = await faultProxy(server.port);
  const left = [...names];
  const connector = connectorTo(realm, { base_url: proxy.url, timeouts: { connect_ms: 4_000, total_ms: 20_000 } });
  // A server that has just started compiles what it is asked for the first time; that is not what is tried.
  const first = onUser(left.pop() ?? '');
  const patient = connectorTo(realm);
  await patient.execute(first, aCall());
  await patient.verify(effectOf(first), aCall());
  await patient.undo(effectOf(first), aCall());
  return {
    connector,
    proxy,
    command: (change) => {
      const username = left.pop();
      if (username === undefined) throw new Error('more users are needed');
      return aClearedCommand({ action: 'disable_user', target: { type: 'user', value: username }, ...change });
    },
    effects: async ({ value }) => {
      const user = await realm.user(value);
      return user?.enabled === false ? (readMark(marksOf(user))?.commandIds ?? ['a person']) : [];
    },
    // Another Reflex that shares the realm, as it writes its mark.
    addForeign: async ({ value }) => {
      const user = await realm.user(value);
      const ours = user?.enabled === true ? [] : (readMark(marksOf(user))?.commandIds ?? []);
      const reflex = [CONTAINED, 'was:enabled', 'before:0', ...ours, 'somebody-else'];
      await realm.change(value, { enabled: false, attributes: { reflex } });
      return 'somebody-else';
    },
    removeByHand: ({ target }) => realm.change(target.value, { enabled: true }),
    isOrder: ({ method }) => method === 'PUT',
    dispose: () => proxy.dispose(),
  };
};

describeConnector('keycloak', rig, why);

suite('an account of a Keycloak realm', () => {
  let realm: Realm;
  let connector: Connector;

  beforeAll(async () => {
    realm = await makeRealm(server, ['bystander'], { people: ['ana', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gil'] });
    connector = connectorTo(realm);
  }, 60_000);

  const execute = (command: ReturnType<typeof onUser>) => connector.execute(command, aCall());
  const verify = (command: ReturnType<typeof onUser>) => connector.verify(effectOf(command), aCall());
  const undo = (command: ReturnType<typeof onUser>, hand = connector) => hand.undo(effectOf(command), aCall());

  it('can do nothing more while it is disabled, and what was given before stays worthless afterwards', async () => {
    const [online, offline] = [await realm.loggedIn('ana'), await realm.loggedIn('ana', 'openid offline_access')];
    expect([await realm.isActive(online), await realm.isActive(offline)]).toEqual([true, true]);
    const command = onUser('ana');
    const began = Date.now();
    expect(await execute(command)).toMatchObject({ kind: 'succeeded', before: { enabled: true } });
    const ordered = Date.now();
    expect(await verify(command)).toMatchObject({
      state: 'present',
      seen: { disabled: true, sessions: 0, offline_sessions: 1, tokens_revoked: true },
      text: 'it is disabled: yes; it has no session: yes; its tokens are revoked: yes',
    });
    process.stdout.write(`disabled after ${ordered - began} ms, verified after ${Date.now() - began} ms\n`);
    expect(await realm.login('ana')).toMatchObject({ status: 400, body: { error_description: 'Account disabled' } });
    for (const login of [online, offline]) {
      expect(await realm.isActive(login)).toBe(false);
      expect((await realm.refreshed(login)).status).toBe(400);
    }
    expect((await realm.user('bystander'))?.enabled).toBe(true);

    expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    expect(await verify(command)).toMatchObject({ state: 'absent' });
    for (const login of [online, offline]) {
      expect(await realm.isActive(login)).toBe(false);
      expect((await realm.refreshed(login)).status).toBe(400);
    }
    expect((await realm.login('ana')).status).toBe(200);
    expect(await realm.user('ana')).toMatchObject({
      enabled: true,
      firstName: 'Ana',
      lastName: 'Test',
      email: 'ana@corp.example',
      attributes: { department: ['sales'] },
      requiredActions: [],
    });
    expect(marksOf(await realm.user('ana'))).toEqual([]);
  }, 60_000);

  it('would keep its tokens if it were only disabled: that is not taken for ours, and not for whole', async () => {
    const login = await realm.loggedIn('bob');
    const command = onUser('bob');
    const reflex = [CONTAINED, 'was:enabled', 'before:0', command.command_id];
    const attributes = { department: ['sales'], reflex };
    await realm.change('bob', { enabled: false, attributes });
    expect(await verify(command)).toMatchObject({
      state: 'unknown',
      seen: { disabled: true, sessions: 1, tokens_revoked: false },
      text: 'it is disabled: yes; it has no session: NO; its tokens are revoked: NO',
    });
    await realm.change('bob', { enabled: true });
    // The trap that the connector is there for.
    expect([await realm.isActive(login), (await realm.refreshed(login)).status]).toEqual([true, 200]);
    await realm.change('bob', { enabled: false });
    // Told again, it goes on where an order was cut off.
    expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
    expect(await verify(command)).toMatchObject({ state: 'present' });
    await undo(command);
    expect([await realm.isActive(login), (await realm.refreshed(login)).status]).toEqual([false, 400]);
  }, 60_000);

  it('must set a new password on its return where that is configured', async () => {
    const strict = connectorTo(realm, { require_on_return: ['UPDATE_PASSWORD'] });
    const command = onUser('cleo');
    await strict.execute(command, aCall());
    expect(await undo(command, strict)).toMatchObject({ text: expect.stringContaining('UPDATE_PASSWORD') });
    expect(await realm.user('cleo')).toMatchObject({ enabled: true, requiredActions: ['UPDATE_PASSWORD'] });
    expect(await realm.login('cleo')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  }, 60_000);

  it('that a person disabled before stays disabled after our undo', async () => {
    await realm.change('dan', { enabled: false });
    const command = onUser('dan');
    expect(await execute(command)).toMatchObject({
      kind: 'succeeded',
      before: { enabled: false },
      text: expect.stringMatching(/somebody else had disabled it before/),
    });
    expect(await verify(command)).toMatchObject({ state: 'present', text: expect.stringMatching(/stays disabled/) });
    expect(await undo(command)).toMatchObject({ kind: 'succeeded', text: expect.stringMatching(/stays disabled/) });
    expect(await verify(command)).toMatchObject({ state: 'absent' });
    expect(await realm.user('dan')).toMatchObject({ enabled: false, attributes: { department: ['sales'] } });
  }, 60_000);

  it('that a person enables again is absent, and is not touched by the undo but for our mark', async () => {
    const command = onUser('eve');
    await execute(command);
    await realm.change('eve', { enabled: true });
    expect(await verify(command)).toMatchObject({ state: 'absent', text: expect.stringMatching(/enabled it again/) });
    const login = await realm.loggedIn('eve');
    expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    expect([await realm.isActive(login), marksOf(await realm.user('eve'))]).toEqual([true, []]);
  }, 60_000);

  it('is found by our mark where its name was changed meanwhile', async () => {
    await realm.admin('PUT', '', { editUsernameAllowed: true });
    const command = onUser('finn');
    await execute(command);
    await realm.change('finn', { username: 'finn-renamed' });
    expect(await verify(command)).toMatchObject({ state: 'present' });
    expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    expect(await realm.user('finn-renamed')).toMatchObject({ enabled: true });
  }, 60_000);

  it('loses its sessions, and no more, by `revoke_sessions`', async () => {
    const [online, offline] = [await realm.loggedIn('gil'), await realm.loggedIn('gil', 'openid offline_access')];
    const command = onUser('gil', 'revoke_sessions');
    const outcome = await execute(command);
    expect(outcome).toMatchObject({ kind: 'succeeded' });
    for (const login of [online, offline])
      expect([await realm.isActive(login), (await realm.refreshed(login)).status]).toEqual([false, 400]);
    const effect = { ...effectOf(command), ...(outcome.kind === 'succeeded' && { after: outcome.after }) };
    expect(await connector.verify(effect, aCall())).toMatchObject({
      state: 'present',
      seen: { sessions: 0, newer: 0 },
    });
    await realm.loggedIn('gil');
    expect(await connector.verify(effect, aCall())).toMatchObject({
      state: 'present',
      seen: { sessions: 0, newer: 1 },
    });
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
    expect(await undo(command)).toMatchObject({ kind: 'failed', error: { code: 'irreversible' } });
  }, 60_000);

  it('is refused by a name of another realm, of nobody, and by what is no account', async () => {
    for (const [value, code] of [
      ['other\\ana', 'other_realm'],
      ['ana@other.example', 'other_realm'],
      ['.\\ana', 'other_realm'],
      ['nobody-here', 'no_such_account'],
      ['an', 'no_such_account'],
      ['00000000-0000-4000-8000-000000000000', 'no_such_account'],
      ['S-1-5-21-1-2-3-1001', 'wrong_target'],
    ] as const)
      expect([value, await execute(onUser(value))]).toMatchObject([value, { kind: 'failed', error: { code } }]);
    const named = onUser('corp\\ana');
    expect(await execute(named)).toMatchObject({ kind: 'succeeded' });
    expect(await undo(named)).toMatchObject({ kind: 'succeeded' });
    const byId = onUser(String((await realm.user('ana'))?.id));
    expect(await execute(byId)).toMatchObject({ kind: 'succeeded' });
    expect(await undo(byId)).toMatchObject({ kind: 'succeeded' });
  }, 60_000);

  it('of Reflex itself is not touched', async () => {
    const { body } = await realm.admin('GET', '/clients?clientId=responder');
    const [client] = body as unknown as ReadonlyArray<{ id: string }>;
    const own = (await realm.admin('GET', `/clients/${client?.id ?? ''}/service-account-user`)).body;
    expect(await execute(onUser(String(own.id)))).toMatchObject({ kind: 'failed', error: { code: 'own_account' } });
  });
});

suite('a Keycloak realm', () => {
  it('without the attribute is told so, and nobody is disabled there', async () => {
    const realm = await makeRealm(server, ['ana'], { keepsMark: false });
    const connector = connectorTo(realm);
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      cannot: [{ action: 'disable_user', why: expect.stringMatching(/has no attribute `reflex`/) }],
    });
    expect(await connector.execute(onUser('ana'), aCall())).toMatchObject({ error: { code: 'mark_not_kept' } });
    expect(await realm.user('ana')).toMatchObject({ enabled: true });
    const { body: profile } = await realm.admin('GET', '/users/profile');
    await realm.admin('PUT', '/users/profile', { ...profile, unmanagedAttributePolicy: 'ADMIN_EDIT' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    const command = onUser('ana');
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await realm.user('ana')).toMatchObject({ enabled: true, attributes: { department: ['sales'] } });
  }, 60_000);

  it('tells what our client may not do, and who it is not', async () => {
    const realm = await makeRealm(server, ['ana']);
    const viewer = connectorTo(realm, { client_id: 'auditor', client_secret: { secret: 'eye' } });
    expect(await viewer.status(aCall())).toMatchObject({
      state: 'degraded',
      cannot: [{ action: 'disable_user' }, { action: 'revoke_sessions' }],
    });
    expect(await viewer.execute(onUser('ana'), aCall())).toMatchObject({ kind: 'failed' });
    expect(await realm.user('ana')).toMatchObject({ enabled: true });
    const stranger = connectorTo(realm, {}, () => 'not-the-secret');
    expect(await stranger.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    expect(await stranger.execute(onUser('ana'), aCall())).toMatchObject({ error: { code: 'credentials' } });
    const lost = connectorTo({ ...realm, name: 'no-such-realm' });
    expect(await lost.status(aCall())).not.toMatchObject({ state: 'ok' });
  }, 60_000);

  it('knows us by our certificate too, and lets another client confirm what we did', async () => {
    const realm = await makeRealm(server, ['ana']);
    const { cert, key } = server.issue('responder');
    const secrets: Readonly<Record<string, string>> = { ...REALM_SECRETS, cert, key };
    const parameters = {
      base_url: server.secureUrl,
      client_id: 'by-certificate',
      client_secret: undefined,
      auth: 'tls',
      tls: { ca: server.ca, cert: { secret: 'cert' }, key: { secret: 'key' } },
      observer: { client_id: 'auditor', client_secret: { secret: 'eye' }, auth: 'basic' },
    };
    const made = JSON.parse(JSON.stringify(parameters)) as object;
    const { client_secret: _none, ...rest } = keycloakParameters(server.url);
    const all = { ...rest, realm: realm.name, timeouts: { connect_ms: 10_000, total_ms: 50_000 }, ...made };
    const { connectors, faults } = makeConnectors(
      [{ name: 'sso', kind: 'keycloak', parameters: all }],
      (name) => secrets[name],
    );
    expect(faults).toEqual([]);
    const connector = connectors.get('sso');
    if (!connector) throw new Error('not made');
    const command = onUser('ana');
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
  }, 60_000);
});
