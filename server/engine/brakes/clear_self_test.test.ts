import fc from 'fast-check';
import { inNetwork } from '../../../common/entity/address';
import type { Target } from '../../../common/flow/decision';
import { randomRuns } from '../../../test/builders/random_runs';
import { bareIdentities } from '../entity/identity';
import { clearSelfTest, NOBODYS_DOMAIN, type SelfTestRequest } from './clear_self_test';
import { NOTHING_OWN } from './own_machine';

const asked = (change: Partial<SelfTestRequest> = {}): SelfTestRequest => ({
  commandId: 'c1',
  connector: 'edge',
  action: 'block_ip',
  target: { type: 'ip', value: '192.0.2.7' },
  by: 'ann',
  stopped: false,
  rules: { protections: [] },
  guard: { own: NOTHING_OWN, who: bareIdentities },
  ...change,
});
const said = (change: Partial<SelfTestRequest>): string => {
  const clearance = clearSelfTest(asked(change));
  return clearance.kind === 'cleared' ? 'cleared' : `${clearance.reason}, ${clearance.then}`;
};
const ip = (value: string): Partial<SelfTestRequest> => ({ target: { type: 'ip', value } });
const user = { action: 'disable_user', target: { type: 'user', value: 'reflex-test' } } as const;

describe('the brakes of a self-test', () => {
  it('make a command that ends by itself within a minute', () => {
    expect(clearSelfTest(asked())).toMatchObject({
      kind: 'cleared',
      command: {
        command_id: 'c1',
        ttl_ms: 60_000,
        rollback: 'unblock_ip',
        policy: { id: 'self-test' },
        reason: 'self-test, asked for by ann',
      },
    });
  });

  it.each<[string, Partial<SelfTestRequest>, string]>([
    ['an address for documentation', {}, 'cleared'],
    ['its last', ip('192.0.2.255'), 'cleared'],
    ['one in IPv6', ip('2001:db8::7'), 'cleared'],
    ['the address beside them', ip('192.0.3.0'), 'not_permitted, deny'],
    ['the address before them', ip('192.0.1.255'), 'not_permitted, deny'],
    ['their whole network', ip('192.0.2.0/24'), 'not_permitted, deny'],
    ['an address of somebody', ip('8.8.8.8'), 'not_permitted, deny'],
    ['the name of nobody', { action: 'block_domain', target: { type: 'domain', value: NOBODYS_DOMAIN } }, 'cleared'],
    [
      'another name',
      { action: 'block_domain', target: { type: 'domain', value: 'evil.example' } },
      'not_permitted, deny',
    ],
    ['an account that nobody named', user, 'not_permitted, deny'],
    ['the account that was named', { ...user, named: { value: 'reflex-test' } }, 'cleared'],
    ['another account', { ...user, named: { value: 'reflex-tester' } }, 'not_permitted, deny'],
    [
      'a file on another host than the one that was named',
      {
        action: 'quarantine_file',
        target: { type: 'file', value: '/opt/x', host: 'ws-2' },
        named: { value: '/opt/x', host: 'ws-1' },
      },
      'not_permitted, deny',
    ],
    [
      'what cannot be taken back',
      { action: 'revoke_sessions', target: user.target, named: { value: 'reflex-test' } },
      'not_permitted, deny',
    ],
    ['anything that is stopped', { stopped: true }, 'kill_switch, deny'],
    [
      'what is protected',
      {
        ...user,
        named: { value: 'reflex-test' },
        rules: { protections: [{ name: 'p', protect: { users: ['reflex-test'] } }] },
      },
      'protected_target, deny',
    ],
    [
      'what belongs to this installation',
      {
        guard: {
          who: bareIdentities,
          own: { settled: () => true, covers: () => ({ text: '192.0.2.7', from: 'the node' }) },
        },
      },
      'own_machine, deny',
    ],
    [
      'what is named with a wildcard',
      { ...user, target: { type: 'user', value: '*' }, named: { value: '*' } },
      'target_invalid, deny',
    ],
    [
      'another kind of target',
      { ...user, action: 'isolate_host', named: { value: 'reflex-test' } },
      'target_invalid, deny',
    ],
  ])('say of %s what they must', (_what, change, wanted) => expect(said(change)).toBe(wanted));

  it('clear no address outside of those for documentation, whatever it is', () => {
    const value = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(value, (text) => {
        const target: Target = { type: 'ip', value: text };
        if (said({ target }) !== 'cleared') return;
        expect(['192.0.2.0/24', '2001:db8::/32'].some((network) => inNetwork(text, network))).toBe(true);
      }),
      { numRuns: randomRuns(1_000) },
    );
  });
});
