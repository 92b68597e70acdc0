import type { EntityKind } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { bareIdentities, identitiesOf, type Identity, type Listed } from './identity';

const host = (value: string, more: Partial<Listed> = {}): Listed => ({ type: 'host', value, origin: 'file', ...more });

const identify = (items: readonly Listed[], kind: EntityKind, text: string): Identity => {
  const read = readEntity(kind, text);
  if (!read.ok) throw new Error(read.text);
  return identitiesOf(items).identify(read.entity);
};

const DC = host('dc01.example.internal', { name: 'dc01.corp', addresses: ['10.77.0.10', '2001:db8::10'] });
const DC_NAMES = ['host:dc01.example.internal', 'host:dc01.corp', 'ip:10.77.0.10', 'ip:2001:db8::10'];

describe('identitiesOf', () => {
  it.each([
    ['host', 'DC01.Example.Internal.'],
    ['host', 'dc01.corp'],
    ['host', 'dc01'],
    ['host', '10.77.0.10'],
    ['host', '::ffff:10.77.0.10'],
    ['host', '[2001:db8::10]:22'],
    ['ip', '10.77.0.10'],
    ['ip', '64:ff9b::10.77.0.10'],
    ['ip', '2002:a4d:a::1'],
  ] as const)('knows the host by every name: %s %s', (kind, text) => {
    const found = identify([DC, host('ws-1', { addresses: ['10.77.0.11'] })], kind, text);
    expect(found.names).toEqual(expect.arrayContaining(DC_NAMES));
    expect(found).toMatchObject({ known: true, maybe: [] });
    expect(found.names).not.toContain('host:ws-1');
    // An address stays an address: a firewall and an EDR hold different effects.
    expect(found.key).toBe(kind === 'host' ? 'host:dc01.example.internal' : found.names[0]);
  });

  it('has the name that was asked first, then what it carries', () => {
    expect(identify([DC], 'host', 'dc01').names[0]).toBe('host:dc01');
    expect(identify([], 'ip', '64:ff9b::808:808').names).toEqual(['ip:64:ff9b::808:808', 'ip:8.8.8.8']);
  });

  it('gives no name of several listed hosts, but says that it may have them', () => {
    const twins = [host('ws-7', { addresses: ['10.0.0.12'] }), host('ws-8', { addresses: ['10.0.0.12'] })];
    const found = identify(twins, 'ip', '10.0.0.12');
    expect(found).toMatchObject({ key: 'ip:10.0.0.12', names: ['ip:10.0.0.12'], known: false });
    expect(found.ambiguous).toEqual(['host:ws-7', 'host:ws-8']);
    expect(found.maybe).toEqual(['host:ws-7', 'host:ws-8']);
    expect(identify(twins, 'host', 'ws-7').ambiguous).toBeUndefined();
  });

  it.each<[note: string, items: readonly Listed[], key: string]>([
    ['one address', [host('pc-12', { addresses: ['10.0.0.12'] })], 'host:pc-12.office.example'],
    ['no address', [host('pc-12')], 'host:pc-12'],
    ['another address', [host('pc-12', { addresses: ['10.0.0.13'] })], 'host:pc-12'],
    [
      'one address, where another full name begins with it',
      [host('pc-12', { addresses: ['10.0.0.12'] }), host('pc-12.lab.example')],
      'host:pc-12',
    ],
    [
      'one address that only logs tell',
      [host('pc-12', { addresses: ['10.0.0.12'], origin: 'cluster' })],
      'host:pc-12.office.example',
    ],
  ])('takes a host listed by its short and its full name with %s for %s', (_note, items, key) => {
    const full = host('pc-12.office.example', { addresses: ['10.0.0.12'] });
    for (const listed of [
      [full, ...items],
      [...items, full],
    ])
      expect(identify(listed, 'host', 'pc-12').key).toBe(key);
  });

  it('takes a first label for a host only where one host has it, and only where no host is called so', () => {
    const two = [host('ws-7.a.example'), host('ws-7.b.example')];
    expect(identify(two, 'host', 'ws-7')).toMatchObject({
      names: ['host:ws-7'],
      known: false,
      ambiguous: ['host:ws-7.a.example', 'host:ws-7.b.example'],
    });
    const short = [host('ws-7', { addresses: ['10.0.0.1'] }), host('ws-7.a.example', { addresses: ['10.0.0.2'] })];
    expect(identify(short, 'host', 'ws-7').names).toEqual(['host:ws-7', 'ip:10.0.0.1']);
  });

  it('takes what the cluster’s documents say for hearsay', () => {
    const said = host('dc01.example.internal', { addresses: ['198.51.100.7', '10.77.0.10'], origin: 'cluster' });
    expect(identify([DC, said], 'ip', '198.51.100.7')).toMatchObject({
      names: ['ip:198.51.100.7'],
      known: false,
      maybe: expect.arrayContaining(['host:dc01.example.internal', 'ip:10.77.0.10']),
    });
    expect(identify([DC, said], 'host', 'dc01').known).toBe(true);
    expect(identify([said], 'host', 'dc01.example.internal').known).toBe(false);
  });

  it('knows addresses and accounts that are listed by themselves', () => {
    expect(identify([{ type: 'ip', value: '10.0.0.9', origin: 'file' }], 'ip', '::ffff:10.0.0.9').known).toBe(true);
    expect(identify([{ type: 'user', value: 'Müller', origin: 'file' }], 'user', 'mu\u0308ller').known).toBe(true);
    expect(identify([{ type: 'user', value: 'muller', origin: 'file' }], 'user', 'müller').known).toBe(false);
    expect(identify([{ type: 'user', value: '*', origin: 'file' }], 'user', 'ana').known).toBe(false);
  });

  it('is the thing itself and what it carries without an inventory', () => {
    for (const [kind, text] of [
      ['ip', '2002:808:808::1'],
      ['network', '2002:808:808::/48'],
      ['host', '10.0.0.1'],
      ['user', 'corp\\ana'],
      ['process', 'a.exe'],
    ] as const) {
      const read = readEntity(kind, text);
      expect(read.ok && identify([], kind, text)).toEqual(read.ok && bareIdentities.identify(read.entity));
    }
  });
});
