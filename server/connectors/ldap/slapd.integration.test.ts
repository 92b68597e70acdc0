import { Client } from 'ldapts';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { ldapProxy } from '../../../test/targets/ldap_proxy';
import { isLdapOrder, ldapConnectorTo, ldapTroubles } from '../../../test/targets/ldap_rig';
import {
  DEFAULT_POLICY,
  dnOf,
  READER,
  READER_PASSWORD,
  RESPONDER,
  RESPONDER_PASSWORD,
  startSlapd,
  SUFFIX,
  USER_PASSWORD,
  whyNotSlapd,
  type Slapd,
} from '../../../test/targets/slapd';
import { suiteUnless } from '../../../test/targets/suite_unless';
import { until } from '../../../test/targets/until';
import type { Target } from '../../../common/flow/decision';
import { commandOfLock, lockOf } from './lock_time';

const why = whyNotSlapd();
if (why !== undefined) process.stdout.write(`SKIPPED: slapd.integration: ${why}\n`);
/** A suite that is skipped names the reason, so that it stands in the summary. */
const suite = suiteUnless(why);

const SECRETS = { responder: RESPONDER_PASSWORD, reader: READER_PASSWORD };
const ADMINS_LOCK = '000001010000Z';

const parametersOf = (url: string, ca: string): object => ({
  url,
  tls: { ca },
  bind_dn: RESPONDER,
  password: { secret: 'responder' },
  base_dn: SUFFIX,
  flavour: 'ppolicy',
  default_policy: DEFAULT_POLICY,
  realms: ['CORP', 'corp.test'],
});

let users = 0;
const uidIn = ({ value }: Target): string => value.split('\\')[1] ?? value;
/** An account that no test has used. */
const nextUid = (): string => `user${(users += 1)}`;
const orderFor = (uid: string) =>
  aClearedCommand({ action: 'disable_user', target: { type: 'user', value: `corp\\${uid}` } });

const rig = async (): Promise<ConnectorRig> => {
  users = 0;
  const slapd = await startSlapd();
  const authority = testAuthority();
  const proxy = await ldapProxy(authority.issue('localhost'), slapd.port);
  return {
    connector: ldapConnectorTo(parametersOf(proxy.url, authority.ca), SECRETS),
    proxy: { ...proxy, fail: (fault, on) => proxy.fail(fault, on) },
    troubles: ldapTroubles(proxy),
    command: (change) =>
      aClearedCommand({
        action: 'disable_user',
        target: { type: 'user', value: `corp\\${nextUid()}` },
        ...change,
      }),
    effects: async (target) => {
      const lock = await slapd.lockOf(uidIn(target));
      return lock === undefined ? [] : [commandOfLock(lock) ?? 'admin'];
    },
    removeByHand: ({ target }) => slapd.setLock(uidIn(target), undefined),
    addForeign: async (target) => {
      await slapd.setLock(uidIn(target), ADMINS_LOCK);
      return 'admin';
    },
    isOrder: isLdapOrder,
    dispose: async () => {
      await proxy.dispose();
      await slapd.dispose();
    },
  };
};

describeConnector('ldap ppolicy (slapd)', rig, why);

suite('LDAP with a real slapd', () => {
  let slapd: Slapd;

  beforeAll(async () => {
    users = 0;
    slapd = await startSlapd();
  }, 60_000);

  afterAll(() => slapd.dispose());

  const secure = (change: object = {}) =>
    ldapConnectorTo({ ...parametersOf(`ldaps://127.0.0.1:${slapd.securePort}`, slapd.ca), ...change }, SECRETS);

  it.each([
    ['LDAPS', () => secure()],
    ['StartTLS', () => secure({ url: `ldap://127.0.0.1:${slapd.port}`, start_tls: true })],
  ])('refuses a login over %s, and accepts it again', async (_name, make) => {
    const connector = make();
    const uid = nextUid();
    const order = orderFor(uid);
    expect(await slapd.login(uid)).toBe('ok');
    const began = Date.now();
    expect(await connector.execute(order, aCall())).toMatchObject({ kind: 'succeeded', after: { dn: dnOf(uid) } });
    expect(await connector.verify(effectOf(order), aCall())).toMatchObject({ state: 'present' });
    const verifiedMs = Date.now() - began;
    expect(await slapd.login(uid)).toMatch(/Invalid credentials \(49\); Account locked/);
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await slapd.login(uid)).toBe('ok');
    const { startMs, rssKib } = await slapd.cost();
    process.stdout.write(`slapd: started in ${startMs} ms, ${rssKib} KiB; ordered and verified in ${verifiedMs} ms\n`);
  });

  it('locks for good, though the policy ends its own locks after 2 s', async () => {
    const uid = nextUid();
    const order = orderFor(uid);
    await secure().execute(order, aCall());
    await new Promise((resolve) => setTimeout(resolve, 3_200));
    expect(await slapd.login(uid)).toMatch(/Account locked/);
    expect(await slapd.lockOf(uid)).toBe(lockOf(order.command_id));
  });

  it('takes the place of a lock of the policy, and puts it back', async () => {
    const connector = secure();
    const uid = nextUid();
    const own = '20200101000000Z';
    await slapd.setLock(uid, own);
    const order = orderFor(uid);
    const outcome = await connector.execute(order, aCall());
    expect(outcome).toMatchObject({ kind: 'succeeded', before: { locked_time: own } });
    const before = outcome.kind === 'succeeded' ? outcome.before : undefined;
    expect(await slapd.login(uid)).toMatch(/Account locked/);
    expect(await connector.undo({ ...effectOf(order), before }, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await slapd.lockOf(uid)).toBe(own);
    expect(await slapd.login(uid)).toBe('ok');
  });

  it('leaves a lock alone that an administrator set after ours', async () => {
    const connector = secure();
    const uid = nextUid();
    const order = orderFor(uid);
    await connector.execute(order, aCall());
    await slapd.setLock(uid, ADMINS_LOCK);
    expect(await connector.verify(effectOf(order), aCall())).toMatchObject({ state: 'absent' });
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await slapd.lockOf(uid)).toBe(ADMINS_LOCK);
  });

  it('does nothing where the policy stores locks and does not enforce them', async () => {
    const connector = secure();
    const uid = nextUid();
    await slapd.write(dnOf(uid), 'pwdPolicySubentry', `cn=toothless,ou=policies,${SUFFIX}`);
    expect(await connector.execute(orderFor(uid), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'not_enforced', retryable: false },
    });
    expect(await slapd.lockOf(uid)).toBeUndefined();
  });

  it('sees that a lock does not hold once the policy enforces none, and takes it away all the same', async () => {
    const connector = secure();
    const uid = nextUid();
    const order = orderFor(uid);
    await connector.execute(order, aCall());
    await slapd.write(DEFAULT_POLICY, 'pwdLockout', 'FALSE');
    expect(await slapd.login(uid)).toBe('ok');
    await slapd.setLock(uid, lockOf(order.command_id));
    expect(await connector.verify(effectOf(order), aCall())).toMatchObject({
      state: 'absent',
      text: expect.stringContaining('not enforced'),
    });
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      cannot: [{ action: 'disable_user' }],
    });
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await slapd.lockOf(uid)).toBeUndefined();
    await slapd.write(DEFAULT_POLICY, 'pwdLockout', 'TRUE');
  });

  it('ends no connection that is open already', async () => {
    const uid = nextUid();
    const open = new Client({ url: `ldap://127.0.0.1:${slapd.port}` });
    await open.bind(dnOf(uid), USER_PASSWORD);
    await secure().execute(orderFor(uid), aCall());
    const { searchEntries } = await open.search(dnOf(uid), { scope: 'base', attributes: ['uid'] });
    expect(searchEntries).toHaveLength(1);
    await open.unbind();
  });

  it('finds an account again that was renamed since', async () => {
    const connector = secure();
    const uid = nextUid();
    const order = orderFor(uid);
    await connector.execute(order, aCall());
    await slapd.rename(uid, `${uid}-renamed`);
    expect(await connector.verify(effectOf(order), aCall())).toMatchObject({ state: 'present' });
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await slapd.lockOf(`${uid}-renamed`)).toBeUndefined();
  });

  it('does nothing where two accounts have the name, or none is written so', async () => {
    const connector = secure();
    const [uid, other] = [nextUid(), nextUid()];
    await slapd.write(dnOf(other), 'title', 'x');
    await slapd.add(`cn=${uid},ou=people,${SUFFIX}`, {
      objectClass: 'inetOrgPerson',
      cn: uid,
      sn: 'Twin',
      uid,
    });
    const twice = await connector.execute(orderFor(uid), aCall());
    expect(twice).toMatchObject({ kind: 'failed', error: { code: 'ambiguous_account', retryable: false } });
    const nobody = await connector.execute(orderFor(`${other}x`), aCall());
    expect(nobody).toMatchObject({ kind: 'failed', error: { code: 'no_such_account', retryable: false } });
    expect(await slapd.lockOf(uid)).toBeUndefined();
  });

  it('says what its account may not do', async () => {
    const connector = secure({ bind_dn: READER, password: { secret: 'reader' } });
    const uid = nextUid();
    expect(await connector.execute(orderFor(uid), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'not_permitted', retryable: false },
    });
    expect(await slapd.lockOf(uid)).toBeUndefined();
  });

  it('sends no password to a server that it does not trust, over LDAPS or StartTLS', async () => {
    const other = testAuthority().ca;
    for (const change of [{}, { url: `ldap://127.0.0.1:${slapd.port}`, start_tls: true }]) {
      const order = orderFor(nextUid());
      expect(await secure({ tls: { ca: other }, ...change }).execute(order, aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'tls', retryable: false },
      });
      const misnamed = secure({ tls: { ca: slapd.ca, server_name: 'other.test' }, ...change });
      expect(await misnamed.execute(order, aCall())).toMatchObject({ kind: 'failed', error: { code: 'tls' } });
      const named = secure({ tls: { ca: slapd.ca, server_name: 'directory.test' }, ...change });
      expect(await named.execute(order, aCall())).toMatchObject({ kind: 'succeeded' });
    }
  });

  it('says present only once another server of the directory has it', async () => {
    const replica = await startSlapd({ replicaOf: slapd });
    try {
      const observer = {
        url: `ldaps://127.0.0.1:${replica.securePort}`,
        bind_dn: READER,
        password: { secret: 'reader' },
      };
      const connector = secure({ observer });
      const uid = nextUid();
      await until('the replica to have its accounts', async () => (await replica.login(uid)) === 'ok');
      expect(connector.capabilities).toMatchObject({
        second_observer: true,
        promises: { disable_user: { second_observer: `127.0.0.1:${replica.securePort}` } },
      });
      const order = orderFor(uid);
      await connector.execute(order, aCall());
      const state = async (): Promise<string> => (await connector.verify(effectOf(order), aCall())).state;
      await until('the replica to have the lock', async () => (await state()) === 'present', {
        seen: () => connector.verify(effectOf(order), aCall()),
      });
      expect(await replica.login(uid)).toMatch(/Account locked/);
      await connector.undo(effectOf(order), aCall());
      await until('the replica to lose the lock', async () => (await state()) === 'absent');
      expect(await replica.login(uid)).toBe('ok');
    } finally {
      await replica.dispose();
    }
  });
});
