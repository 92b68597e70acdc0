import { ipv4Gateways, ipv6Gateways } from './gateways';
import { ownMachineOf, resolveName, THIS_MACHINE, type Machine } from './own_machine';

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t0000000A\tFE0A000A\t0003\t0\t0\t0\t000000FF\t0\t0\t0
`;
const ROUTES6 = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
`;
const aMachine = (files: Readonly<Record<string, string>>, change: Partial<Machine> = {}): Machine => ({
  hostname: () => 'vm',
  interfaces: () => [{ address: '192.0.2.2', name: 'eth0' }],
  nameServers: () => [],
  read: async (file) => files[file],
  platform: 'linux',
  env: {},
  ...change,
});
const found = async (files: Readonly<Record<string, string>>, change?: Partial<Machine>) => {
  const { things, missing } = await ownMachineOf(aMachine(files, change)).look();
  return { things: things.map(({ text, from }) => `${text} | ${from}`), missing };
};

describe('gateways', () => {
  it('are read from the tables of Linux, and nothing else of them', () => {
    expect(ipv4Gateways(ROUTES)).toEqual(['192.0.2.1', '10.0.10.254']);
    expect(ipv6Gateways(ROUTES6)).toEqual(['fd00:0000:0000:0000:0000:0000:0000:0001']);
    expect([ipv4Gateways('what\nis this\n'), ipv6Gateways('')]).toEqual([[], []]);
  });
});

describe('what a machine says of itself', () => {
  it('is its names, addresses, gateways, name servers and proxies, each with where it is from', async () => {
    const files = {
      '/proc/net/route': ROUTES,
      '/proc/net/ipv6_route': ROUTES6,
      '/etc/resolv.conf': 'nameserver 127.0.0.53 # stub\n;nameserver 9.9.9.9\nsearch corp.example\noptions edns0\n',
      '/run/systemd/resolve/resolv.conf': 'nameserver 10.1.1.1\nnameserver fe80::1%eth0\n',
      '/etc/hosts': '127.0.0.1 localhost\n10.2.2.2 other.example other\n192.0.2.2 vm.lab.example vm # me\n',
    };
    const env = { HTTPS_PROXY: 'http://ann:pw@proxy.example:3128', http_proxy: '10.3.3.3:3128', ALL_PROXY: '' };
    const nameServers = () => ['127.0.0.53', '[2001:db8::1]:5353', '10.1.1.1:54'];
    expect(await found(files, { env, nameServers })).toEqual({
      things: [
        'vm | name of this machine',
        'vm.lab.example | name of this machine',
        'vm.corp.example | name of this machine',
        '192.0.2.2 | this machine, `eth0`',
        '192.0.2.1 | gateway (`/proc/net/route`)',
        '10.0.10.254 | gateway (`/proc/net/route`)',
        'fd00:0000:0000:0000:0000:0000:0000:0001 | gateway (`/proc/net/ipv6_route`)',
        '127.0.0.53 | name server (`/etc/resolv.conf`)',
        '10.1.1.1 | name server (`/run/systemd/resolve/resolv.conf`)',
        'fe80::1 | name server (`/run/systemd/resolve/resolv.conf`)',
        '127.0.0.53 | name server',
        '2001:db8::1 | name server',
        '10.1.1.1 | name server',
        '10.3.3.3 | proxy `http_proxy`',
        'proxy.example | proxy `HTTPS_PROXY`',
      ],
      missing: [],
    });
  });

  it('has the names of its table of hosts, however they are written there', async () => {
    const files = { '/etc/hosts': '192.0.2.2 VM.lab.example. vm\n10.2.2.2 vm2.lab.example vm2\n' };
    const { things } = await found(files, { hostname: () => 'Vm' });
    expect(things).toContain('VM.lab.example. | name of this machine');
    expect(things.join()).not.toContain('vm2');
  });

  it('says where it does not tell its gateways', async () => {
    const { things, missing } = await found({}, { platform: 'darwin', nameServers: () => ['10.1.1.1'] });
    expect(things).toEqual(['vm | name of this machine', '192.0.2.2 | this machine, `eth0`', '10.1.1.1 | name server']);
    expect(missing).toEqual(['this machine (darwin) does not tell its gateways: list them in a `protect` policy']);
  });

  it('works on this very machine', async () => {
    const { things } = await ownMachineOf(THIS_MACHINE).look();
    expect(things.map(({ text }) => text)).toEqual(expect.arrayContaining([THIS_MACHINE.hostname(), '127.0.0.1']));
    expect(await resolveName('localhost')).toEqual(expect.arrayContaining(['127.0.0.1']));
  });
});
