import type { TargetType } from '../../../common/flow/decision';
import { bareIdentities, identitiesOf } from './identity';
import { ownIndex } from './own_index';
import { entitiesOf } from './target_keys';

const OWN = ownIndex([
  { text: '192.0.2.2', from: 'this machine, `eth0`' },
  { text: '2001:db8::53', from: 'name server' },
  { text: 'vm', from: 'name of this machine' },
  { text: 'edge.corp.example', from: 'connector `edge`' },
]);
const WHO = identitiesOf([{ type: 'host', value: 'ws-7', addresses: ['192.0.2.2'], origin: 'file' }]);

const found = (type: TargetType, value: string, who = bareIdentities): string | undefined => {
  const names = entitiesOf({ type, value, ...(type === 'process' ? { host: 'vm' } : {}) }).flatMap(
    (entity) => who.identify(entity).names,
  );
  return OWN.covers(names)?.from;
};

describe('what belongs to this installation', () => {
  it.each<[TargetType, string, string]>([
    ['ip', '192.0.2.2', 'this machine, `eth0`'],
    ['ip', '192.0.2.2:443', 'this machine, `eth0`'],
    ['ip', '::ffff:192.0.2.2', 'this machine, `eth0`'],
    ['ip', '64:ff9b::192.0.2.2', 'this machine, `eth0`'],
    ['ip', '2002:c000:202::1', 'this machine, `eth0`'],
    ['ip', '192.0.2.0/24', 'this machine, `eth0`'],
    ['ip', '2002:c000:202::/48', 'this machine, `eth0`'],
    ['ip', '2001:0DB8:0::53', 'name server'],
    ['ip', '2001:db8::/32', 'name server'],
    ['host', '192.0.2.2', 'this machine, `eth0`'],
    ['host', '[::ffff:192.0.2.2]:22', 'this machine, `eth0`'],
    ['host', 'VM.', 'name of this machine'],
    ['host', 'vm.corp.example', 'name of this machine'],
    ['process', 'sshd', 'name of this machine'],
    ['host', 'edge', 'connector `edge`'],
    ['host', 'EDGE.corp.example', 'connector `edge`'],
    ['domain', 'edge.corp.example.', 'connector `edge`'],
    ['domain', 'corp.example', 'connector `edge`'],
  ])('is found by every spelling: %s %s', (type, value, from) => {
    expect(found(type, value)).toBe(from);
  });

  it('is found by what the inventory joins', () => {
    expect(found('host', 'ws-7')).toBeUndefined();
    expect(found('host', 'ws-7', WHO)).toBe('this machine, `eth0`');
  });

  it.each<[TargetType, string]>([
    ['ip', '192.0.2.3'],
    ['ip', '192.0.3.0/24'],
    ['ip', '2001:db8::54'],
    ['host', 'vm2'],
    ['host', 'edge.other.example'],
    ['domain', 'vm.evil.example'],
    ['domain', 'other.example'],
    ['user', 'vm'],
  ])('is nothing else: %s %s', (type, value) => {
    expect(found(type, value)).toBeUndefined();
  });
});
