import type { LookupAddress } from 'dns';
import { httpClient } from '../../server/adapters/git/http_client';
import { kafkaClient } from '../../server/adapters/kafka/kafka_client';
import { rabbitmqConnection } from '../../server/adapters/rabbitmq/rabbitmq_client';
import { egressLookup, egressOf, isEgressEntry } from '../../common/entity/egress';
import { parseBaseUrl } from '../../server/connectors/http/base_url';
import { messagePoster } from '../../server/connectors/http/post_message';
import { outcomePoster } from '../../server/connectors/http/post_outcome';
import { makeConnectors } from '../../server/connectors/registry';
import { readSettings } from '../../server/hosts/settings';
import { StoreUnavailable } from '../../server/runner/ports';
import { wire } from '../../server/wiring';
import { followedSources } from '../builders/followed_sources';
import { quietLog } from '../builders/store_port';
import { temporaryFolder } from '../contracts/temporary_folder';
import { BareHost } from '../demo/bare_host';
import { blockServerParameters } from '../targets/block_server';
import { aCall, aClearedCommand } from '../targets/commands';
import { rawServer } from '../targets/loopback_server';
import { until } from '../targets/until';

/*
 * X1 for the installation: what is not in `egress.allow` is not connected to, by whatever transport, whatever the
 * settings of a connector say, and whatever a resolver answers. A server counts who comes.
 */

jest.setTimeout(60_000);

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const counting = async () => {
  const server = await rawServer((socket) => socket.end());
  closing.push(server.close);
  return server;
};

const patient = (url: string) => ({
  ...blockServerParameters(url),
  timeouts: { connect_ms: 10_000, total_ms: 10_000 },
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Goes to a port of this machine once, by one transport; resolves when that is over. */
type Transport = (port: number, allow: readonly string[], host?: string) => Promise<string>;

const rest: Transport = async (port, allow, host = '127.0.0.1') => {
  const made = makeConnectors(
    [{ name: 'edge', kind: 'rest', parameters: patient(`http://${host}:${port}`) }],
    () => 'key-of-the-block-server',
    { utc: Date.now, lookup: async () => ['127.0.0.1'], egress: egressOf(allow) },
  );
  const connector = made.connectors.get('edge');
  if (connector === undefined) throw new Error(JSON.stringify(made.faults));
  return JSON.stringify([await connector.status(aCall()), await connector.execute(aClearedCommand(), aCall())]);
};

const webhook: Transport = async (port, allow, host = '127.0.0.1') => {
  const base = parseBaseUrl(`http://${host}:${port}/x`, { allowed: ['127.0.0.1'], plainHttp: true });
  if (!base.ok) throw new Error(base.error);
  const post = outcomePoster(
    messagePoster({
      base: base.value,
      allowAddresses: ['127.0.0.1'],
      tls: {},
      lookup: async () => ['127.0.0.1'],
      utc: Date.now,
      egress: egressOf(allow),
    }),
  );
  return JSON.stringify(await post('{}', {}));
};

const kafka: Transport = async (port, allow, host = '127.0.0.1') => {
  const access = { brokers: [`${host}:${port}`], clientId: 'reflex', egress: egressOf(allow) };
  const admin = kafkaClient(access, quietLog()).admin({ retry: { retries: 0 } });
  return admin.connect().then(
    () => 'connected',
    (cause: Error) => cause.message,
  );
};

const rabbitmq: Transport = async (port, allow, host = '127.0.0.1') => {
  const said: string[] = [];
  try {
    const connection = rabbitmqConnection({
      hosts: [`${host}:${port}`],
      vhost: '/',
      username: 'u',
      password: 'p',
      egress: egressOf(allow),
    });
    connection.on('error', (cause: Error) => said.push(cause.message));
    await until('an error', () => said.length > 0);
    connection.unsafeDestroy();
  } catch (cause) {
    said.push((cause as Error).message);
  }
  return said.join(' ');
};

const git: Transport = async (port, allow, host = '127.0.0.1') =>
  httpClient({ idleMs: 2_000, egress: egressOf(allow) })
    .request({ url: `http://${host}:${port}/a.git`, headers: {} })
    .then(
      () => 'answered',
      (cause: Error) => cause.message,
    );

const TRANSPORTS: ReadonlyArray<readonly [string, Transport]> = [
  ['a REST connector', rest],
  ['an outgoing webhook', webhook],
  ['Kafka', kafka],
  ['RabbitMQ', rabbitmq],
  ['Git', git],
];

describe.each(TRANSPORTS)('%s', (_, go) => {
  it('goes where the list says, by network, address, name and port', async () => {
    for (const [entry, host] of [
      ['127.0.0.0/8', '127.0.0.1'],
      ['127.0.0.1', '127.0.0.1'],
      ['localhost', 'localhost'],
      ['127.0.0.1:PORT', '127.0.0.1'],
    ] as const) {
      const server = await counting();
      await go(server.port, [entry.replace('PORT', String(server.port))], host);
      expect([entry, server.connections() > 0]).toEqual([entry, true]);
    }
  });

  it('goes nowhere else: no connection is made, and it is said why', async () => {
    const server = await counting();
    for (const [allow, host] of [
      [[], '127.0.0.1'],
      [['10.0.0.0/8', '127.0.0.2', 'localhost'], '127.0.0.1'],
      [[`127.0.0.1:${server.port + 1}`], '127.0.0.1'],
      [['other.example', '*.localhost', '10.0.0.0/8'], 'localhost'],
      [[`localhost:${server.port + 1}`], 'localhost'],
    ] as const) {
      const said = await go(server.port, allow, host);
      expect([allow, said]).toEqual([allow, expect.stringContaining('egress.allow')]);
    }
    await pause(50);
    expect(server.connections()).toBe(0);
  });
});

const lookedUp = (allow: readonly string[], found: LookupAddress[], all: boolean) =>
  new Promise<unknown>((resolve) => {
    const egress = egressOf(allow);
    if (egress === undefined) throw new Error('no list');
    egressLookup(egress, 443, (_host, _options, told) => told(null, found))(
      'fw.example',
      { all },
      (error, address, family) => resolve(error === null ? [address, family] : error.code),
    );
  });
const v4 = (address: string): LookupAddress => ({ address, family: 4 });

describe('a name that a resolver answers for', () => {
  it.each([true, false])('is refused if one of its addresses is outside (all: %s)', async (all) => {
    expect(await lookedUp(['10.0.0.0/8'], [v4('10.0.0.1'), v4('192.0.2.1')], all)).toBe('EGRESS_REFUSED');
    expect(await lookedUp(['10.0.0.0/8'], [v4('192.0.2.1'), v4('10.0.0.1')], all)).toBe('EGRESS_REFUSED');
    expect(await lookedUp(['10.0.0.0/8'], [], all)).toBe('EGRESS_REFUSED');
  });

  it('is connected to at exactly the addresses that were looked at', async () => {
    const found = [v4('10.0.0.1'), v4('10.0.0.2')];
    expect(await lookedUp(['10.0.0.0/8'], found, true)).toEqual([found, undefined]);
    expect(await lookedUp(['10.0.0.0/8'], found, false)).toEqual(['10.0.0.1', 4]);
  });

  it('changes nothing by changing its address between two looks', async () => {
    let asked = 0;
    const egress = egressOf(['10.0.0.0/8']);
    if (egress === undefined) throw new Error('no list');
    const lookup = egressLookup(egress, 443, (_host, _options, told) => {
      asked += 1;
      told(null, [v4(asked === 1 ? '10.0.0.1' : '169.254.169.254')]);
    });
    const once = () =>
      new Promise((resolve) =>
        lookup('fw.example', { all: false }, (error, address) => resolve(error?.message ?? address)),
      );
    expect(await once()).toBe('10.0.0.1');
    expect(asked).toBe(1);
    expect(await once()).toContain('169.254.169.254');
  });
});

describe('an entry of the list', () => {
  const verdict = (entry: string, host: string, address = host, port = 443): boolean =>
    egressOf([entry])?.({ host, port }, address) === undefined;

  it.each<[string, string, string | undefined, number, boolean]>([
    ['fw.example', 'fw.example', '192.0.2.1', 1, true],
    ['fw.example', 'FW.example.', '192.0.2.1', 1, true],
    ['fw.example', 'a.fw.example', '192.0.2.1', 1, false],
    ['fw.example', 'xfw.example', '192.0.2.1', 1, false],
    ['fw.example:443', 'fw.example', '192.0.2.1', 443, true],
    ['fw.example:443', 'fw.example', '192.0.2.1', 80, false],
    ['*.soc.example', 'a.soc.example', '192.0.2.1', 1, true],
    ['*.soc.example', 'a.b.soc.example', '192.0.2.1', 1, true],
    ['*.soc.example', 'soc.example', '192.0.2.1', 1, false],
    ['*.soc.example', '.soc.example', '192.0.2.1', 1, false],
    ['*.soc.example', 'evilsoc.example', '192.0.2.1', 1, false],
    ['10.20.0.0/16', 'fw.example', '10.20.255.255', 1, true],
    ['10.20.0.0/16', 'fw.example', '10.21.0.0', 1, false],
    ['10.20.0.0/16:8443', '10.20.0.1', undefined, 8443, true],
    ['10.20.0.0/16:8443', '10.20.0.1', undefined, 8444, false],
    ['10.20.0.1', '10.20.0.1', '::ffff:10.20.0.1', 1, true],
    ['10.20.0.1', '10.20.0.2', undefined, 1, false],
    ['2001:db8::/32', 'fw.example', '2001:db8::1', 1, true],
    ['2001:db8::/32', 'fw.example', '2001:db9::1', 1, false],
    ['[2001:db8::1]:443', '2001:db8::1', undefined, 443, true],
    ['[2001:db8::1]:443', '2001:db8::1', undefined, 444, false],
    ['0.0.0.0/0', 'fw.example', '2001:db8::1', 1, false],
  ])('%s lets %s (%s) port %i through: %s', (entry, host, address, port, passes) => {
    expect(isEgressEntry(entry)).toBe(true);
    expect(verdict(entry, host, address ?? host, port)).toBe(passes);
  });

  it.each([
    '',
    '*',
    '*.',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    'https://fw.example',
    'fw.example/path',
    'user@fw.example',
    'FW.example',
    'fw.example:0',
    'fw.example:65536',
    'a.*.example',
    '10.0.0.0/33',
    'fw .example',
  ])('`%s` is none, and refused with its place', (entry) => {
    expect(isEgressEntry(entry)).toBe(false);
    const read = readSettings({ egress: { allow: ['fw.example', entry] } });
    expect(read.ok ? [] : read.error.map(({ path }) => path)).toEqual(['egress.allow.1']);
  });
});

describe('a whole Reflex', () => {
  const within = async (allow: (port: number) => readonly string[]) => {
    const server = await counting();
    const place = temporaryFolder();
    const keystore = { 'block-server': 'key-of-the-block-server' };
    const bare = new BareHost({
      transport: { request: () => Promise.reject(new StoreUnavailable('away')) },
      dataFolder: place.folder,
      demo: false,
      settings: {
        egress: { allow: allow(server.port) },
        keystore,
        connectors: [{ name: 'edge', kind: 'rest', parameters: blockServerParameters(server.url) }],
      },
    });
    const wired = wire(bare.parts);
    const started = wired.start();
    const status = async (): Promise<string> =>
      JSON.stringify((await bare.call<unknown>('get', '/api/reflex/status')).body);
    await until('the connector was asked', async () => !/not asked yet|"connectors":\[\]/.test(await status()), {
      withinMs: 30_000,
      seen: status,
    });
    await pause(200);
    const said = await status();
    await wired.stop();
    await started;
    place.remove();
    return { said, connections: server.connections() };
  };

  it('takes the list of its settings for connectors', async () => {
    const refused = await within(() => ['10.0.0.0/8']);
    expect([refused.connections, refused.said]).toEqual([0, expect.stringContaining('egress.allow')]);
    const allowed = await within((port) => [`127.0.0.1:${port}`]);
    expect(allowed.connections).toBeGreaterThan(0);
    expect(allowed.said).not.toContain('egress.allow');
  });

  it('takes it for the brokers of its sources', async () => {
    const server = await counting();
    const source = { name: 'd', topic: 'd', brokers: [`127.0.0.1:${server.port}`] };
    const queue = { queue: 'q', hosts: source.brokers, username: 'u', password_secret: 'rabbit', declare: false };
    const intake = { kafka: [source], rabbitmq: [queue] };
    const keystore = { rabbit: 'a-password' };
    const follow = (allow: readonly string[]) => followedSources({ egress: { allow }, keystore, intake }, quietLog());
    const refused = follow(['10.0.0.0/8']);
    await until('both say why', () => refused.health().split('egress.allow').length === 3, { seen: refused.health });
    await refused.stop();
    expect(server.connections()).toBe(0);
    const allowed = follow([`127.0.0.1:${server.port}`]);
    await until('both came', () => server.connections() > 1, { seen: allowed.health });
    expect(allowed.health()).not.toContain('egress.allow');
    await allowed.stop();
  });
});
