import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { ldapProxy, type LdapProxy } from '../../../test/targets/ldap_proxy';
import { isLdapOrder, ldapConnectorTo } from '../../../test/targets/ldap_rig';
import { metadataAfter, modelDirectory, type ModelDirectory } from '../../../test/targets/model_directory';
import { markOf } from './account_mark';

const BASE = 'dc=corp,dc=test';
const HAND = `cn=responder,${BASE}`;
const READER = `cn=reader,${BASE}`;
const SECRETS = { directory: 'responders-password', reader: 'readers-password' };
const dnOf = (name: string): string => `cn=${name},${BASE}`;
const orderFor = (value: string) => aClearedCommand({ action: 'disable_user', target: { type: 'user', value } });

describe('an account of Active Directory', () => {
  const authority = testAuthority();
  let model: ModelDirectory;
  let proxy: LdapProxy;

  beforeEach(async () => {
    model = await modelDirectory({ passwords: { [HAND]: SECRETS.directory, [READER]: SECRETS.reader } });
    proxy = await ldapProxy(authority.issue('localhost'), model.port);
    model.add(BASE, { objectClass: 'domain' });
  });

  afterEach(async () => {
    await proxy.dispose();
    await model.dispose();
  });

  const addUser = (name: string, change: Readonly<Record<string, string | readonly string[]>> = {}): string => {
    model.add(dnOf(name), {
      objectClass: ['person', 'user'],
      objectCategory: 'person',
      sAMAccountName: name,
      userAccountControl: '66048',
      allowedAttributesEffective: ['userAccountControl', 'adminDescription'],
      ...change,
    });
    model.entries.get(dnOf(name))?.set('replpropertymetadata', [metadataAfter(undefined, 0, ['useraccountcontrol'])]);
    return `corp\\${name}`;
  };
  const connector = (change: object = {}) =>
    ldapConnectorTo(
      {
        url: proxy.url,
        tls: { ca: authority.ca },
        bind_dn: HAND,
        password: { secret: 'directory' },
        base_dn: BASE,
        flavour: 'active_directory',
        realms: ['CORP', 'corp.test'],
        ...change,
      },
      SECRETS,
    );
  const orders = () => proxy.requests().filter(isLdapOrder).length;
  const replace = (attribute: string, value: string) => ({ operation: 'replace' as const, attribute, values: [value] });

  it.each([
    ['66048', '66050'],
    ['512', '514'],
    ['590336', '590338'],
  ])('keeps its other flags: %s becomes %s and is as before after the undo', async (before, after) => {
    const order = orderFor(addUser('mallory', { userAccountControl: before }));
    await connector().execute(order, aCall());
    expect(model.text(dnOf('mallory'), 'userAccountControl')).toBe(after);
    await connector().undo(effectOf(order), aCall());
    expect(model.text(dnOf('mallory'), 'userAccountControl')).toBe(before);
    expect(model.text(dnOf('mallory'), 'adminDescription')).toBeUndefined();
  });

  it.each([
    ['flags that are no number', { userAccountControl: 'abc' }, 'not_readable'],
    ['negative flags', { userAccountControl: '-2' }, 'not_readable'],
    ['no flags', { userAccountControl: [] }, 'not_readable'],
    ['a mark of somebody else', { adminDescription: 'synchronised by hand' }, 'mark_taken'],
    ['a part in the system', { isCriticalSystemObject: 'TRUE' }, 'critical_account'],
    ['another name, but for an accent', { sAMAccountName: 'mállory' }, 'no_such_account'],
    ['no class of a person', { objectClass: ['computer'] }, 'no_such_account'],
  ])('with %s is left alone', async (_name, change, code) => {
    const order = orderFor(addUser('mallory', change));
    expect(await connector().execute(order, aCall())).toMatchObject({
      kind: 'failed',
      error: { code, retryable: false },
    });
    expect(orders()).toBe(0);
  });

  it('is left alone where replication metadata cannot be read, and health says so', async () => {
    const order = orderFor(addUser('mallory'));
    model.entries.get(dnOf('mallory'))?.delete('replpropertymetadata');
    expect(await connector().execute(order, aCall())).toMatchObject({ error: { code: 'not_readable' } });
    expect(await connector().status(aCall())).toMatchObject({
      cannot: [{ action: 'disable_user', why: expect.stringContaining('replPropertyMetaData') }],
    });
    expect(orders()).toBe(0);
  });

  it('is said to be out of reach where our account may write only one of the two attributes', async () => {
    addUser('mallory', { allowedAttributesEffective: ['useraccountcontrol'] });
    expect(await connector().status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      cannot: [{ why: 'our account may not write `adminDescription`' }],
    });
  });

  it('is never ours where it is our own', async () => {
    addUser('reflex', { userPrincipalName: 'reflex@corp.test' });
    model.add(`cn=reader,${BASE}`, {
      ...Object.fromEntries(
        [...(model.entries.get(dnOf('reflex')) ?? [])].map(([name, values]) => [name, values.map(String)]),
      ),
      sAMAccountName: 'reader',
    });
    const observer = { bind_dn: READER, password: { secret: 'reader' } };
    expect(await connector({ observer }).execute(orderFor('corp\\reader'), aCall())).toMatchObject({
      error: { code: 'own_account' },
    });
    expect(orders()).toBe(0);
  });

  it('that a person disabled before stays disabled, and nothing is written', async () => {
    const order = orderFor(addUser('mallory', { userAccountControl: '514' }));
    const outcome = await connector().execute(order, aCall());
    expect(outcome).toMatchObject({ kind: 'succeeded', before: { user_account_control: 514 } });
    expect(await connector().verify(effectOf(order), aCall())).toMatchObject({ state: 'absent' });
    expect(await connector().undo({ ...effectOf(order), force: true }, aCall())).toMatchObject({ kind: 'succeeded' });
    expect([orders(), model.text(dnOf('mallory'), 'userAccountControl')]).toEqual([0, '514']);
  });

  it('that another order of ours disabled stays so for this one', async () => {
    const value = addUser('mallory');
    const [first, second] = [orderFor(value), orderFor(value)];
    await connector().execute(first, aCall());
    expect(await connector().execute(second, aCall())).toMatchObject({ kind: 'succeeded', before: {} });
    expect(await connector().undo(effectOf(second), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector().verify(effectOf(first), aCall())).toMatchObject({ state: 'present' });
    expect(orders()).toBe(1);
  });

  it('that a person enabled and disabled again is theirs, unless somebody insists', async () => {
    const order = orderFor(addUser('mallory'));
    await connector().execute(order, aCall());
    model.change(dnOf('mallory'), [replace('useraccountcontrol', '66048')]);
    model.change(dnOf('mallory'), [replace('useraccountcontrol', '66050')]);
    expect(await connector().verify(effectOf(order), aCall())).toMatchObject({ state: 'present' });
    const listed = await connector().list(aCall());
    expect(listed).toEqual({
      ok: true,
      value: [{ action: 'disable_user', target: { type: 'user', value: 'corp\\mallory' } }],
    });
    expect(await connector().undo(effectOf(order), aCall())).toMatchObject({
      kind: 'refused',
      error: { code: 'changed_by_other', retryable: false },
      current: { user_account_control: 66050, marked_by: order.command_id },
    });
    expect(await connector().undo({ ...effectOf(order), force: true }, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(model.text(dnOf('mallory'), 'userAccountControl')).toBe('66048');
  });

  it('that a person enabled loses our mark, and nothing else', async () => {
    const order = orderFor(addUser('mallory'));
    await connector().execute(order, aCall());
    model.change(dnOf('mallory'), [replace('useraccountcontrol', '512')]);
    expect(await connector().undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(model.text(dnOf('mallory'), 'adminDescription')).toBeUndefined();
    expect(model.text(dnOf('mallory'), 'userAccountControl')).toBe('512');
  });

  it('takes an older mark of ours for nothing, and a mark that comes in between for a reason to look again', async () => {
    const old = markOf('3f2504e0-4f89-41d3-9a0c-0305e82c3301');
    const order = orderFor(addUser('mallory', { adminDescription: old }));
    proxy.before(async ({ method }) => {
      if (method === 'modify') model.change(dnOf('mallory'), [replace('admindescription', 'somebody was faster')]);
    });
    expect(await connector().execute(order, aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'changed_meanwhile', retryable: true },
    });
    proxy.before(undefined);
    expect(model.text(dnOf('mallory'), 'userAccountControl')).toBe('66048');
    model.change(dnOf('mallory'), [replace('admindescription', old)]);
    expect(await connector().execute(order, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(model.text(dnOf('mallory'), 'adminDescription')).toBe(markOf(order.command_id));
  });

  it('is asked for again right before the order, and nothing is written once that is forbidden', async () => {
    const order = orderFor(addUser('mallory'));
    let asked = 0;
    const mayStart = (): boolean => (asked += 1) === 1;
    expect(await connector().execute(order, aCall({ mayStart }))).toMatchObject({ kind: 'not_started' });
    expect([asked, orders()]).toEqual([2, 0]);
  });

  it.each([
    [10, 'failed', 'referral'],
    [16, 'failed', 'changed_meanwhile'],
    [53, 'failed', 'refused_by_target'],
    [50, 'failed', 'not_permitted'],
    [52, 'unknown', 'result'],
  ])('after result %d of an order is %s (%s), and tells no secret', async (status, kind, code) => {
    const order = orderFor(addUser('mallory'));
    proxy.fail({ kind: 'answer', status }, isLdapOrder);
    expect(await connector().execute(order, aCall())).toMatchObject({ kind, error: { code } });
  });

  it('is not looked at by the acting account where an observer has a name of its own', async () => {
    const order = orderFor(addUser('mallory'));
    const observing = connector({ observer: { bind_dn: READER, password: { secret: 'reader' } } });
    await observing.verify(effectOf(order), aCall());
    expect(proxy.requests().filter(({ method }) => method === 'bind')).toEqual([{ method: 'bind', path: READER }]);
    proxy.fail({ kind: 'answer', status: 49 }, ({ method, path }) => method === 'bind' && path === READER);
    expect(await observing.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    expect(await observing.verify(effectOf(order), aCall())).toMatchObject({ state: 'unknown' });
  });

  it('whose mark is on two accounts is a reason to do nothing', async () => {
    const order = orderFor('corp\\renamed');
    for (const name of ['one', 'two']) addUser(name, { adminDescription: markOf(order.command_id) });
    expect(await connector().undo(effectOf(order), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'ambiguous_account' },
    });
    expect(orders()).toBe(0);
  });

  it('never lets a password into a text', async () => {
    const order = orderFor(addUser('mallory'));
    model.add(dnOf(SECRETS.directory), { objectClass: 'x' });
    proxy.fail({ kind: 'answer', status: 53 }, isLdapOrder);
    const told = JSON.stringify([
      await connector().execute(order, aCall()),
      await connector().status(aCall()),
      await connector({ base_dn: `ou=${SECRETS.directory},${BASE}` }).status(aCall()),
    ]);
    expect(told).not.toContain(SECRETS.directory);
  });
});
