import fc from 'fast-check';
import {
  canonicalAddress,
  canonicalNetwork,
  inNetwork,
  isPartlyPrivate,
  isPrivateAddress,
  overlaps,
  spokenAddress,
} from './address';

const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));

describe('canonicalAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0001', '2001:db8::1'],
    ['::1', '::1'],
    ['[::1]', undefined],
    ['203.0.113.07', undefined],
    ['0313.0.113.7', undefined],
    ['0xcb.0.113.7', undefined],
    ['3405803783', undefined],
    ['203.0.113', undefined],
    ['203.0.113.256', undefined],
    ['203.0.113.7.8', undefined],
    ['203.0.113.7/32', undefined],
    ['203..113.7', undefined],
    ['.203.0.113.7', undefined],
    ['２０３.0.113.7', undefined],
    ['fe80::1%eth0', undefined],
    ['example.org', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['', undefined],
  ])('spells %s as %s', (text, wanted) => {
    expect(canonicalAddress(text)).toBe(wanted);
  });

  it('has one spelling for IPv4 and for the same in IPv6', () => {
    fc.assert(
      fc.property(
        ipv4,
        (address) => canonicalAddress(`::ffff:${address}`) === address && canonicalAddress(address) === address,
      ),
    );
  });

  it('never throws and is its own fixed point', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.%]{0,40}$/)), (text) => {
        const once = canonicalAddress(text);
        return once === undefined || canonicalAddress(once) === once;
      }),
    );
  });
});

describe('canonicalNetwork', () => {
  it.each([
    ['10.1.2.3/24', '10.1.2.0/24'],
    ['10.1.2.0/24', '10.1.2.0/24'],
    ['10.1.2.3/032', '10.1.2.3/32'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['2001:DB8:1::1/48', '2001:db8:1::/48'],
    ['2001:db8::1/128', '2001:db8::1/128'],
    ['10.1.2.3/33', undefined],
    ['2001:db8::/129', undefined],
    ['::ffff:10.0.0.0/8', undefined],
    ['10.1.2.3', undefined],
    ['10.1.2.3/', undefined],
    ['10.1.2.3/-1', undefined],
    ['10.1.2.3/24/8', undefined],
    ['10.1.2.3/255.255.255.0', undefined],
    ['/8', undefined],
  ])('spells %s as %s', (text, wanted) => {
    expect(canonicalNetwork(text)).toBe(wanted);
  });

  it('spells all addresses of one network alike, and that network has them all', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), (address, bits) => {
        const network = canonicalNetwork(`${address}/${bits}`) ?? '';
        expect(inNetwork(address, network)).toBe(true);
        expect(canonicalNetwork(network)).toBe(network);
      }),
    );
  });
});

describe('isPrivateAddress', () => {
  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    'no address',
    '',
  ])('takes %s for an insider', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '8.8.8.8',
    '223.255.255.255',
    '2001:4860::8888',
    '::ffff:8.8.8.8',
  ])('takes %s for an outsider', (address) => expect(isPrivateAddress(address)).toBe(false));
});

describe('isPartlyPrivate', () => {
  it.each(['10.1.0.0/24', '8.0.0.0/6', '0.0.0.0/0', '::/0', 'fe00::/8', 'fd00:1::/64', '::/120'])(
    'takes %s for inside',
    (network) => expect(isPartlyPrivate(network)).toBe(true),
  );
  it.each(['8.8.8.0/24', '11.0.0.0/8', '172.32.0.0/16', '2001:db8:77:1::/64', 'fb00::/8'])(
    'takes %s for outside',
    (network) => expect(isPartlyPrivate(network)).toBe(false),
  );

  it('is so of every network with a private address in it, and of no other', () => {
    const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 8, max: 32 }));
    const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 8, max: 128 }));
    fc.assert(
      fc.property(fc.oneof(v4, v6), ([address, bits]) => {
        const network = canonicalNetwork(`${address}/${bits}`);
        fc.pre(network !== undefined && canonicalAddress(address)?.includes(':') === network.includes(':'));
        if (isPrivateAddress(address)) expect(isPartlyPrivate(network ?? '')).toBe(true);
        if (bits === 32 && network?.includes('.')) expect(isPartlyPrivate(network)).toBe(isPrivateAddress(address));
        if (bits === 128) expect(isPartlyPrivate(network ?? '')).toBe(isPrivateAddress(address));
      }),
    );
  });
});

describe('spokenAddress', () => {
  it.each([
    ['203.0.113.7:443', '203.0.113.7', ['had_port']],
    ['[2001:db8::1]:51234', '2001:db8::1', ['had_brackets', 'had_port']],
    ['[2001:db8::2]', '2001:db8::2', ['had_brackets']],
    ['fe80::1%eth0', 'fe80::1', ['had_zone']],
    ['[fe80::1%eth0]:80', 'fe80::1', ['had_brackets', 'had_port', 'had_zone']],
    ['2001:db8::1:443', '2001:db8::1:443', []],
    [' 203.0.113.7 ', '203.0.113.7', []],
  ])('reads %s as %s', (text, address, odd) => {
    expect(spokenAddress(text)).toMatchObject({ address, odd });
  });
  it.each(['203.0.113.7, 10.0.0.1', '203.0.113.7:', '203.0.113.7:123456', '[203.0.113.7]', '10.0.0.1%eth0', '[ ::1 ]'])(
    'does not read %s',
    (text) => expect(spokenAddress(text)).toBeUndefined(),
  );
  it('keeps the zone', () => {
    expect(spokenAddress('fe80::1%eth0')).toMatchObject({ zone: 'eth0' });
  });
});

describe('overlaps', () => {
  it.each([
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.0/8', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['2001:db8::/32', '2001:db8:1::/48', true],
    ['2001:db8::/32', '10.0.0.0/8', false],
  ])('says of %s and %s: %s', (one, other, wanted) => {
    expect(overlaps(one, other)).toBe(wanted);
    expect(overlaps(other, one)).toBe(wanted);
  });
});
