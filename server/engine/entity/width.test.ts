import type { TargetType } from '../../../common/flow/decision';
import { keysOfTarget } from '../../../test/builders/entities';
import { grammarFault, neverATarget, widthFault } from './width';

const target = (type: TargetType, value: string, host?: string) => ({ type, value, ...(host ? { host } : {}) });

describe('widthFault', () => {
  it.each([
    ['ip', '198.51.100.0/24', false],
    ['ip', '198.51.100.0/23', true],
    ['ip', '2001:db8:1::/64', false],
    ['ip', '2001:db8:1::/63', true],
    ['ip', '203.0.113.7', false],
    ['ip', '::fffe:0:0/95', true],
    ['ip', '64:ff9b::/96', true],
    ['ip', '64:ff9b::a00:0/104', true],
    ['ip', '64:ff9b::a00:0/120', false],
    ['domain', 'com', true],
    ['domain', 'internal', true],
    ['domain', 'co.uk', true],
    ['domain', 'github.io', true],
    ['domain', 's3.amazonaws.com', true],
    ['domain', 'amazonaws.com', true],
    ['domain', 'compute.amazonaws.com', true],
    ['domain', 'xn--stfold-9xa.no', true],
    ['domain', 'bucket.s3.amazonaws.com', false],
    ['domain', 'evil-amazonaws.com', false],
    ['domain', 'kawasaki.jp', true],
    ['domain', 'city.kawasaki.jp', false],
    ['domain', 'xn--55qx5d.cn', true],
    ['domain', 'www.ck', false],
    ['domain', 'evil.example', false],
    ['domain', 'evil.co.uk', false],
    ['domain', 'evil.github.io', false],
    ['domain', '_dmarc.evil.example', false],
    ['host', 'ws-1', false],
    ['user', 'com', false],
  ] as const)('finds %s %s too wide: %s', (type, value, wide) => {
    const asked = target(type, value);
    expect(widthFault(asked, keysOfTarget(asked)) !== undefined).toBe(wide);
  });
  it('says what a network stands for', () => {
    const asked = target('ip', '64:ff9b::a00:0/104');
    expect(widthFault(asked, keysOfTarget(asked))).toMatch(/stands for `10\.0\.0\.0\/8`/);
  });
});

describe('neverATarget', () => {
  it.each([
    ['ip', '127.0.0.1', true],
    ['ip', '0.0.0.0', true],
    ['ip', '::', true],
    ['ip', '::1', true],
    ['ip', '224.0.0.251', true],
    ['ip', '64:ff9b::7f00:1', true],
    ['ip', '2002:7f00:1::', true],
    ['ip', '::127.0.0.1', true],
    ['ip', '0.0.0.0/0', true],
    ['ip', '::/0', true],
    ['ip', '64.0.0.0/2', true],
    ['ip', '64:ff9b::/96', true],
    ['ip', '203.0.113.7', false],
    ['ip', '2001:db8::/64', false],
    ['ip', '198.51.100.0/23', false],
    ['host', '127.0.0.1', true],
    ['host', '127.9.9.9', true],
    ['host', '0.0.0.0', true],
    ['host', '::1', true],
    ['host', '[::1]:22', true],
    ['host', '::ffff:127.0.0.1', true],
    ['host', 'localhost', true],
    ['host', 'LOCALHOST.localdomain.', true],
    ['host', 'x.localhost', true],
    ['host', 'localhost-7', false],
    ['ip', '169.254.169.254', true],
    ['ip', '::ffff:169.254.169.254', true],
    ['ip', '64:ff9b::a9fe:a9fe', true],
    ['ip', '169.254.0.0/24', true],
    ['ip', 'fe80::1', true],
    ['ip', '169.253.169.254', false],
    ['host', '10.0.0.1', false],
    ['domain', 'localhost', true],
    ['user', 'localhost', false],
  ] as const)('says of %s %s: %s', (type, value, never) => {
    const asked = target(type, value);
    expect(neverATarget(asked, keysOfTarget(asked)) !== undefined).toBe(never);
  });
  it.each(['127.0.0.1', '0.0.0.0', 'localhost'])('says so of what is on the host %s', (host) => {
    const asked = target('process', 'a.exe', host);
    expect(neverATarget(asked, keysOfTarget(asked))).toContain(host);
  });
});

describe('neverATarget, of a host', () => {
  it('leaves one alone that has an address of the link beside its others', () => {
    const asked = target('host', 'ws-1');
    const keys = [...keysOfTarget(asked), ...keysOfTarget(target('ip', 'fe80::1'))];
    expect(neverATarget(asked, keys)).toBeUndefined();
  });
});

describe('grammarFault', () => {
  it.each([
    ['process', '*', 'ws-1'],
    ['process', 'x.exe; rm -rf / #', 'ws-1'],
    ['process', 'a.exe', undefined],
    ['process', 'a.exe', 'ws;1'],
    ['file', '../../etc/passwd', 'ws-1'],
    ['file', 'C:\\tmp\\*', 'ws-1'],
    ['file', '/tmp/a\u0000b', 'ws-1'],
    ['user', '*', undefined],
    ['user', '-', undefined],
    ['user', 'r\u043e\u043et', undefined],
    ['user', 'c\u043erp\\ana', undefined],
    ['host', 'w\u0435b', undefined],
    ['host', 'web;id', undefined],
    ['domain', '*.example.com', undefined],
    ['ip', '10.0.0.0/33', undefined],
    ['ip', '203.0.113.7, 10.0.0.1', undefined],
  ] as const)('lets no connector get %s %s', (type, value, host) => {
    expect(grammarFault(target(type, value, host))).toMatch(/^`/);
  });
  it.each([
    ['process', 'lsass.exe', 'ws-1'],
    ['process', '4711', 'ws-1'],
    ['process', 'C:\\Program Files (x86)\\a b\\x.exe', 'ws-1'],
    ['file', '/home/a/tool', '10.0.0.1'],
    ['user', 'nt authority\\system', undefined],
    ['user', "o'brien@corp.example", undefined],
    ['user', 'ana_mail.example#ext#@corp.example', undefined],
    ['user', 'm\u00fcller', undefined],
    ['host', 'ws-1', undefined],
    // A domain that looks like ours is blocked because it does.
    ['domain', 'ex\u0430mple.com', undefined],
    ['ip', '10.0.0.0/8', undefined],
    ['ip', '2001:db8::1', undefined],
  ] as const)('lets pass %s %s', (type, value, host) => {
    expect(grammarFault(target(type, value, host))).toBeUndefined();
  });
});
