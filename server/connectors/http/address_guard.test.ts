import { isAllowEntry, refusedAddress } from './address_guard';

describe('which addresses a connector may connect to', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '8.8.8.8',
    'fd12:3456::1',
    '2a00:1450:4001::1',
    '64:ff9b::808:808',
  ])('takes %s', (address) => {
    expect(refusedAddress(address, [])).toBeUndefined();
  });

  it.each([
    ['this machine', '127.0.0.1'],
    ['this machine, all of it', '127.9.9.9'],
    ['this machine, IPv6', '::1'],
    ['this machine, mapped', '::ffff:127.0.0.1'],
    ['this machine, mapped in hex', '::ffff:7f00:1'],
    ['this machine, compatible', '::127.0.0.1'],
    ['this machine by NAT64', '64:ff9b::7f00:1'],
    ['the unspecified address', '0.0.0.0'],
    ['the unspecified address, IPv6', '::'],
    ['all of 0/8', '0.1.2.3'],
    ['link-local', '169.254.1.1'],
    ['link-local, IPv6', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['metadata', '169.254.169.254'],
    ['metadata, mapped', '::ffff:169.254.169.254'],
    ['metadata by NAT64', '64:ff9b::a9fe:a9fe'],
    ['metadata by local NAT64', '64:ff9b:1::a9fe:a9fe'],
    ['metadata by local NAT64, split', '64:ff9b:1:a9fe:a9:fe00::'],
    ['metadata by SIIT', '::ffff:0:a9fe:a9fe'],
    ['metadata by ISATAP', '2a00:1450:4001::5efe:a9fe:a9fe'],
    ['this machine by ISATAP', 'fd12:3456::5efe:127.0.0.1'],
    ['a small number', '::2'],
    ['metadata of a cloud with a public address', '168.63.129.16'],
    ['metadata in shared space', '100.100.100.200'],
    ['metadata in unique local space', 'fd00:ec2::254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['documentation', '203.0.113.1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['site-local', 'fec0::1'],
    ['decimal', '2130706433'],
    ['hexadecimal', '0x7f.0.0.1'],
    ['octal', '0177.0.0.1'],
    ['short', '127.1'],
    ['a name', 'localhost'],
  ])('refuses %s (%s)', (_what, address) => {
    expect(refusedAddress(address, [])).toMatch(/./);
  });

  it('takes what the operator named', () => {
    expect(refusedAddress('127.0.0.1', ['127.0.0.1'])).toBeUndefined();
    expect(refusedAddress('127.0.0.2', ['127.0.0.1'])).toMatch(/loopback/);
    expect(refusedAddress('127.0.0.2', ['127.0.0.0/8'])).toBeUndefined();
    expect(refusedAddress('::ffff:127.0.0.1', ['127.0.0.1'])).toBeUndefined();
    expect(refusedAddress('fe80::5', ['fe80::/10'])).toBeUndefined();
  });

  it('lets no network around a tunnel open what lies behind it', () => {
    expect(refusedAddress('2002:7f00:1::', ['2002::/16'])).toMatch(/loopback/);
    expect(refusedAddress('2002:a9fe:a9fe::', ['2002::/16', '::/0'])).toMatch(/metadata/);
    expect(refusedAddress('2002:808:808::', ['2002::/16'])).toBeUndefined();
    expect(refusedAddress('2002:808:808::', [])).toMatch(/6to4/);
  });

  it('lets no network open metadata services, only their own address', () => {
    expect(refusedAddress('169.254.169.254', ['169.254.0.0/16', '0.0.0.0/0'])).toMatch(/metadata/);
    expect(refusedAddress('168.63.129.16', ['0.0.0.0/0'])).toMatch(/metadata/);
    expect(refusedAddress('0.0.0.0', ['0.0.0.0/0'])).toMatch(/unspecified/);
    expect(refusedAddress('169.254.169.254', ['169.254.169.254'])).toBeUndefined();
  });

  it('knows what can be named', () => {
    expect(['127.0.0.1', '10.0.0.0/8', '::1', 'fe80::/10'].every(isAllowEntry)).toBe(true);
    expect(['localhost', '10.0.0.0/33', '127.1', '', 'fe80::1%eth0'].some(isAllowEntry)).toBe(false);
  });
});
