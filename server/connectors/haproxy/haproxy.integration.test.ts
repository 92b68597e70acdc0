import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { testAuthority } from '../../../test/targets/certificate';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { startHaproxy, startTlsHaproxy, whyNotHaproxy, type Haproxy } from '../../../test/targets/haproxy';
import { haproxyConnectorTo, haproxyTroubles, isHaproxyOrder, onLoopback } from '../../../test/targets/haproxy_rig';
import { ATTACKER, BYSTANDER } from '../../../test/targets/namespaces';
import { runtimeProxy } from '../../../test/targets/runtime_proxy';
import { suiteUnless } from '../../../test/targets/suite_unless';
import type { Connector } from '../connector';

const why = whyNotHaproxy();
if (why !== undefined) process.stdout.write(`SKIPPED: haproxy.integration: ${why}\n`);
const suite = suiteUnless(why);

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.82.${nextAddress >> 8}.${nextAddress & 255}`;
};

/** Values of the rows of one key, as haproxy itself lists them. */
const valuesOf = async ({ ask, map }: Haproxy, key: string): Promise<readonly string[]> =>
  (await ask(`show map ${map}`)).split('\n').flatMap((line) => {
    const [, found, value] = line.split(' ');
    return found === key && value !== undefined ? [value] : [];
  });

const rig = async (): Promise<ConnectorRig> => {
  const haproxy = await startHaproxy();
  const proxy = await runtimeProxy(haproxy.ask);
  return {
    connector: haproxyConnectorTo(onLoopback(proxy.port), { map: haproxy.map }),
    proxy,
    troubles: haproxyTroubles(proxy, isHaproxyOrder),
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) => (await valuesOf(haproxy, value)).map((each) => each.replace(/^reflex\//, '')),
    // As people do, by its key.
    removeByHand: async ({ target: { value } }) => void (await haproxy.ask(`del map ${haproxy.map} ${value}`)),
    addForeign: async ({ value }) => {
      await haproxy.ask(`add map ${haproxy.map} ${value} admin`);
      return 'admin';
    },
    isOrder: isHaproxyOrder,
    dispose: async () => {
      await proxy.dispose();
      await haproxy.dispose();
    },
  };
};

describeConnector('haproxy', rig, why);

const blockOf = (value: string) => aClearedCommand({ target: { type: 'ip', value } });

suite('a block at haproxy', () => {
  let haproxy: Haproxy;
  let connector: Connector;

  beforeAll(async () => {
    haproxy = await startHaproxy();
    connector = haproxyConnectorTo({ socket: haproxy.sockets.admin }, { map: haproxy.map });
  }, 60_000);
  afterAll(() => haproxy?.dispose());

  const statuses = async (): Promise<readonly number[]> => [
    await haproxy.statusFor(ATTACKER),
    await haproxy.statusFor(BYSTANDER),
  ];
  const verify = (command: ReturnType<typeof blockOf>) => connector.verify(effectOf(command), aCall());

  it('denies the address that it is told of, and no other, until it is undone', async () => {
    const command = blockOf(ATTACKER);
    expect(await statuses()).toEqual([200, 200]);
    const began = performance.now();
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    const ordered = performance.now();
    expect(await verify(command)).toMatchObject({ state: 'present', seen: { rows: 1, others: 0 } });
    const times = [ordered, performance.now()].map((at) => `${(at - began).toFixed(1)} ms`);
    process.stdout.write(`haproxy: ordered ${times[0]}, verified ${times[1]}\n`);
    expect(await statuses()).toEqual([403, 200]);
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await statuses()).toEqual([200, 200]);
    expect(await verify(command)).toMatchObject({ state: 'absent' });
  });

  it('denies a whole network, and takes one that is too wide for an outage', async () => {
    const command = blockOf('198.18.2.8/31');
    const inside = blockOf('198.18.2.10/31');
    await connector.execute(command, aCall());
    expect(await statuses()).toEqual([200, 200]);
    await connector.execute(inside, aCall());
    expect(await statuses()).toEqual([403, 403]);
    for (const each of [command, inside]) await connector.undo(effectOf(each), aCall());
    expect(await statuses()).toEqual([200, 200]);
    for (const value of ['0.0.0.0/0', '10.0.0.0/7', '::/0', 'x', '10.1.1.1;clear map'])
      expect(await connector.execute(blockOf(value), aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'bad_target' },
      });
    expect(await haproxy.ask(`show map ${haproxy.map}`)).toBe('\n');
  });

  it('is one row in the one spelling of an IPv6 address', async () => {
    const command = blockOf('2001:db8::1');
    await connector.execute(command, aCall());
    expect(await valuesOf(haproxy, '2001:db8::1')).toEqual([`reflex/${command.command_id}`]);
    expect(await verify(command)).toMatchObject({ state: 'present' });
    await connector.undo(effectOf(command), aCall());
    expect(await haproxy.ask(`show map ${haproxy.map}`)).toBe('\n');
  });

  it('is lost with a restart, which is told, and comes again with a new order', async () => {
    const command = blockOf(ATTACKER);
    await connector.execute(command, aCall());
    expect(await statuses()).toEqual([403, 200]);
    await haproxy.restart();
    expect(await statuses()).toEqual([200, 200]);
    expect(await verify(command)).toMatchObject({
      state: 'absent',
      seen: { rows: 0, uptime_s: expect.any(Number) },
      text: expect.stringMatching(/started or reloaded \d+ s ago/),
    });
    expect(await connector.list(aCall())).toEqual({ ok: true, value: [] });
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await statuses()).toEqual([403, 200]);
    await connector.undo(effectOf(command), aCall());
  });

  it('leaves the row of an administrator for the same address, which then still denies it', async () => {
    const command = blockOf(ATTACKER);
    await haproxy.ask(`add map ${haproxy.map} ${ATTACKER} admin`);
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded', before: { others: 1 } });
    expect(await valuesOf(haproxy, ATTACKER)).toHaveLength(2);
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({
      kind: 'succeeded',
      text: expect.stringContaining('a row of others for it stays'),
    });
    expect(await valuesOf(haproxy, ATTACKER)).toEqual(['admin']);
    expect(await statuses()).toEqual([403, 200]);
    expect(await verify(command)).toMatchObject({ state: 'absent', text: expect.stringContaining('stays blocked') });
    await haproxy.ask(`del map ${haproxy.map} ${ATTACKER}`);
    expect(await statuses()).toEqual([200, 200]);
  });

  it('is gone when a person deletes the address, or writes another value into its row', async () => {
    for (const line of [`del map ${haproxy.map} ${ATTACKER}`, `set map ${haproxy.map} ${ATTACKER} mine`]) {
      const command = blockOf(ATTACKER);
      await connector.execute(command, aCall());
      await haproxy.ask(line);
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    }
    expect(await valuesOf(haproxy, ATTACKER)).toEqual(['mine']);
    await haproxy.ask(`clear map ${haproxy.map}`);
  });

  it('is refused, and health says why, where no rule uses the map, or not by address', async () => {
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok', authorised: true });
    await haproxy.restart('  # no rule');
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      cannot: [{ action: 'block_ip', why: expect.stringContaining('has no map') }],
    });
    expect(await connector.execute(blockOf(ATTACKER), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'no_map', retryable: false },
    });
    await haproxy.restart('  http-request deny if { src,map_str(%) -m found }');
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      cannot: [{ action: 'block_ip', why: expect.stringContaining('not looked up by address') }],
    });
    await haproxy.restart();
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
  });

  it('is not kept from a socket of level user: whoever reaches one can give and lift blocks', async () => {
    const low = haproxyConnectorTo({ socket: haproxy.sockets.user }, { map: haproxy.map });
    const command = blockOf(ATTACKER);
    expect(await low.status(aCall())).toMatchObject({ state: 'ok' });
    expect(await low.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await statuses()).toEqual([403, 200]);
    await low.undo(effectOf(command), aCall());
  });

  it('is not ordered where no socket is', async () => {
    const nowhere = haproxyConnectorTo({ socket: '/run/nobody/admin.sock' }, { map: haproxy.map });
    expect(await nowhere.status(aCall())).toMatchObject({ state: 'down', text: 'no connection: ENOENT' });
    expect(await nowhere.execute(blockOf(ATTACKER), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'connection', retryable: true },
    });
  });
});

suite('a stats socket of haproxy behind TLS', () => {
  it('is spoken to in plain text by nobody who was told of TLS, though haproxy takes `ssl` on its line', async () => {
    const authority = testAuthority();
    const pair = { ...authority.issue('haproxy'), clientCa: authority.ca };
    const haproxy = await startTlsHaproxy(pair, 'on the line of the socket');
    try {
      const connector = haproxyConnectorTo(onLoopback(haproxy.port), { map: haproxy.map, tls: { ca: authority.ca } });
      expect(await connector.execute(blockOf('203.0.113.9'), aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'tls', retryable: false },
      });
      const plain = haproxyConnectorTo(onLoopback(haproxy.port), { map: haproxy.map });
      expect(await plain.status(aCall())).toMatchObject({ state: 'ok' });
    } finally {
      await haproxy.dispose();
    }
  });

  it('takes who has a certificate, and nobody else', async () => {
    const authority = testAuthority();
    const client = authority.issue('reflex');
    const haproxy = await startTlsHaproxy(
      { ...authority.issue('haproxy'), clientCa: authority.ca },
      'before the socket',
    );
    const secrets: Readonly<Record<string, string>> = { cert: client.cert, key: client.key };
    const connectorWith = (tls: object): Connector =>
      haproxyConnectorTo(onLoopback(haproxy.port), { map: haproxy.map, tls }, (name) => secrets[name]);
    try {
      const mutual = { ca: authority.ca, cert: { secret: 'cert' }, key: { secret: 'key' } };
      const connector = connectorWith(mutual);
      expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
      const command = blockOf('203.0.113.9');
      expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
      expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
      for (const tls of [{ ca: authority.ca }, { ...mutual, ca: testAuthority().ca }])
        expect(await connectorWith(tls).execute(blockOf('203.0.113.10'), aCall())).not.toMatchObject({
          kind: 'succeeded',
        });
      expect(await connector.list(aCall())).toMatchObject({ ok: true, value: [{ target: { value: '203.0.113.9' } }] });
    } finally {
      await haproxy.dispose();
    }
  });
});
