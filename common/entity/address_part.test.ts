import { inNetwork } from './address';
import { networksFrom } from './address_part';

const has = (typed: string, address: string): boolean =>
  networksFrom(typed).some((network) => (network.includes('/') ? inNetwork(address, network) : network === address));

describe('the beginning of an address', () => {
  it.each([
    ['203.0.113', '203.0.113.7', true],
    ['203.0.113.', '203.0.113.7', true],
    ['203.0.11', '203.0.113.7', true],
    ['203.0.11.', '203.0.113.7', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.77', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['10.', '10.1.2.3', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['2001:db8', '2001:db8::7', true],
    ['2001:DB8::', '2001:db8:1::7', true],
    ['2001:db8::7', '2001:db8::7', true],
    ['2001:db9', '2001:db8::7', false],
  ])('%s: %s is in it: %s', (typed, address, wanted) => expect(has(typed, address)).toBe(wanted));

  it.each(['', '10', 'ws-1', '999.1', '1.2.3.4.5', '300.', 'a:b:c:d:e:f:1:2:3', '10.0.0.0/99', ':::', '...'])(
    'is none in %j',
    (typed) => expect(networksFrom(typed)).toEqual([]),
  );
});
