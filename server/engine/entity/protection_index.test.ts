import type { TargetType } from '../../../common/flow/decision';
import type { Protect } from '../../../common/policy/policy';
import { identitiesOf } from './identity';
import { protectionIndex } from './protection_index';
import { keysOfTarget } from '../../../test/builders/entities';

const protect: Protect = {
  ips: ['192.0.2.53', '8.8.8.8', '192.168.0.0/16', '2001:db8::/32', '64:ff9b::192.0.2.99'],
  hosts: ['DC01.example.internal.', 'gw', '10.9.9.9', 'dc01*'],
  users: ['root', 'Administrator', 'CORP\\svc-sync', 'krbtgt', 'system', 'break@corp.example'],
  domains: ['example.internal', 'bücher.example', 'https://lost.example'],
};
const index = protectionIndex(protect);
const covers = (type: TargetType, value: string, host?: string): string | undefined =>
  index.covers(keysOfTarget({ type, value, ...(host ? { host } : {}) }));

describe('protectionIndex', () => {
  it.each([
    ['192.0.2.53', '192.0.2.53'],
    ['::ffff:8.8.8.8', '8.8.8.8'],
    ['64:ff9b::8.8.8.8', '8.8.8.8'],
    ['2002:808:808::8888', '8.8.8.8'],
    ['::ffff:0:8.8.8.8', '8.8.8.8'],
    ['::8.8.8.8', '8.8.8.8'],
    ['64:ff9b:1::8.8.8.8', '8.8.8.8'],
    ['fe80::5efe:8.8.8.8', '8.8.8.8'],
    ['2002:808:808::/48', '8.8.8.8'],
    ['64:ff9b::808:800/120', '8.8.8.8'],
    ['64:ff9b::c0a8:101', '192.168.0.0/16'],
    // The other way round: the listed address stands for this one.
    ['192.0.2.99', '64:ff9b::192.0.2.99'],
    ['10.9.9.9', '10.9.9.9'],
    ['8.8.8.9', undefined],
    ['64:ff9b::8.8.8.9', undefined],
  ])('covers the address %s by %s', (value, entry) => {
    expect(covers('ip', value)).toBe(entry);
  });

  it.each([
    ['dc01.example.internal', 'DC01.example.internal.'],
    ['DC01', 'DC01.example.internal.'],
    ['dc01.other.example', undefined],
    ['gw', 'gw'],
    ['gw.anywhere.example', 'gw'],
    ['192.0.2.53', '192.0.2.53'],
    ['::ffff:8.8.8.8', '8.8.8.8'],
    ['192.168.3.4:22', '192.168.0.0/16'],
    ['10.9.9.9', '10.9.9.9'],
    ['ws-1', undefined],
  ])('covers the host %s, and what is on it, by %s', (value, entry) => {
    expect(covers('host', value)).toBe(entry);
    expect(covers('process', 'a.exe', value)).toBe(entry);
    expect(covers('file', '/a', value)).toBe(entry);
  });

  it.each([
    ['root', 'root'],
    ['.\\ROOT', 'root'],
    ['CORP\\Administrator', 'Administrator'],
    ['krbtgt@corp.example', 'krbtgt'],
    ['ｒｏｏｔ', 'root'],
    ['root\u0301', 'root'],
    ['NT AUTHORITY\\SYSTEM', 'system'],
    ['s-1-5-18', 'system'],
    ['S-1-5-21-1-2-3-500', 'Administrator'],
    ['S-1-5-21-1-2-3-502', 'krbtgt'],
    // A realm that was not said may be any; a short one may be that of any long one.
    ['svc-sync', 'CORP\\svc-sync'],
    ['svc-sync@corp.example', 'CORP\\svc-sync'],
    ['OTHER\\svc-sync', undefined],
    ['break@other.example', undefined],
    ['toor', undefined],
    ['administrators', undefined],
    ['S-1-5-21-1-2-3-1500', undefined],
  ])('covers the account %s by %s', (value, entry) => {
    expect(covers('user', value)).toBe(entry);
  });

  it.each([
    ['example.internal', 'example.internal'],
    ['x.Example.internal.', 'example.internal'],
    ['internal', 'example.internal'],
    ['myexample.internal', undefined],
    ['xn--bcher-kva.example', 'bücher.example'],
    ['a.bücher.example', 'bücher.example'],
    ['dc01.example.internal', 'example.internal'],
    // A listed short host is no domain: the name before the first dot is the attacker's to choose.
    ['gw.evil.example', undefined],
    ['lost.example', undefined],
  ])('covers the domain %s by %s', (value, entry) => {
    expect(covers('domain', value)).toBe(entry);
  });

  it('covers an address and a short name by the host that the inventory knows', () => {
    const who = identitiesOf([
      { type: 'host', value: 'dc01.example.internal', addresses: ['10.77.0.10'], origin: 'file' },
      { type: 'host', value: 'resolver', addresses: ['192.0.2.53'], origin: 'file' },
    ]);
    const known = (type: TargetType, value: string): string | undefined =>
      index.covers(keysOfTarget({ type, value }, who));
    expect(known('host', '10.77.0.10')).toBe('DC01.example.internal.');
    expect(known('ip', '64:ff9b::10.77.0.10')).toBe('DC01.example.internal.');
    expect(known('host', 'resolver')).toBe('192.0.2.53');
    expect(known('host', '10.77.0.11')).toBeUndefined();
  });

  it('covers nothing where nothing is listed', () => {
    for (const type of ['ip', 'host', 'user', 'domain', 'file', 'process'] as const)
      expect(protectionIndex({}).covers(keysOfTarget({ type, value: '10.0.0.1', host: 'h' }))).toBeUndefined();
  });
});
