import { Client } from 'ldapts';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { ldapProxy } from '../../../test/targets/ldap_proxy';
import { isLdapOrder, ldapConnectorTo, ldapTroubles } from '../../../test/targets/ldap_rig';
import {
  dnOf,
  MARK,
  READER,
  READER_PASSWORD,
  RESPONDER,
  RESPONDER_PASSWORD,
  startSambaDc,
  SUFFIX,
  USER_PASSWORD,
  whyNotSamba,
  type SambaDc,
} from '../../../test/targets/samba_dc';
import { suiteUnless } from '../../../test/targets/suite_unless';
import type { Target } from '../../../common/flow/decision';
import { commandOfMark } from './account_mark';

const why = whyNotSamba();
if (why !== undefined) process.stdout.write(`SKIPPED: samba.integration: ${why}\n`);
/** A suite that is skipped names the reason, so that it stands in the summary. */
const suite = suiteUnless(why);

const SECRETS = { responder: RESPONDER_PASSWORD, reader: READER_PASSWORD };
const DISABLED = 2;
/** An account whose password never expires: the flag has to stay. */
const USUAL = 66048;

const parametersOf = (url: string, ca: string): object => ({
  url,
  tls: { ca },
  bind_dn: RESPONDER,
  password: { secret: 'responder' },
  base_dn: SUFFIX,
  flavour: 'active_directory',
  realms: ['CORP', 'corp.test'],
  timeouts: { connect_ms: 2_000, total_ms: 2_000 },
});

let users = 0;
const nameIn = ({ value }: Target): string => value.split('\\')[1] ?? value;
const nextUser = (): string => `user${(users += 1)}`;

/** Started once for all suites of this file. */
let running: Promise<SambaDc> | undefined;
const dc = (): Promise<SambaDc> => (running ??= startSambaDc());

/** A busy machine takes its time to provision. */
beforeAll(async () => {
  if (why === undefined) await dc();
}, 300_000);

afterAll(async () => {
  if (running !== undefined) await (await running).dispose();
}, 60_000);

const rig = async (): Promise<ConnectorRig> => {
  const samba = await dc();
  const authority = testAuthority();
  const proxy = await ldapProxy(authority.issue('localhost'), 0, samba.open);
  const isDisabled = async (name: string): Promise<boolean> => ((await samba.flagsOf(name)) & DISABLED) !== 0;
  return {
    connector: ldapConnectorTo(parametersOf(proxy.url, authority.ca), SECRETS),
    proxy: { ...proxy, fail: (fault, on) => proxy.fail(fault, on) },
    troubles: ldapTroubles(proxy),
    command: (change) =>
      aClearedCommand({
        action: 'disable_user',
        target: { type: 'user', value: `corp\\${nextUser()}` },
        ...change,
      }),
    effects: async (target) => {
      const name = nameIn(target);
      if (!(await isDisabled(name))) return [];
      return [commandOfMark((await samba.textOf(name, MARK)) ?? '') ?? 'admin'];
    },
    removeByHand: ({ target }) => samba.setFlags(nameIn(target), USUAL),
    // Whoever disables an account says so where our mark is, as the guide asks.
    addForeign: async (target) => {
      await samba.setFlags(nameIn(target), USUAL | DISABLED, { [MARK]: 'left the company' });
      return 'admin';
    },
    isOrder: isLdapOrder,
    dispose: () => proxy.dispose(),
  };
};

describeConnector('ldap active directory (samba)', rig, why);

suite('LDAP with a real domain controller', () => {
  let samba: SambaDc;

  beforeAll(async () => {
    samba = await dc();
  }, 120_000);

  const secure = (change: object = {}) =>
    ldapConnectorTo({ ...parametersOf(`ldaps://127.0.0.1:${samba.securePort}`, samba.ca), ...change }, SECRETS);
  const orderFor = (value: string) => aClearedCommand({ action: 'disable_user', target: { type: 'user', value } });

  it.each([
    ['LDAPS', 'a name with its realm', (name: string) => `corp\\${name}`, () => secure()],
    [
      'StartTLS',
      'a principal name',
      (name: string) => `${name}@corp.test`,
      () => secure({ url: `ldap://127.0.0.1:${samba.port}`, start_tls: true }),
    ],
  ])('over %s, by %s, refuses a login with a password and a ticket, and accepts them again', async (...given) => {
    const [, , said, make] = given;
    const connector = make();
    const name = nextUser();
    const order = orderFor(said(name));
    expect([await samba.login(name), await samba.kinit(name)]).toEqual(['ok', 'ok']);
    const began = Date.now();
    expect(await connector.execute(order, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await connector.verify(effectOf(order), aCall())).toMatchObject({ state: 'present' });
    const verifiedMs = Date.now() - began;
    expect(await samba.login(name)).toMatch(/Invalid credentials \(49\)[\s\S]*data 533/);
    // The ticket that it has buys no other one any more.
    expect(await samba.ticketFor(name, `ldap/dc1.corp.test`)).not.toBe('ok');
    expect(await samba.kinit(name)).toMatch(/credentials have been revoked/);
    expect(await samba.flagsOf(name)).toBe(USUAL | DISABLED);
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await samba.flagsOf(name)).toBe(USUAL);
    expect(await samba.textOf(name, MARK)).toBeUndefined();
    expect([await samba.login(name), await samba.kinit(name)]).toEqual(['ok', 'ok']);
    const { provisionMs, startMs, pssKib } = await samba.cost();
    process.stdout.write(
      `samba: provisioned in ${provisionMs} ms, started in ${startMs} ms, ${pssKib} KiB; ` +
        `ordered and verified in ${verifiedMs} ms\n`,
    );
  });

  it('keeps flags that somebody else sets, and does not enable what a person disabled again', async () => {
    const connector = secure();
    const name = nextUser();
    const order = orderFor(`corp\\${name}`);
    await connector.execute(order, aCall());
    await samba.setFlags(name, USUAL);
    expect(await connector.verify(effectOf(order), aCall())).toMatchObject({ state: 'absent' });
    await samba.setFlags(name, USUAL | DISABLED);
    expect(await connector.list(aCall())).not.toMatchObject({ value: [{ command_id: order.command_id }] });
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({
      kind: 'refused',
      error: { code: 'changed_by_other' },
      current: { user_account_control: USUAL | DISABLED },
    });
    expect(await samba.login(name)).toMatch(/data 533/);
    expect(await connector.undo({ ...effectOf(order), force: true }, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await samba.flagsOf(name)).toBe(USUAL);
  });

  it('takes its mark off an account that a person enabled, so that a later disabling is the person’s', async () => {
    const connector = secure();
    const name = nextUser();
    const order = orderFor(`corp\\${name}`);
    await connector.execute(order, aCall());
    await samba.setFlags(name, USUAL);
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await samba.textOf(name, MARK)).toBeUndefined();
  });

  it('ends no connection that is open already', async () => {
    const name = nextUser();
    const open = new Client({ url: `ldaps://127.0.0.1:${samba.securePort}`, tlsOptions: { ca: samba.ca } });
    await open.bind(`${name}@corp.test`, USER_PASSWORD);
    await secure().execute(orderFor(`corp\\${name}`), aCall());
    const { searchEntries } = await open.search(dnOf(name), { scope: 'base', attributes: ['cn'] });
    expect(searchEntries).toHaveLength(1);
    await open.unbind();
  });

  it('refuses accounts of the system, its own, and names of another realm', async () => {
    const connector = secure();
    for (const [value, code] of [
      ['corp\\administrator', 'critical_account'],
      ['corp\\svc-resp', 'own_account'],
      ['other\\user1', 'other_realm'],
      ['user1', 'no_realm'],
      ['corp\\dc1', 'no_such_account'],
      ['corp\\nobody', 'no_such_account'],
    ] as const)
      expect([value, await connector.execute(orderFor(value), aCall())]).toMatchObject([
        value,
        { kind: 'failed', error: { code, retryable: false } },
      ]);
    expect((await samba.flagsOf('Administrator')) & DISABLED).toBe(0);
  });

  it('does nothing where a principal name and a logon name lead to two accounts', async () => {
    const [name, other] = [nextUser(), nextUser()];
    // A second name of the realm, as companies have them for mail.
    const realms = ['CORP', 'corp.test', 'corp.example'];
    await samba.write(other, { userPrincipalName: `${name}@corp.example` });
    for (const value of [`${name}@corp.example`, `corp\\${name}`])
      expect(await secure({ realms }).execute(orderFor(value), aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'ambiguous_account' },
      });
  });

  it('finds an account by its SID', async () => {
    const connector = secure();
    const name = nextUser();
    const client = new Client({ url: `ldaps://127.0.0.1:${samba.securePort}`, tlsOptions: { ca: samba.ca } });
    await client.bind(READER, READER_PASSWORD);
    const { searchEntries } = await client.search(dnOf(name), {
      scope: 'base',
      attributes: ['objectSid'],
      explicitBufferAttributes: ['objectSid'],
    });
    await client.unbind();
    const sid = searchEntries[0]?.objectSid as Buffer;
    const parts = Array.from({ length: sid.readUInt8(1) }, (_, index) => sid.readUInt32LE(8 + 4 * index));
    const order = orderFor(`S-1-5-${parts.join('-')}`);
    expect(await connector.execute(order, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await samba.login(name)).toMatch(/data 533/);
    expect(await connector.undo(effectOf(order), aCall())).toMatchObject({ kind: 'succeeded' });
  });

  it('says before an order what its account may not write', async () => {
    const connector = secure({ bind_dn: READER, password: { secret: 'reader' } });
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      cannot: [{ action: 'disable_user', why: expect.stringContaining('`userAccountControl`') }],
    });
    expect(await connector.execute(orderFor(`corp\\${nextUser()}`), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'not_permitted' },
    });
  });

  it('says why where the controller wants an encrypted connection', async () => {
    const connector = secure({ url: `ldap://127.0.0.1:${samba.port}`, allow_plain_ldap: true });
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: false,
      text: expect.stringContaining('strongerAuthRequired'),
    });
  });
});
