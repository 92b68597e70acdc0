import { clientAddress, proxyFaults } from './trusted_proxies';

const PROXIES = ['10.0.0.9', '10.1.0.0/16', '2001:db8::9'];
const from = (address: string | undefined, said?: string | string[]): string | undefined =>
  clientAddress({ address, headers: said === undefined ? {} : { 'x-forwarded-for': said } }, PROXIES);

describe('where a request comes from', () => {
  it.each<[string, string | undefined, string | string[] | undefined, string | undefined]>([
    ['its peer', '203.0.113.7', undefined, '203.0.113.7'],
    ['its peer, whatever it says itself', '203.0.113.7', '192.0.2.1', '203.0.113.7'],
    ['what a trusted proxy says', '10.0.0.9', '203.0.113.7', '203.0.113.7'],
    ['what a trusted proxy says, not what was there before', '10.0.0.9', '192.0.2.1, 203.0.113.7', '203.0.113.7'],
    ['what the first of several trusted proxies says', '10.1.2.3', '192.0.2.1, 203.0.113.7, 10.0.0.9', '203.0.113.7'],
    ['what stands in several headers', '10.0.0.9', ['192.0.2.1', '203.0.113.7'], '203.0.113.7'],
    ['a mapped peer', '::ffff:10.0.0.9', '203.0.113.7:4711', '203.0.113.7'],
    ['IPv6 in brackets', '2001:db8::9', '[2001:db8::7]:99', '2001:db8::7'],
    ['a proxy that says nothing', '10.0.0.9', undefined, '10.0.0.9'],
    ['a proxy that says what is no address', '10.0.0.9', 'unknown', undefined],
    ['nowhere known', undefined, '203.0.113.7', undefined],
  ])('is %s', (_what, address, said, expected) => {
    expect(from(address, said)).toBe(expected);
  });

  it('is told by proxies that are addresses or networks', () => {
    expect(proxyFaults(PROXIES)).toEqual([]);
    expect(proxyFaults(['proxy.example', '10.0.0.0/40']).map(({ path }) => path)).toEqual([
      'trusted_proxies.0',
      'trusted_proxies.1',
    ]);
  });
});
