import { createServer } from 'net';
import { utils } from 'ssh2';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { fakeHand, type FakeHand } from '../../../test/targets/fake_hand';
import { listenOnLoopback } from '../../../test/targets/loopback_server';
import { freePort } from '../../../test/targets/processes';
import { newSshKey } from '../../../test/targets/ssh_keys';
import { sshProxy, type SshProxy } from '../../../test/targets/ssh_proxy';
import { sshConnectorTo } from '../../../test/targets/ssh_rig';
import { milderThan } from '../../../common/policy/actions';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';
import { SSH_PROMISES } from './ssh_connector';

/* What the connector does over the wire, with a model of the far side. The real one: ssh.integration.test.ts. */

interface Rig {
  readonly hand: FakeHand;
  readonly proxy: SshProxy;
}

const closing: Array<() => Promise<void>> = [];
const aHost = async (): Promise<Rig> => {
  const hand = fakeHand();
  const proxy = await sshProxy(hand.answer);
  closing.push(() => proxy.dispose());
  return { hand, proxy };
};
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const block = (value = '203.0.113.7') => aClearedCommand({ target: { type: 'ip', value } });
const isolate = (value = 'web-1') => aClearedCommand({ action: 'isolate_host', target: { type: 'host', value } });

/** Several hosts that take one key, and all block. */
const several = async (count: number): Promise<{ readonly rigs: readonly Rig[]; readonly connector: Connector }> => {
  const rigs = await Promise.all(Array.from({ length: count }, aHost));
  const [first] = rigs;
  if (first === undefined) throw new Error('none');
  for (const { proxy } of rigs) proxy.letIn(first.proxy.privateKey);
  const names = rigs.map((_, index) => `gw-${index + 1}`);
  const hosts = Object.fromEntries(rigs.map(({ proxy }, index) => [names[index] ?? '', proxy]));
  return { rigs, connector: sshConnectorTo(hosts, first.proxy.privateKey, { block_on: names }) };
};

describe('a block on several hosts', () => {
  it('is done where all did it, seen where all have it, and undone everywhere', async () => {
    const { rigs, connector } = await several(2);
    const command = block();
    expect(await connector.execute(command, aCall())).toMatchObject({
      kind: 'succeeded',
      text: 'dropped on gw-1, gw-2',
    });
    expect(rigs.map(({ hand }) => hand.blocks.size)).toEqual([1, 1]);
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    const listed = await connector.list(aCall());
    expect(listed.ok && listed.value).toHaveLength(1);
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(rigs.map(({ hand }) => hand.blocks.size)).toEqual([0, 0]);
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'absent' });
  });

  it('is unknown where one of them did not do it, and is neither present nor absent', async () => {
    const { rigs, connector } = await several(2);
    const command = block();
    if (rigs[1] !== undefined) rigs[1].hand.allowed = [];
    expect(await connector.execute(command, aCall())).toMatchObject({
      kind: 'unknown',
      error: { code: 'not_allowed', retryable: false, message: expect.stringMatching(/^1 of 2 hosts did it/) },
    });
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      cannot: [{ action: 'block_ip', why: expect.stringMatching(/gw-2/) }],
    });
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'unknown' });
    expect(rigs.map(({ hand }) => hand.blocks.size)).toEqual([0, 0]);
  });

  it('failed where none did it, and can be tried again only if that helps with all', async () => {
    const { rigs, connector } = await several(2);
    for (const { proxy } of rigs) await proxy.goAway();
    expect(await connector.execute(block(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'connection', retryable: true },
    });
    if (rigs[0] !== undefined) {
      await rigs[0].proxy.comeBack();
      rigs[0].hand.nft = 'missing';
    }
    expect(await connector.execute(block(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'nft_missing', retryable: false },
    });
    expect(await connector.list(aCall())).toMatchObject({ ok: false });
  });

  it('was not started where no permit was left at any', async () => {
    const { connector } = await several(2);
    expect(await connector.execute(block(), aCall({ mayStart: () => false }))).toMatchObject({ kind: 'not_started' });
    let left = 1;
    const outcome = await connector.execute(block(), aCall({ mayStart: () => left-- > 0 }));
    expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'not_started' } });
  });
});

describe('a host over SSH', () => {
  it('is isolated by the name that the inventory has, and by no other', async () => {
    const { hand, proxy } = await aHost();
    const connector = sshConnectorTo({ 'web-1': proxy }, proxy.privateKey, {
      keep_way_for: ['10.0.0.9', '2001:db8::1'],
    });
    expect(await connector.execute(isolate('WEB-1.'), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(proxy.lines().at(-1)).toMatch(/ 660 10\.0\.0\.9,2001:0db8:0000:0000:0000:0000:0000:0001 \.\n$/);
    expect(hand.wall).toBeDefined();
    const before = proxy.lines().length;
    for (const value of ['web-10', 'web', '10.0.0.1'])
      expect(await connector.execute(isolate(value), aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'unknown_host' },
      });
    const nowhere = aClearedCommand({ action: 'quarantine_file', target: { type: 'file', value: '/tmp/x' } });
    expect(await connector.execute(nowhere, aCall())).toMatchObject({ error: { code: 'unknown_host' } });
    expect(proxy.lines()).toHaveLength(before);
  });

  it('keeps what a person made of an isolation, and does not call a wall with a hole one', async () => {
    const { hand, proxy } = await aHost();
    const connector = sshConnectorTo({ 'web-1': proxy }, proxy.privateKey);
    const command = isolate();
    await connector.execute(command, aCall());
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({
      state: 'present',
      seen: { packets: 6 },
    });
    hand.torn = true;
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector.verify(effectOf(isolate()), aCall())).toMatchObject({ state: 'absent' });
    expect(await connector.undo(effectOf(isolate()), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(hand.wall).toBeDefined();
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(hand.wall).toBeUndefined();
  });

  it('is only called isolated where the other host that looks does not reach it', async () => {
    const [web, gateway] = [await aHost(), await aHost()];
    gateway.proxy.letIn(web.proxy.privateKey);
    const hostOf = ({ proxy }: Rig) => ({ address: '127.0.0.1', port: proxy.port, host_keys: [proxy.hostKey] });
    const seen_from = { host: 'GW-1', address: '10.0.0.7' };
    const connector = sshConnectorTo({}, web.proxy.privateKey, {
      actions: ['isolate_host'],
      block_on: undefined,
      hosts: { 'web-1': { ...hostOf(web), seen_from }, 'gw-1': hostOf(gateway) },
    });
    const command = isolate();
    await connector.execute(command, aCall());
    const verify = () => connector.verify(effectOf(command), aCall());
    expect(await verify()).toMatchObject({
      state: 'present',
      seen: { answers: false },
      text: expect.stringMatching(/web-1 does not answer gw-1$/),
    });
    expect(gateway.proxy.lines()).toEqual(['reflex1 probe 4 10.0.0.7 .\n']);
    gateway.hand.answersPing = true;
    expect(await verify()).toMatchObject({
      state: 'unknown',
      text: expect.stringMatching(/answers gw-1 all the same/),
    });
    await gateway.proxy.goAway();
    expect(await verify()).toMatchObject({ state: 'present', text: expect.stringMatching(/nobody else could look/) });
    expect(connector.capabilities.promises?.isolate_host).not.toHaveProperty('second_observer');
    const both = {
      'web-1': { ...hostOf(web), seen_from },
      'gw-1': { ...hostOf(gateway), seen_from: { host: 'web-1', address: '10.0.0.1' } },
    };
    const all = sshConnectorTo({}, web.proxy.privateKey, {
      actions: ['isolate_host'],
      block_on: undefined,
      hosts: both,
    });
    expect(all.capabilities).toMatchObject({
      second_observer: true,
      promises: { isolate_host: { second_observer: 'a ping from another host' } },
    });
  });

  it('gets a file back, or a person decides', async () => {
    const { hand, proxy } = await aHost();
    const connector = sshConnectorTo({ 'web-1': proxy }, proxy.privateKey);
    const command = aClearedCommand({
      action: 'quarantine_file',
      target: { type: 'file', value: '/tmp/x', host: 'web-1' },
    });
    hand.files.set('/tmp/x', 'evil');
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded', after: { mode: '755' } });
    expect(await connector.extend?.(effectOf(command), 1_000, aCall())).toMatchObject({ kind: 'succeeded' });
    hand.files.set('/tmp/x', 'new');
    const refused = {
      kind: 'refused',
      error: { code: 'replaced', retryable: false },
      current: { host: 'web-1', code: 'replaced' },
    };
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject(refused);
    expect(await connector.undo({ ...effectOf(command), force: true }, aCall())).toMatchObject({ kind: 'succeeded' });
  });

  it('takes no order without a mark, of another kind, or that its settings do not have', async () => {
    const { proxy } = await aHost();
    const connector = sshConnectorTo({ 'web-1': proxy }, proxy.privateKey, {
      actions: ['isolate_host'],
      block_on: undefined,
    });
    const orders = [
      aClearedCommand({ action: 'isolate_host', target: { type: 'host', value: 'web-1' }, command_id: 'command-1' }),
      aClearedCommand({ action: 'isolate_host', target: { type: 'ip', value: '10.0.0.1' } }),
      block(),
      aClearedCommand({ action: 'disable_user', target: { type: 'user', value: 'eve' } }),
    ];
    for (const order of orders)
      expect(await connector.execute(order, aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'bad_request', retryable: false },
      });
    expect(proxy.lines()).toEqual([]);
    // What earlier settings did is still undone.
    expect(await connector.undo(effectOf(isolate()), aCall())).toMatchObject({ kind: 'succeeded' });
  });
});

describe('the way to a host', () => {
  it('is taken by the pinned key alone', async () => {
    const { proxy, hand } = await aHost();
    const other = newSshKey().public;
    const wrong = sshConnectorTo({ 'web-1': { ...proxy, hostKey: other } }, proxy.privateKey);
    const outcome = await wrong.execute(isolate(), aCall());
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'host_key', retryable: false } });
    expect(await wrong.status(aCall())).toMatchObject({ state: 'down', text: expect.stringMatching(/not pinned/) });
    const ecdsa = utils.generateKeyPairSync('ecdsa', { bits: 256 }).public;
    const otherType = sshConnectorTo({ 'web-1': { ...proxy, hostKey: ecdsa } }, proxy.privateKey);
    expect(await otherType.execute(isolate(), aCall())).toMatchObject({
      error: { code: 'host_key', retryable: false },
    });
    expect([proxy.lines(), hand.wall]).toEqual([[], undefined]);
  });

  it('is not taken with a key that the host refuses, and no text holds the key', async () => {
    const { proxy } = await aHost();
    const own = newSshKey().private;
    const connector = sshConnectorTo({ 'web-1': proxy }, own);
    const answers = [
      await connector.execute(isolate(), aCall()),
      await connector.status(aCall()),
      await connector.list(aCall()),
      await connector.reachable?.('web-1', aCall()),
    ];
    expect(answers[0]).toMatchObject({ kind: 'failed', error: { code: 'credentials', retryable: false } });
    expect(answers[1]).toMatchObject({ state: 'degraded', authorised: false });
    for (const line of own.split('\n').filter((each) => each.length > 16))
      expect(JSON.stringify(answers)).not.toContain(line);
  });

  it('hides the key also where a host sends it back', async () => {
    const { proxy } = await aHost();
    const connector = sshConnectorTo({ 'web-1': proxy }, proxy.privateKey);
    const [, secret = ''] = proxy.privateKey.split('\n');
    proxy.say(`${JSON.stringify({ v: 1, ok: false, code: 'odd', done: 'no', text: `x ${secret} y` })}\n`);
    expect(JSON.stringify(await connector.execute(isolate(), aCall()))).toContain('[secret]');
  });

  it('takes a key that was changed, and goes on with the last one where the new one cannot be read', async () => {
    const { proxy } = await aHost();
    let key: string | undefined = newSshKey().private;
    const parameters = {
      private_key: { secret: 'ssh' },
      actions: ['isolate_host'],
      hosts: { 'web-1': { address: '127.0.0.1', port: proxy.port, host_keys: [proxy.hostKey] } },
      allow_addresses: ['127.0.0.1'],
    };
    const { connectors } = makeConnectors([{ name: 'edge', kind: 'ssh', parameters }], () => key);
    const status = () => connectors.get('edge')?.status(aCall());
    expect(await status()).toMatchObject({ authorised: false });
    key = proxy.privateKey;
    expect(await status()).toMatchObject({ state: 'ok' });
    for (const broken of [undefined, '', 'half a key']) {
      key = broken;
      expect(await status()).toMatchObject({ state: 'ok' });
    }
  });

  it('is not gone where the installation or the guard of addresses does not allow it', async () => {
    const { proxy } = await aHost();
    const host = { port: proxy.port, host_keys: [proxy.hostKey] };
    const make = (address: string, change: object, world: object) => {
      const parameters = {
        private_key: { secret: 'ssh' },
        actions: ['isolate_host'],
        hosts: { 'web-1': { ...host, address } },
        ...change,
      };
      const all = { utc: () => Date.now(), lookup: async () => ['127.0.0.1'], ...world };
      return makeConnectors([{ name: 'edge', kind: 'ssh', parameters }], () => proxy.privateKey, all).connectors.get(
        'edge',
      );
    };
    const codeOf = async (connector: Connector | undefined) => (await connector?.execute(isolate(), aCall())) ?? {};
    const allowed = { allow_addresses: ['127.0.0.1'] };
    expect(await codeOf(make('web-1.example', {}, {}))).toMatchObject({
      error: { code: 'address_refused', retryable: false },
    });
    const egress = (to: { port: number }) => `port ${to.port} is not in the list`;
    expect(await codeOf(make('web-1.example', allowed, { egress }))).toMatchObject({
      error: { code: 'egress_refused', message: expect.stringMatching(new RegExp(`port ${proxy.port}`)) },
    });
    expect(await codeOf(make('169.254.169.254', {}, {}))).toMatchObject({ error: { code: 'address_refused' } });
    expect(await codeOf(make('web-1.example', allowed, {}))).toMatchObject({ kind: 'succeeded' });
    const nobody = async (): Promise<string[]> => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    expect(await codeOf(make('web-1.example', allowed, { lookup: nobody }))).toMatchObject({
      error: { code: 'connection', retryable: true },
    });
    // The first address is dead, the second one answers.
    const two = async (): Promise<string[]> => ['127.0.0.2', '127.0.0.1'];
    const both = { allow_addresses: ['127.0.0.0/8'] };
    expect(await codeOf(make('web-1.example', both, { lookup: two }))).toMatchObject({ kind: 'succeeded' });
  });

  it('ends in time where somebody takes the connection and says nothing', async () => {
    const { proxy } = await aHost();
    const silent = createServer((socket) => void socket.on('error', () => undefined));
    const port = await listenOnLoopback(silent);
    closing.push(async () => void silent.close());
    const timeouts = { connect_ms: 200, total_ms: 400 };
    const connector = sshConnectorTo({ 'web-1': { ...proxy, port } }, proxy.privateKey, { timeouts });
    const began = Date.now();
    expect(await connector.execute(isolate(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'timeout', retryable: true },
    });
    expect(Date.now() - began).toBeLessThan(2_000);
    silent.unref();
  });

  it('knows a host that speaks no SSH, and one whose script is gone', async () => {
    const { proxy } = await aHost();
    const http = createServer(
      (socket) => void socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    const port = await listenOnLoopback(http);
    closing.push(async () => void http.close());
    const wrong = sshConnectorTo({ 'web-1': { ...proxy, port } }, proxy.privateKey);
    expect(await wrong.execute(isolate(), aCall())).toMatchObject({ kind: 'failed', error: { code: 'connection' } });
    const connector = sshConnectorTo({ 'web-1': proxy }, proxy.privateKey);
    proxy.exitWith(127);
    expect(await connector.execute(isolate(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'no_hand', retryable: false },
    });
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
  });

  it('can be asked about: reachable, unreachable, or nobody can tell', async () => {
    const { proxy } = await aHost();
    const off = { ...proxy, port: await freePort() };
    const connector = sshConnectorTo({ 'web-1': proxy, 'web-2': off }, proxy.privateKey);
    const asked = (name: string) => connector.reachable?.(name, aCall());
    expect(await asked('web-1')).toEqual({ state: 'reachable' });
    expect(await asked('web-2')).toEqual({ state: 'unreachable', said: expect.stringMatching(/web-2.*ECONNREFUSED/) });
    expect(await asked('web-3')).toEqual({ why: expect.stringMatching(/no host `web-3`/) });
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      text: expect.stringMatching(/^1 of 2 hosts answer; web-2/),
    });
  });
});

describe('the parameters of a connector over SSH', () => {
  const own = newSshKey();
  const good = {
    private_key: { secret: 'ssh' },
    actions: ['block_ip'],
    hosts: { 'web-1': { address: '10.0.0.1', host_keys: [own.public] } },
  };
  const faultsOf = (change: object, secret: string | undefined = own.private) =>
    makeConnectors([{ name: 'edge', kind: 'ssh', parameters: { ...good, ...change } }], () => secret).faults.map(
      ({ path, message }) => `${path}: ${message}`,
    );
  const host = good.hosts['web-1'];

  it('are taken as they should be', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ hosts: { a: host, b: host }, block_on: ['B'] })).toEqual([]);
  });

  it.each([
    ['two hosts and none that blocks', { hosts: { a: host, b: host } }, /block_on: must name the hosts/],
    ['one host in two spellings', { hosts: { a: host, A: host }, block_on: ['a'] }, /hosts\.A: is another spelling/],
    ['a name of no host', { hosts: { 'a b': host } }, /hosts\.a b: is the name of no host/],
    ['a blocking host that is not there', { block_on: ['web-2'] }, /block_on\.0: is not among `hosts`/],
    ['blocking hosts without the action', { actions: ['isolate_host'], block_on: ['web-1'] }, /block_on: has no use/],
    ['a network to keep', { keep_way_for: ['10.0.0.0/8'] }, /keep_way_for\.0: is no address/],
    ['an odd address to allow', { allow_addresses: ['everything'] }, /allow_addresses\.0: is neither/],
    [
      'a fingerprint for a key',
      { hosts: { a: { ...host, host_keys: ['SHA256:abc'] } } },
      /host_keys\.0: must be the line of a public key/,
    ],
    [
      'a key of another type',
      { hosts: { a: { ...host, host_keys: [`ssh-rsa ${own.public.split(' ')[1]}`] } } },
      /host_keys\.0: is no public key/,
    ],
    [
      'a type that is too weak',
      { hosts: { a: { ...host, host_keys: ['ssh-dss AAAA'] } } },
      /host_keys\.0: must be the line/,
    ],
    [
      'a host that sees itself',
      { hosts: { a: { ...host, seen_from: { host: 'A', address: '10.0.0.1' } } } },
      /seen_from\.host: must be another/,
    ],
    [
      'an observer that is not there',
      { hosts: { a: { ...host, seen_from: { host: 'b', address: '10.0.0.1' } } } },
      /seen_from\.host: is not among/,
    ],
    ['no key at all', { hosts: { a: { address: '10.0.0.1' } } }, /host_keys.*is missing/],
    ['an address of two words', { hosts: { a: { ...host, address: 'a b' } } }, /address/],
    ['an action that it does not do', { actions: ['reboot'] }, /actions\.0: must be one of/],
    ['a switch that takes every key', { strict_host_key_checking: false }, /is not a known parameter/],
    ['too many processes', { most_processes: 65 }, /most_processes/],
  ])('have a fault with its place: %s', (_, change, fault) => {
    expect(faultsOf(change)).toEqual([expect.stringMatching(fault)]);
  });

  it('never show a private key that cannot be read, nor take a public one', () => {
    const odd = `${own.private.slice(0, 120)}\nbroken`;
    expect(faultsOf({}, odd)).toEqual([expect.stringMatching(/private_key: secret `ssh` is no private key/)]);
    expect(faultsOf({}, odd).join()).not.toContain(own.private.split('\n')[1]);
    expect(faultsOf({}, own.public)).toEqual([expect.stringMatching(/is no private key/)]);
  });

  it('need the passphrase of a key that has one', () => {
    const locked = newSshKey('open sesame');
    const secrets =
      (passphrase: string) =>
      (name: string): string =>
        name === 'phrase' ? passphrase : locked.private;
    const make = (passphrase: string, change: object) =>
      makeConnectors([{ name: 'edge', kind: 'ssh', parameters: { ...good, ...change } }], secrets(passphrase)).faults;
    expect(make('x', {})).toHaveLength(1);
    expect(make('wrong one', { passphrase: { secret: 'phrase' } })).toMatchObject([
      { message: expect.stringMatching(/with its passphrase/) },
    ]);
    expect(make('open sesame', { passphrase: { secret: 'phrase' } })).toEqual([]);
  });
});

describe('the promises over SSH', () => {
  it('say that a milder action takes away no more', () => {
    for (const [action, { disruption }] of Object.entries(SSH_PROMISES))
      for (const milder of milderThan(action)) {
        const other = SSH_PROMISES[milder as keyof typeof SSH_PROMISES]?.disruption;
        if (other !== undefined)
          expect([action, milder, other.usual <= disruption.usual]).toEqual([action, milder, true]);
      }
  });
});
