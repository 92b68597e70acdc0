import { blockListRoom, listsProxy } from '../../../test/targets/block_lists';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { feedConnectorTo, fetchAs, FEED_PARAMETERS, holdsIn, tokenOf } from '../../../test/targets/feed_rig';
import type { Connector, OfferedList } from '../connector';
import { THIS_MACHINE } from '../connector_kind';
import { makeConnectors } from '../registry';

const T = 1_800_000_000_000;

/** A list with a clock of its own, at one host or several. */
const feed = (change: object = {}) => {
  const { store, room } = blockListRoom();
  const clock = { now: T };
  const utc = (): number => clock.now;
  const host = () => {
    const offered = new Map<string, OfferedList>();
    const proxy = listsProxy(room, (name, list) => void offered.set(name, list));
    const connector = feedConnectorTo(proxy.lists, change, { utc });
    return { connector, proxy, list: offered.get('deny') };
  };
  return { ...host(), host, store, clock };
};

const block = (value: string, more: object = {}) => aClearedCommand({ target: { type: 'ip', value }, ...more });
const verify = (connector: Connector, command: ReturnType<typeof block>) =>
  connector.verify(effectOf(command), aCall());
const bodyOf = async (list: OfferedList | undefined, device = 'edge-1'): Promise<string> => {
  const served = await fetchAs(list, device);
  return served.kind === 'list' ? served.body : served.kind;
};

describe('a list that devices fetch', () => {
  it('is present once every device has fetched it, and absent once every device has fetched it without', async () => {
    const { connector, list } = feed();
    const command = block('203.0.113.7');
    expect(await verify(connector, command)).toMatchObject({
      state: 'unknown',
      text: 'nothing was heard lately of `edge-1`, `edge-2`',
    });
    await bodyOf(list, 'edge-1');
    await bodyOf(list, 'edge-2');
    expect(await verify(connector, command)).toMatchObject({ state: 'absent' });
    await connector.execute(command, aCall());
    expect(await verify(connector, command)).toMatchObject({
      state: 'unknown',
      text: 'in the list, and not fetched yet by `edge-1`, `edge-2`',
    });
    expect(await bodyOf(list, 'edge-1')).toBe('203.0.113.7\n');
    expect(await verify(connector, command)).toMatchObject({
      state: 'unknown',
      text: 'in the list, and not fetched yet by `edge-2`',
      seen: {
        in_list: true,
        devices: [
          { name: 'edge-1', has: true },
          { name: 'edge-2', has: false },
        ],
      },
    });
    await bodyOf(list, 'edge-2');
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    await connector.undo(effectOf(command), aCall());
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown' });
    expect(await bodyOf(list, 'edge-2')).toContain('"entries":[]');
    expect(await verify(connector, command)).toMatchObject({
      state: 'unknown',
      text: 'out of the list, and `edge-1` has not fetched since',
    });
    expect(await bodyOf(list, 'edge-1')).toBe('');
    expect(await verify(connector, command)).toMatchObject({ state: 'absent' });
  });

  it('ends an entry by itself, and is absent only at devices that fetched after that', async () => {
    const { connector, list, clock } = feed();
    const command = block('203.0.113.7', { ttl_ms: 120_000 });
    await connector.execute(command, aCall());
    for (const device of ['edge-1', 'edge-2']) await bodyOf(list, device);
    clock.now = T + 180_000 - 1;
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    expect(await bodyOf(list)).toBe('203.0.113.7\n');
    clock.now = T + 180_000;
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown' });
    expect(await bodyOf(list, 'edge-1')).toBe('');
    await bodyOf(list, 'edge-2');
    expect(await verify(connector, command)).toMatchObject({ state: 'absent' });
    expect(await connector.list(aCall())).toEqual({ ok: true, value: [] });
  });

  it('is not known to be anything while a device is silent, and the health names it', async () => {
    const { connector, list, clock } = feed();
    const command = block('203.0.113.7');
    await connector.execute(command, aCall());
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      authorised: true,
      text: '1 entries; `edge-1` has never fetched it; `edge-2` has never fetched it',
    });
    for (const device of ['edge-1', 'edge-2']) await bodyOf(list, device);
    expect(await connector.status(aCall())).toMatchObject({
      state: 'ok',
      text: '1 entries; `edge-1` fetched 1 0 s ago; `edge-2` fetched 1 0 s ago',
    });
    clock.now = T + 180_000;
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    await bodyOf(list, 'edge-2');
    clock.now = T + 180_001;
    expect(await verify(connector, command)).toMatchObject({
      state: 'unknown',
      text: 'nothing was heard lately of `edge-1`',
    });
    const health = await connector.status(aCall());
    expect(health).toMatchObject({ state: 'degraded' });
    expect(health.text).toContain('`edge-1` fetched 1 3 min ago, and nothing since');
  });

  it('counts what a device was handed by any host, and nothing that it was not handed', async () => {
    const { connector, list, host } = feed();
    const other = host();
    const command = block('203.0.113.7');
    for (const device of ['edge-1', 'edge-2']) await bodyOf(list, device);
    await connector.execute(command, aCall());
    expect(await bodyOf(other.list, 'edge-1')).toBe('203.0.113.7\n');
    await bodyOf(other.list, 'edge-2');
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    await other.connector.undo(effectOf(command), aCall());
    // Asked, and cut off before it had all.
    for (const device of ['edge-1', 'edge-2']) await list?.serve({ authorization: `Bearer ${tokenOf(device)}` });
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown' });
  });

  it('takes no more entries than its devices do, at once or one after the other, and loses none', async () => {
    const { connector, store } = feed({ most_entries: 3 });
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((last) => connector.execute(block(`203.0.113.${last}`), aCall())),
    );
    const held = holdsIn(store, T).length;
    expect(outcomes.filter(({ kind }) => kind === 'succeeded')).toHaveLength(held);
    for (let last = 10; last < 14; last += 1) await connector.execute(block(`203.0.113.${last}`), aCall());
    const full = await connector.execute(block('203.0.113.99'), aCall());
    expect(full).toMatchObject({ kind: 'failed', error: { code: 'list_full', retryable: false } });
    // A further order on what is there takes no room.
    const [{ value } = { value: '' }] = holdsIn(store, T);
    expect(await connector.execute(block(value), aCall())).toMatchObject({ kind: 'succeeded' });
    const values = new Set(holdsIn(store, T).map((hold) => hold.value));
    expect(values.size).toBe(3);
  });

  it('has many orders at once from two hosts, and loses none', async () => {
    const { connector, host, store } = feed();
    const other = host();
    const commands = Array.from({ length: 200 }, (_, index) => block(`10.80.0.${index}`));
    const outcomes = await Promise.all(
      commands.map((command, index) => (index % 2 ? connector : other.connector).execute(command, aCall())),
    );
    const done = commands.filter((_, index) => outcomes[index]?.kind === 'succeeded');
    const held = new Set(holdsIn(store, T).map(({ command_id }) => command_id));
    expect(held).toEqual(new Set(done.map(({ command_id }) => command_id)));
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'succeeded'))
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'busy', retryable: true } });
    await Promise.all(done.map((command) => connector.undo(effectOf(command), aCall())));
  });

  it('asks for the permit again after it has read, and right before it writes', async () => {
    const { connector, proxy, store } = feed();
    let asked = 0;
    const outcome = await connector.execute(block('203.0.113.7'), aCall({ mayStart: () => (asked += 1) < 2 }));
    expect(outcome).toMatchObject({ kind: 'not_started' });
    expect(proxy.requests().filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(holdsIn(store, T)).toEqual([]);
  });
});

describe('a host without OpenSearch', () => {
  it('goes on with the last list for so long, ends what is over, and then serves none', async () => {
    const { connector, list, proxy, clock } = feed({ serve_stale_s: 600 });
    await connector.execute(block('203.0.113.7', { ttl_ms: 120_000 }), aCall());
    await connector.execute(block('203.0.113.8', { ttl_ms: null }), aCall());
    expect(await bodyOf(list)).toBe('203.0.113.7\n203.0.113.8\n');
    await proxy.goAway();
    expect(await bodyOf(list)).toBe('203.0.113.7\n203.0.113.8\n');
    clock.now = T + 180_000;
    expect(await bodyOf(list)).toBe('203.0.113.8\n');
    clock.now = T + 600_001;
    expect(await fetchAs(list, 'edge-1')).toMatchObject({ kind: 'away', retryAfterS: 30 });
    await proxy.comeBack();
    expect(await bodyOf(list)).toBe('203.0.113.8\n');
  });

  it('serves no list that it has never read: an empty one would open everything', async () => {
    const { list, proxy } = feed();
    await proxy.goAway();
    expect(await fetchAs(list, 'edge-1')).toMatchObject({ kind: 'away' });
  });

  it('writes down later what it served meanwhile, and never over what was fetched after that', async () => {
    const { connector, list, proxy, host, clock } = feed();
    const command = block('203.0.113.7');
    for (const device of ['edge-1', 'edge-2']) await bodyOf(list, device);
    const other = host();
    await other.connector.execute(command, aCall());
    for (const device of ['edge-1', 'edge-2']) await bodyOf(other.list, device);
    clock.now = T + 60_000;
    await proxy.goAway();
    // The device comes by a host that does not know of the order.
    expect(await bodyOf(list, 'edge-1')).toBe('');
    await proxy.comeBack();
    await connector.status(aCall());
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown' });
    clock.now = T + 70_000;
    await bodyOf(other.list, 'edge-1');
    clock.now = T + 65_000;
    await bodyOf(list, 'edge-1');
    clock.now = T + 71_000;
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
  });
});

describe('writing down what devices have', () => {
  it('is done at once for another version, and every 10 s for the same', async () => {
    const { connector, list, proxy, clock } = feed();
    const written = (): number =>
      proxy.requests().filter(({ path, method }) => path === '/fetch' && method === 'PUT').length;
    await bodyOf(list);
    await bodyOf(list);
    clock.now += 9_999;
    await bodyOf(list);
    expect(written()).toBe(1);
    clock.now += 1;
    await bodyOf(list);
    expect(written()).toBe(2);
    await connector.execute(block('203.0.113.7'), aCall());
    await bodyOf(list);
    expect(written()).toBe(3);
  });
});

describe('who may fetch', () => {
  const basic = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  it.each([
    ['nobody', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['the beginning of one', { authorization: `Bearer ${tokenOf('edge-1').slice(0, -1)}` }],
    ['the name of a device', { authorization: basic('edge-1', 'edge-1') }],
    ['a token as the user', { authorization: basic(tokenOf('edge-1'), '') }],
    ['a token in the address, which the settings do not allow', { pathToken: tokenOf('edge-1') }],
    ['that, and the right header', { pathToken: 'x', authorization: `Bearer ${tokenOf('edge-1')}` }],
  ])('is not %s', async (_who, asked) => {
    expect(await feed().list?.serve(asked)).toEqual({ kind: 'refused' });
  });

  it('is whoever has the token of a device, which gets the format of that device', async () => {
    const { list } = feed({
      devices: { ...FEED_PARAMETERS.devices, old: { token: { secret: 'old' }, format: 'csv', in_path: true } },
    });
    const typeOf = async (asked: object): Promise<unknown> => {
      const served = await list?.serve(asked);
      return served?.kind === 'list' && served.contentType.split(';')[0];
    };
    expect(await typeOf({ authorization: `bearer ${tokenOf('edge-1')}` })).toBe('text/plain');
    expect(await typeOf({ authorization: basic('anybody', tokenOf('edge-2')) })).toBe('application/json');
    expect(await typeOf({ pathToken: tokenOf('old') })).toBe('text/csv');
    expect(await typeOf({ authorization: `Bearer ${tokenOf('old')}` })).toBe('text/csv');
  });

  it('may ask 60 times a minute, and others do not wait for it', async () => {
    const { list, clock } = feed();
    for (let times = 0; times < 60; times += 1) expect((await fetchAs(list, 'edge-1')).kind).toBe('list');
    clock.now += 20_000;
    expect(await fetchAs(list, 'edge-1')).toEqual({ kind: 'busy', retryAfterS: 40 });
    expect((await fetchAs(list, 'edge-2')).kind).toBe('list');
    clock.now += 40_000;
    expect((await fetchAs(list, 'edge-1')).kind).toBe('list');
  });
});

describe('what somebody else wrote into the state', () => {
  it('is not served where it is no entry, and the health says so', async () => {
    const { connector, list, store } = feed();
    await connector.execute(block('203.0.113.7'), aCall());
    const [[id, stored] = []] = [...store.documents].filter(([each]) => each.startsWith('block_list:'));
    const content = JSON.parse(JSON.stringify(stored?.body.content)) as { holds: object[] };
    content.holds.push({ ...content.holds[0], value: '0.0.0.0\n0.0.0.0/1', command_id: 'x' });
    if (id === undefined || stored === undefined) throw new Error('nothing was written');
    store.write({ id, body: { ...stored.body, content }, expect: stored.version });
    expect(await bodyOf(list)).toBe('203.0.113.7\n');
    await bodyOf(list, 'edge-2');
    const health = await connector.status(aCall());
    expect(health).toMatchObject({ state: 'degraded' });
    expect(health.text).toContain('1 of them cannot be read and are not served');
  });
});

describe('parameters', () => {
  const faultsOf = (change: object, secrets: (name: string) => string | undefined = tokenOf, lists = true) =>
    makeConnectors([{ name: 'deny', kind: 'feed', parameters: { ...FEED_PARAMETERS, ...change } }], secrets, {
      ...THIS_MACHINE,
      ...(lists && { lists: blockListRoom().room }),
    }).faults.map(({ path, message }) => `${path}: ${message}`);
  const device = (change: object = {}) => ({ token: { secret: 'edge-1' }, format: 'text', ...change });

  it.each<[string, object, readonly string[]]>([
    ['nothing', { entries: undefined, devices: undefined }, ['entries', 'devices']],
    ['no device', { devices: {} }, ['devices']],
    ['a limit that is none', { most_entries: 0, poll_s: 0 }, ['most_entries', 'poll_s']],
    ['an unknown one', { poll: 5 }, ['poll']],
    ['one that is silent before it polls again', { device_silent_after_s: 60 }, ['device_silent_after_s']],
    [
      'names in formats for names, of a list of addresses',
      { devices: { a: device({ format: 'rpz' }) } },
      ['devices.a.format'],
    ],
    ['what only addresses have, of a list of domains', { entries: 'domains' }, ['networks', 'ipv6']],
    ['one token for two devices', { devices: { a: device(), b: device() } }, ['devices.b.token']],
    ['a name that stands in no address', { devices: { 'a b': device() } }, ['devices']],
    ['an unknown one of a device', { devices: { a: device({ password: 'x' }) } }, ['devices.a.password']],
  ])('that say %s are refused, each by its place', (_what, change, places) => {
    const faults = faultsOf(change);
    for (const place of places) expect(faults).toContainEqual(expect.stringContaining(`parameters.${place}`));
    expect(new Set(faults.map((each) => each.split(':')[0])).size).toBe(places.length);
  });

  it('take no short token, and none with other letters into an address', () => {
    expect(faultsOf({ devices: { a: device() } }, () => 'fifteen-letters')).toEqual([
      'parameters.devices.a.token: secret `edge-1` is shorter than 16 characters',
    ]);
    const odd = (): string => 'a token with / and ?';
    expect(faultsOf({ devices: { a: device() } }, odd)).toEqual([]);
    expect(faultsOf({ devices: { a: device({ in_path: true }) } }, odd)).toHaveLength(1);
  });

  it('need a host that serves lists', () => {
    expect(faultsOf({}, tokenOf, false)).toEqual(['parameters: needs a host that serves lists']);
  });

  it('follow a token that was changed', async () => {
    let token = 'the-first-token-of-all';
    const { room } = blockListRoom();
    feedConnectorTo(room, { devices: { a: device() } }, { secrets: () => token });
    const list = room.named('deny');
    const kindOf = async (given: string) => (await list?.serve({ authorization: `Bearer ${given}` }))?.kind;
    expect(await kindOf('the-first-token-of-all')).toBe('list');
    token = 'the-second-token-of-all';
    expect(await kindOf('the-first-token-of-all')).toBe('refused');
    expect(await kindOf('the-second-token-of-all')).toBe('list');
  });
});
