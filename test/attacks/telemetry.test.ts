import { alert } from '../cases/public_case';
import { fill, Rig } from '../cases/rig';
import type { InventoryItem } from '../../server/runner/ports';

/*
 * X13: telemetry in enemy hands. The attacker writes what they like into an event, with all the weight that there is,
 * and a careless policy acts on whatever carries its tag. Nothing that must not be touched is, whatever it is called.
 */

const NETWORK = '10.0.0.0/24';
const INVENTORY: readonly InventoryItem[] = [
  { type: 'subnet', value: NETWORK, origin: 'file' },
  { type: 'host', value: 'dc01.example.internal', addresses: ['10.0.0.10'], subnets: [NETWORK], origin: 'file' },
  { type: 'host', value: 'gw.example.internal', addresses: ['192.0.2.53'], subnets: [NETWORK], origin: 'file' },
  { type: 'host', value: 'ws-7', addresses: ['10.0.0.7'], subnets: [NETWORK], tags: ['workstation'], origin: 'file' },
  ...['root', 'a.smith'].map((value) => ({ type: 'user', value, groups: ['staff'], origin: 'file' }) as const),
  ...fill('host', { subnets: [NETWORK], tags: ['workstation'] }),
  ...fill('user', { groups: ['staff'] }),
];
/** Without the judges of the starter set, which would ask a person anyway. */
const POLICIES = [
  ...['t-short', 't-host', 't-user', 't-domain', 't-file'],
  ...['protect-public-resolvers', 'protect-system-accounts', 'protect-own-infrastructure'],
];

/** As heavy as an event can be. */
const FORGED = {
  confidence: 1,
  severity: 'critical',
  proc: 'x.exe',
  rule: 'known-ioc',
};

const MUST_NOT: Readonly<Record<string, readonly [tag: string, field: string, texts: readonly string[]]>> = {
  'a public resolver': [
    't-short',
    'ip',
    [
      '8.8.8.8',
      '::ffff:8.8.8.8',
      '::ffff:808:808',
      '64:ff9b::808:808',
      '2002:808:808::1',
      '::ffff:0:808:808',
      '::808:808',
      '8.8.8.8/32',
      '008.008.008.008',
      '134744072',
      '0x08080808',
      '8.8.2056',
    ],
  ],
  'the machine itself': ['t-short', 'ip', ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::']],
  'everybody, or a metadata service': [
    't-short',
    'ip',
    ['255.255.255.255', '224.0.0.1', 'ff02::1', '169.254.169.254', '::ffff:169.254.169.254', 'fe80::1%eth0'],
  ],
  'a whole network': [
    't-short',
    'ip',
    ['0.0.0.0/0', '::/0', '203.0.0.0/8', '203.0.113.0/23', '2001:db8::/32', '::ffff:0:0/96', '203.0.113.0-203.0.113.9'],
  ],
  'a whole part of the name space': [
    't-domain',
    'domain',
    [
      'com',
      'COM.',
      'co.uk',
      'github.io',
      '*',
      '*.com',
      '.',
      '.com',
      'localhost',
      '8.8.8.8',
      'com\u3002',
      '\uff43\uff4f\uff4d',
    ],
  ],
  'a privileged account': [
    't-user',
    'user',
    [
      'root',
      'ROOT',
      'CORP\\root',
      'root@corp.example',
      '.\\root',
      '\uff52\uff4f\uff4f\uff54',
      'r\u043e\u043et',
      'root\u0301',
      '*',
      '-',
    ],
  ],
  'an account behind a name that turns around': [
    't-user',
    'user',
    ['\u202etoor', 'ro\u200bot', 'a.smith\u202e', '\u2066root\u2069', 'root\u0000', 'a.smith\nroot'],
  ],
  'the machine itself by another name': ['t-host', 'host', ['127.0.0.1', '::1', 'localhost', 'LOCALHOST.', '0.0.0.0']],
  'a host by what is no name': [
    't-host',
    'host',
    ['*', 'ws-7;reboot', 'ws-7 ws-8', '$(id)', '../ws-7', 'ws-7\u202e', 'http://ws-7/'],
  ],
  'more than one file': [
    't-file',
    'file',
    ['*', '/', 'C:\\', '../../etc/passwd', '/tmp/../etc/passwd', 'C:\\tmp\\*', '/tmp/a; rm -rf /', '$(id)'],
  ],
};

describe('forged telemetry', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start({ policies: POLICIES, inventory: INVENTORY });
  });

  const forge = (tag: string, field: string, text: string) =>
    rig.send(alert(rig, { ...FORGED, host: 'ws-7', [field]: text, rule: rig.id(), tags: [tag] }), { settleMs: 500 });

  it.each(Object.entries(MUST_NOT))('never acts on %s by itself', async (_, [tag, field, texts]) => {
    const before = rig.orders().length;
    for (const text of texts) await forge(tag, field, text);
    await rig.wait(4_000);
    expect(rig.orders().slice(before)).toEqual([]);
  });

  it.each([
    ['t-short', 'ip', '203.0.113.77', 'block_ip 203.0.113.77'],
    ['t-domain', 'domain', 'evil.example.com', 'block_domain evil.example.com'],
    ['t-host', 'host', 'ws-7', 'isolate_host ws-7'],
    ['t-user', 'user', 'a.smith', 'disable_user a.smith'],
    ['t-file', 'file', '/tmp/evil', 'quarantine_file /tmp/evil'],
  ])('acts on the like of %s otherwise', async (tag, field, text, order) => {
    const before = rig.orders().length;
    await forge(tag, field, text);
    await rig.wait(4_000);
    expect(rig.orders().slice(before)).toEqual([order]);
  });
});
