import { randomUUID } from 'crypto';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { faultProxy, type FaultProxy, type SeenRequest } from '../../../test/targets/fault_proxy';
import {
  keycloakModel,
  keycloakParameters,
  MODEL_SECRETS,
  type KeycloakModel,
  type ModelUser,
} from '../../../test/targets/keycloak_model';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';

let model: KeycloakModel;
let proxy: FaultProxy;

beforeAll(async () => {
  model = await keycloakModel();
  proxy = await faultProxy(model.port);
});
afterEach(() => {
  proxy.fail();
  model.mayManage(true);
});
afterAll(async () => {
  await proxy.dispose();
  await model.close();
});

const make = (change: object = {}, secrets: (name: string) => string | undefined = (name) => MODEL_SECRETS[name]) => {
  const parameters = { ...keycloakParameters(proxy.url), timeouts: { connect_ms: 2_000, total_ms: 10_000 }, ...change };
  return makeConnectors([{ name: 'sso', kind: 'keycloak', parameters }], secrets);
};
const connectorTo = (change: object = {}): Connector => {
  const { connectors, faults } = make(change);
  const connector = connectors.get('sso');
  if (!connector) throw new Error(JSON.stringify(faults));
  return connector;
};

const aUser = (change: Partial<ModelUser> = {}): ModelUser => model.user(`u-${randomUUID()}`, change);
const on = ({ username }: ModelUser, action = 'disable_user') =>
  aClearedCommand({ action, target: { type: 'user', value: username } });

const isLogout = ({ path }: SeenRequest): boolean => path.endsWith('/logout');
const logouts = (): number => proxy.requests().filter(isLogout).length;

describe('disabling an account', () => {
  const connector = (): Connector => connectorTo();
  const execute = (command: ReturnType<typeof on>, change: Parameters<typeof aCall>[0] = {}) =>
    connector().execute(command, aCall(change));
  const verify = (command: ReturnType<typeof on>) => connector().verify(effectOf(command), aCall());

  it.each([
    ['is refused', { kind: 'answer', status: 403 } as const],
    ['fails', { kind: 'answer', status: 503 } as const],
    ['is throttled', { kind: 'answer', status: 429, headers: { 'retry-after': '2' } } as const],
    ['is not answered', { kind: 'stall' } as const],
  ])(
    'is not certain, and never "failed", where ending the sessions %s; told again, it goes on from there',
    async (_what, fault) => {
      const user = aUser();
      model.login(user);
      const command = on(user);
      proxy.fail(fault, isLogout);
      expect(await execute(command)).toMatchObject({
        kind: 'unknown',
        error: { retryable: true },
        after: { user_id: user.id },
      });
      expect(user).toMatchObject({ enabled: false, sessions: [expect.anything()] });
      proxy.fail();
      expect(await verify(command)).toMatchObject({
        state: 'unknown',
        text: 'it is disabled: yes; it has no session: NO; its tokens are revoked: NO',
      });
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect(user.sessions).toEqual([]);
      expect(await verify(command)).toMatchObject({ state: 'present' });
      expect(await connector().undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
      expect(user).toMatchObject({ enabled: true, attributes: {} });
    },
  );

  it('asks for the permit again before it ends the sessions', async () => {
    const user = aUser();
    const answers: boolean[] = [];
    // Two looks and the update.
    const mayStart = (): boolean => answers.push(true) <= 3;
    const before = logouts();
    expect(await execute(on(user), { mayStart })).toMatchObject({ kind: 'unknown' });
    expect([answers.length, logouts() - before, user.enabled]).toEqual([4, 0, false]);
  });

  it('ends no session of an account that is not seen to be disabled', async () => {
    const user = aUser();
    model.login(user);
    const before = logouts();
    proxy.fail({ kind: 'answer', status: 500 }, ({ method }) => method === 'PUT');
    expect(await execute(on(user))).toMatchObject({ kind: 'unknown' });
    expect([logouts() - before, user.sessions.length, user.enabled]).toEqual([0, 1, true]);
  });

  it('ends the sessions once more in the next second where an offline token is as young', async () => {
    const now = Math.floor(Date.now() / 1000) * 1000 + 1_000;
    const user = aUser({ offline: [{ start: now, lastAccess: now }] });
    const command = on(user);
    const before = logouts();
    expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
    expect(logouts() - before).toBe(2);
    expect(user.notBefore * 1000).toBeGreaterThan(now - 1);
    user.offline = [{ start: 0, lastAccess: user.notBefore * 1000 }];
    expect(await verify(command)).toMatchObject({
      state: 'unknown',
      seen: { offline_sessions: 1, tokens_revoked: false },
    });
    user.offline = [{ start: 0, lastAccess: user.notBefore * 1000 - 1_000 }];
    expect(await verify(command)).toMatchObject({
      state: 'present',
      seen: { offline_sessions: 1, tokens_revoked: true },
    });
  });

  it('does not take a logout of the same second before it for its own', async () => {
    const user = aUser({ notBefore: Math.floor(Date.now() / 1000) + 1 });
    const noted = user.notBefore;
    const command = on(user);
    await execute(command);
    expect(user.notBefore).toBeGreaterThanOrEqual(noted);
    expect(await verify(command)).toMatchObject({ seen: { tokens_revoked: user.notBefore > noted } });
  });

  it('keeps everything else of the account', async () => {
    const user = aUser({ attributes: { dept: ['sales', 'emea'] } });
    const { email, firstName } = user;
    const command = on(user);
    await execute(command);
    expect(user).toMatchObject({ email, firstName, attributes: { dept: ['sales', 'emea'] } });
    await connector().undo(effectOf(command), aCall());
    expect(user).toMatchObject({ enabled: true, email, firstName, attributes: { dept: ['sales', 'emea'] } });
    expect(user.attributes).not.toHaveProperty('reflex');
  });

  it('stays as long as another order of Reflex holds the account', async () => {
    const user = aUser();
    const [first, second] = [on(user), on(user)];
    await execute(first);
    await execute(second);
    await connector().undo(effectOf(first), aCall());
    expect([user.enabled, (await verify(first)).state, (await verify(second)).state]).toEqual([
      false,
      'absent',
      'present',
    ]);
    await connector().undo(effectOf(second), aCall());
    expect([user.enabled, user.attributes]).toEqual([true, {}]);
  });

  it('is refused for a name that two accounts have, and for one of nobody', async () => {
    const user = aUser();
    model.user(user.username);
    expect(await execute(on(user))).toMatchObject({ kind: 'failed', error: { code: 'ambiguous', retryable: false } });
    expect(user.enabled).toBe(true);
    expect(await execute(on({ ...user, username: 'nobody' }))).toMatchObject({ error: { code: 'no_such_account' } });
  });

  it('is refused where the attribute holds something of somebody else, or is not kept', async () => {
    const user = aUser({ attributes: { reflex: ['their own'] } });
    expect(await execute(on(user))).toMatchObject({ kind: 'failed', error: { code: 'mark_in_use' } });
    expect(user).toMatchObject({ enabled: true, attributes: { reflex: ['their own'] } });
    const other = aUser();
    const elsewhere = connectorTo({ mark_attribute: 'dept2' });
    expect(await elsewhere.execute(on(other), aCall())).toMatchObject({ error: { code: 'mark_not_kept' } });
    expect(await elsewhere.status(aCall())).toMatchObject({ state: 'degraded', cannot: [{ action: 'disable_user' }] });
    expect(other.enabled).toBe(true);
  });

  it('of an account that a person disabled before leaves it disabled after the undo, and says so', async () => {
    const user = aUser({ enabled: false });
    const command = on(user);
    expect(await verify(command)).toMatchObject({ state: 'absent' });
    expect(await execute(command)).toMatchObject({ kind: 'succeeded', before: { enabled: false } });
    expect(await verify(command)).toMatchObject({ state: 'present', text: expect.stringMatching(/stays disabled/) });
    await connector().undo(effectOf(command), aCall());
    expect([user.enabled, user.attributes, (await verify(command)).state]).toEqual([false, {}, 'absent']);
  });

  it('asks for what the user must do on return, beside what was asked already', async () => {
    const user = aUser({ requiredActions: ['VERIFY_EMAIL'] });
    const strict = connectorTo({ require_on_return: ['UPDATE_PASSWORD', 'VERIFY_EMAIL'] });
    const command = on(user);
    await strict.execute(command, aCall());
    expect(user.requiredActions).toEqual(['VERIFY_EMAIL']);
    await strict.undo(effectOf(command), aCall());
    expect(user).toMatchObject({ enabled: true, requiredActions: ['VERIFY_EMAIL', 'UPDATE_PASSWORD'] });
  });

  it('is refused for the account that Reflex itself works with', async () => {
    const own = model.user('service-account-responder');
    expect(await execute(on(own))).toMatchObject({ kind: 'failed', error: { code: 'own_account' } });
    expect(await execute(on({ ...own, username: own.id }))).toMatchObject({ error: { code: 'own_account' } });
    expect(await connector().execute(on(own, 'revoke_sessions'), aCall())).toMatchObject({ kind: 'failed' });
    expect(own.enabled).toBe(true);
  });

  it('overwrites a mark that an earlier effect left on an account which somebody enabled', async () => {
    const user = aUser();
    const [earlier, later] = [on(user), on(user)];
    await execute(earlier);
    user.enabled = true;
    await execute(later);
    expect([(await verify(earlier)).state, (await verify(later)).state]).toEqual(['absent', 'present']);
    await connector().undo(effectOf(later), aCall());
    expect(user.enabled).toBe(true);
  });

  it('of an account that is gone is over', async () => {
    const user = aUser();
    const command = on(user);
    const outcome = await execute(command);
    const effect = { ...effectOf(command), ...(outcome.kind === 'succeeded' && { after: outcome.after }) };
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'present' });
    model.remove(user.id);
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'absent' });
    expect(await connector().undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
  });

  it('is unknown where an answer cannot be read as a whole', async () => {
    const user = aUser();
    const command = on(user);
    await execute(command);
    proxy.fail({ kind: 'apply_and_answer', status: 200 }, ({ path }) => path.endsWith('/sessions'));
    expect(await verify(command)).toMatchObject({ state: 'unknown', text: expect.stringMatching(/could not look/) });
  });
});

describe('ending the sessions of an account', () => {
  it('leaves it enabled, and tells older sessions from newer ones', async () => {
    const user = aUser();
    model.login(user);
    const connector = connectorTo();
    const command = on(user, 'revoke_sessions');
    const outcome = await connector.execute(command, aCall());
    expect(outcome).toMatchObject({ kind: 'succeeded', before: { not_before: 0 } });
    expect(user).toMatchObject({ enabled: true, sessions: [] });
    const effect = { ...effectOf(command), ...(outcome.kind === 'succeeded' && { after: outcome.after }) };
    const verify = () => connector.verify(effect, aCall());
    expect(await verify()).toMatchObject({ state: 'present' });
    user.sessions.push({ start: (user.notBefore + 5) * 1000, lastAccess: (user.notBefore + 5) * 1000 });
    expect(await verify()).toMatchObject({ state: 'present', seen: { newer: 1 } });
    user.sessions.push({ start: (user.notBefore - 5) * 1000, lastAccess: 0 });
    expect(await verify()).toMatchObject({ state: 'unknown', seen: { sessions: 1 } });
    expect(await connector.undo(effect, aCall())).toMatchObject({ error: { code: 'irreversible' } });
  });

  it('can be looked at later also where its answer was lost', async () => {
    const user = aUser();
    const connector = connectorTo();
    const command = on(user, 'revoke_sessions');
    for (const [kind, state] of [
      ['stall', 'absent'],
      ['apply_and_stall', 'present'],
    ] as const) {
      proxy.fail({ kind }, isLogout);
      const outcome = await connector.execute(command, aCall());
      expect(outcome).toMatchObject({ kind: 'unknown', after: { user_id: user.id } });
      proxy.fail();
      const effect = { ...effectOf(command), ...(outcome.kind === 'unknown' && { after: outcome.after }) };
      expect([kind, await connector.verify(effect, aCall())]).toMatchObject([kind, { state }]);
    }
  });
});

describe('the health of a realm', () => {
  it('says what our account may not do', async () => {
    model.mayManage(false);
    aUser();
    expect(await connectorTo().status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      cannot: [{ action: 'disable_user' }, { action: 'revoke_sessions' }],
    });
  });

  it('says so where the observer is not let in', async () => {
    const observer = { client_id: 'auditor', client_secret: { secret: 'eye' }, auth: 'post' };
    expect(await connectorTo({ observer }).status(aCall())).toMatchObject({ state: 'ok' });
    const wrong = { ...observer, client_id: 'nobody' };
    expect(await connectorTo({ observer: wrong }).status(aCall())).toMatchObject({
      state: 'degraded',
      text: expect.stringMatching(/^the observer: .*unauthorized_client/),
    });
  });

  it('shows no secret, whatever the realm says', async () => {
    const connector = connectorTo();
    proxy.fail({ kind: 'answer', status: 401 });
    const seen = [await connector.status(aCall()), await connector.execute(on(aUser()), aCall())];
    expect(JSON.stringify(seen)).not.toContain('secret-of');
  });
});

describe('the parameters of a realm', () => {
  const faultsOf = (change: object, secrets?: (name: string) => string | undefined): readonly string[] =>
    make(change, secrets).faults.map(({ path }) => path);

  it.each([
    ['no realm', { realm: '' }, ['parameters.realm']],
    ['a realm that is a path', { realm: '../master' }, ['parameters.realm']],
    ['realms in capitals', { account_realms: ['CORP'] }, ['parameters.account_realms.0']],
    ['an unknown way to log in', { auth: 'jwt' }, ['parameters.auth']],
    ['an attribute that a search would split', { mark_attribute: 'a:b' }, ['parameters.mark_attribute']],
    ['a certificate that is not there', { auth: 'tls', client_secret: undefined }, ['parameters.auth']],
    ['plain http', { base_url: 'http://sso.example' }, ['parameters.base_url']],
    ['what nobody knows', { password: 'x' }, ['parameters.password']],
  ])('are refused: %s', (_what, change, paths) => {
    expect(faultsOf(JSON.parse(JSON.stringify(change)) as object).length).toBeGreaterThan(0);
    expect(faultsOf(change)).toEqual(expect.arrayContaining(paths));
  });

  it('are refused without a secret, each by its place', () => {
    const observer = { client_id: 'auditor', client_secret: { secret: 'eye' }, auth: 'post' };
    expect(faultsOf({ observer }, () => undefined)).toEqual([
      'parameters.client_secret',
      'parameters.observer.client_secret',
    ]);
  });
});
