import fc from 'fast-check';
import { inNetwork } from './address';
import { addressNames, carriedIpv4, carriedNetworks } from './carried';

describe('carriedIpv4', () => {
  it.each([
    // The examples of the RFCs themselves, where they have some.
    ['::13.1.68.3', ['13.1.68.3'], 'RFC 4291 2.5.5.1'],
    ['::ffff:129.144.52.38', ['129.144.52.38'], 'RFC 4291 2.5.5.2'],
    ['64:ff9b::192.0.2.33', ['192.0.2.33'], 'RFC 6052 2.4'],
    ['2002:c000:204::', ['192.0.2.4'], 'RFC 3056'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', ['65.54.227.120', '192.0.2.45'], 'RFC 4380'],
    ['fe80::5efe:10.40.64.78', ['10.40.64.78'], 'RFC 5214'],
    ['2001:db8::200:5efe:8.8.8.8', ['8.8.8.8'], 'RFC 5214, global'],
    ['::ffff:0:8.8.8.8', ['8.8.8.8'], 'RFC 2765'],
    ['64:ff9b:1::8.8.8.8', ['8.8.8.8'], 'RFC 8215, /96'],
    ['64:ff9b:1:808:8:800::', ['8.8.8.8'], 'RFC 8215, /48'],
    ['::ffff:127.0.0.1', ['127.0.0.1'], 'mapped loopback'],
    ['64:ff9b::', ['0.0.0.0'], 'NAT64 of the unspecified address'],
    ['::1', [], 'loopback'],
    ['::', [], 'unspecified'],
    ['::2', [], 'a small number'],
    ['2001:4860:4860::8888', [], 'a usual address'],
    ['2001:db8::5eff:8.8.8.8', [], 'nearly ISATAP'],
    ['2003:808:808::1', [], 'nearly 6to4'],
    ['64:ff9c::8.8.8.8', [], 'nearly NAT64'],
    ['8.8.8.8', [], 'IPv4'],
    ['::ffff:8.8.8.8%eth0', [], 'with a zone'],
    ['example.org', [], 'no address'],
  ])('finds in %s %j (%s)', (text, wanted, _source) => {
    expect(carriedIpv4(text)).toEqual(wanted);
  });

  it('finds every address in each form that carries it', () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: 1, max: 255 }), fc.nat(255), fc.nat(255), fc.nat(255)), (four) => {
        const address = four.join('.');
        const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
        const [a, b, c, d] = four.map(hex);
        const inverted = four.map((byte) => hex(byte ^ 255));
        for (const form of [
          `::ffff:${address}`,
          `::${address}`,
          `::ffff:0:${address}`,
          `64:ff9b::${address}`,
          `64:ff9b:1::${address}`,
          `64:ff9b:1:${a}${b}:${c}:${d}00::`,
          `2002:${a}${b}:${c}${d}::1`,
          `2001:0:${a}${b}:${c}${d}::1`,
          `2001:0:4136:e378:8000:63bf:${inverted[0]}${inverted[1]}:${inverted[2]}${inverted[3]}`,
          `fe80::5efe:${address}`,
        ])
          expect([form, carriedIpv4(form)]).toEqual([form, expect.arrayContaining([address])]);
      }),
    );
  });

  it('has the address itself among its names', () => {
    expect(addressNames('64:FF9B::808:808')).toEqual(['64:ff9b::808:808', '8.8.8.8']);
    expect(addressNames('::ffff:8.8.8.8')).toEqual(['8.8.8.8']);
    expect(addressNames('nonsense')).toEqual([]);
  });
});

describe('carriedNetworks', () => {
  it.each([
    ['2002:808:808::/48', ['8.8.8.8/32']],
    ['2002:808:800::/40', ['8.8.8.0/24']],
    ['2002::/16', ['0.0.0.0/0']],
    ['64:ff9b::/96', ['0.0.0.0/0']],
    ['64:ff9b::a00:0/104', ['10.0.0.0/8']],
    ['::ffff:0:0:0/96', ['0.0.0.0/0']],
    // One bit more than all mapped addresses: it contains them.
    ['::fffe:0:0/95', ['0.0.0.0/0']],
    ['::/0', ['0.0.0.0/0']],
    ['64::/16', ['0.0.0.0/0']],
    ['2001:db8::5efe:808:800/120', ['8.8.8.0/24']],
    ['2001:db8::/64', []],
    ['2001:4860::/32', []],
    ['2001:db8::1/128', []],
    ['2002:808:808::1/128', ['8.8.8.8/32']],
    ['10.0.0.0/8', []],
    ['nonsense', []],
  ])('finds in %s %j', (network, wanted) => {
    expect(carriedNetworks(network)).toEqual(wanted);
  });

  it('has what each address in it carries', () => {
    const bits = fc.integer({ min: 17, max: 128 });
    fc.assert(
      fc.property(fc.ipV4(), bits, (address, length) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const form = `2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::`;
        const found = carriedNetworks(`${form}/${length}`);
        expect(found.length).toBeGreaterThan(0);
        expect(found.some((network) => inNetwork(address, network))).toBe(true);
      }),
    );
  });
});
