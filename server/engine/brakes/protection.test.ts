import type { Protect } from '../../../common/policy/policy';
import type { Target } from '../../../common/flow/decision';
import { keysOfTarget } from '../../../test/builders/entities';
import { protectedBy } from './protection';

const covers = (protect: Protect, target: Target): string | undefined => protectedBy(protect, keysOfTarget(target));

const protect: Protect = {
  ips: ['10.0.0.1', '192.168.0.0/16', '2001:db8::/32'],
  hosts: ['DC-01.corp.example'],
  users: ['Administrator'],
  domains: ['corp.example', '*.bank.example'],
};

describe('protectedBy', () => {
  it.each([
    ['ip', '10.0.0.1', '10.0.0.1'],
    ['ip', '10.0.0.2', undefined],
    ['ip', '192.168.5.5', '192.168.0.0/16'],
    ['ip', '192.169.0.0', undefined],
    ['ip', '2001:db8::5', '2001:db8::/32'],
    ['ip', '10.0.0.0/8', '10.0.0.1'],
    ['ip', '192.0.0.0/8', '192.168.0.0/16'],
    ['ip', '192.168.5.0/24', '192.168.0.0/16'],
    ['ip', '2001::/16', '2001:db8::/32'],
    ['ip', '10.0.0.128/25', undefined],
    ['host', 'dc-01.corp.example', 'DC-01.corp.example'],
    ['host', 'dc-02.corp.example', undefined],
    ['user', 'administrator', 'Administrator'],
    ['user', 'admin', undefined],
    ['domain', 'corp.example', 'corp.example'],
    ['domain', 'mail.corp.example', 'corp.example'],
    ['domain', 'evilcorp.example', undefined],
    ['domain', 'example', 'corp.example'],
    ['domain', 'x.bank.example', '*.bank.example'],
    ['domain', 'bank.example', '*.bank.example'],
    ['domain', 'evil.org', undefined],
  ] as const)('covers %s `%s` by %s', (type, value, entry) => {
    expect(covers(protect, { type, value })).toBe(entry);
  });
  it('covers a file and a process by their host', () => {
    expect(covers(protect, { type: 'file', value: '/x', host: 'dc-01.corp.example' })).toBe('DC-01.corp.example');
    expect(covers(protect, { type: 'process', value: '1', host: 'web' })).toBeUndefined();
    expect(covers(protect, { type: 'file', value: '/x' })).toBeUndefined();
  });
  it('covers nothing where nothing is listed', () => {
    for (const type of ['ip', 'host', 'user', 'domain', 'file', 'process'] as const)
      expect(covers({}, { type, value: '10.0.0.1', host: 'h' })).toBeUndefined();
  });
});
