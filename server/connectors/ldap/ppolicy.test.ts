import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { ldapProxy, type LdapProxy } from '../../../test/targets/ldap_proxy';
import { isLdapOrder, ldapConnectorTo } from '../../../test/targets/ldap_rig';
import { modelDirectory, type ModelDirectory } from '../../../test/targets/model_directory';
import { lockOf } from './lock_time';

const BASE = 'dc=corp,dc=test';
const HAND = `cn=responder,${BASE}`;
const DEFAULT = `cn=default,${BASE}`;
const MALLORY = `uid=mallory,${BASE}`;
const LOCK = 'pwdaccountlockedtime';
const OWN = '20261130141513Z';

describe('an account of OpenLDAP', () => {
  const authority = testAuthority();
  let model: ModelDirectory;
  let proxy: LdapProxy;

  beforeEach(async () => {
    model = await modelDirectory({ passwords: { [HAND]: 'responders-password' } });
    proxy = await ldapProxy(authority.issue('localhost'), model.port);
    model.add(BASE, { objectClass: 'domain' });
    model.add(DEFAULT, { objectClass: 'pwdPolicy', pwdLockout: 'TRUE' });
    model.add(MALLORY, { objectClass: ['person'], uid: ['mallory', 'mal'] });
  });

  afterEach(async () => {
    await proxy.dispose();
    await model.dispose();
  });

  const connector = (ca = authority.ca) =>
    ldapConnectorTo(
      {
        url: proxy.url,
        tls: { ca },
        bind_dn: HAND,
        password: { secret: 'directory' },
        base_dn: BASE,
        flavour: 'ppolicy',
        default_policy: DEFAULT,
        realms: ['CORP'],
      },
      { directory: 'responders-password' },
    );
  const order = aClearedCommand({ action: 'disable_user', target: { type: 'user', value: 'corp\\mallory' } });
  const effect = effectOf(order);
  const set = (dn: string, attribute: string, ...values: readonly string[]) =>
    model.change(dn, [{ operation: 'replace', attribute: attribute.toLowerCase(), values }]);
  const orders = () => proxy.requests().filter(isLdapOrder).length;

  it.each([
    ['enforces none', () => set(DEFAULT, 'pwdLockout', 'FALSE')],
    ['says nothing of locks', () => set(DEFAULT, 'pwdLockout')],
    ['cannot be read', () => model.entries.delete(DEFAULT)],
    [
      'is a toothless one of its own',
      () => {
        model.add(`cn=own,${BASE}`, { objectClass: 'pwdPolicy', pwdLockout: 'FALSE' });
        set(MALLORY, 'pwdPolicySubentry', `cn=own,${BASE}`);
      },
    ],
  ])(
    'is not locked where its policy %s, and a lock that is there is said to be without effect',
    async (_name, loosen) => {
      await connector().execute(order, aCall());
      expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'present' });
      loosen();
      expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'absent' });
      set(MALLORY, LOCK);
      expect(await connector().execute(order, aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'not_enforced', retryable: false },
      });
      expect(orders()).toBe(1);
    },
  );

  it('is locked by a policy of its own where the default enforces none', async () => {
    set(DEFAULT, 'pwdLockout', 'FALSE');
    model.add(`cn=own,${BASE}`, { objectClass: 'pwdPolicy', pwdLockout: 'TRUE' });
    set(MALLORY, 'pwdPolicySubentry', `cn=own,${BASE}`);
    expect(await connector().execute(order, aCall())).toMatchObject({ kind: 'succeeded' });
  });

  it('keeps a lock that the policy set, across ours', async () => {
    set(MALLORY, LOCK, OWN);
    const outcome = await connector().execute(order, aCall());
    expect(model.text(MALLORY, LOCK)).toBe(lockOf(order.command_id));
    const before = outcome.kind === 'succeeded' ? outcome.before : undefined;
    await connector().undo({ ...effect, before }, aCall());
    expect(model.text(MALLORY, LOCK)).toBe(OWN);
  });

  it.each([{ locked_time: '*)(uid=*' }, { locked_time: 7 }, 'nothing', null, undefined])(
    'gets no lock back out of a record that says %j',
    async (before) => {
      await connector().execute(order, aCall());
      expect(await connector().undo({ ...effect, before }, aCall())).toMatchObject({ kind: 'succeeded' });
      expect(model.text(MALLORY, LOCK)).toBeUndefined();
    },
  );

  it.each(['execute', 'undo'] as const)('is looked at again where somebody was faster: %s', async (what) => {
    if (what === 'undo') await connector().execute(order, aCall());
    proxy.before(async ({ method }) => void (method === 'modify' && set(MALLORY, LOCK, '000001010000Z')));
    const outcome = what === 'undo' ? connector().undo(effect, aCall()) : connector().execute(order, aCall());
    expect(await outcome).toMatchObject({ kind: 'failed', error: { code: 'changed_meanwhile', retryable: true } });
    proxy.before(undefined);
    expect(model.text(MALLORY, LOCK)).toBe('000001010000Z');
    expect(await connector().undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(model.text(MALLORY, LOCK)).toBe('000001010000Z');
  });

  it('is not guessed where two entries have the name', async () => {
    model.add(`cn=mallory,${BASE}`, { objectClass: ['person'], uid: 'mallory' });
    expect(await connector().execute(order, aCall())).toMatchObject({ error: { code: 'ambiguous_account' } });
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector().undo(effect, aCall())).toMatchObject({ kind: 'failed' });
    expect(orders()).toBe(0);
  });

  it('is not even asked for where nobody trusts the server', async () => {
    const stranger = testAuthority().ca;
    expect(await connector(stranger).execute(order, aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'tls', retryable: false },
    });
    expect(await connector(stranger).status(aCall())).toMatchObject({ state: 'down' });
    expect(proxy.requests()).toEqual([]);
  });

  it('by a SID is none of OpenLDAP’s', async () => {
    const sid = { ...order, target: { type: 'user' as const, value: 'S-1-5-21-1-2-3-1104' } };
    expect(await connector().execute(sid, aCall())).toMatchObject({ error: { code: 'wrong_target' } });
  });
});
