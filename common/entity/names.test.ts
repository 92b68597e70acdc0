import { firstLabel, hostOfPlace, hostOfUrl, withoutPort } from './names';

describe('the host of a place', () => {
  it.each([
    ['kafka.example:9092', 'kafka.example'],
    ['203.0.113.7:9092', '203.0.113.7'],
    ['[2001:db8::1]:9092', '2001:db8::1'],
    // The port is always there: whoever took the whole for the address would protect another one.
    ['2001:db8::1:9092', '2001:db8::1'],
    ['[fe80::1%eth0]:9092', 'fe80::1'],
  ])('of %s is %s', (place, host) => expect(hostOfPlace(place)).toBe(host));
});

describe('the host of a URL', () => {
  it.each([
    ['https://search.example:9200/x', 'search.example'],
    ['https://[2001:db8::1]:9200', '2001:db8::1'],
    ['git@example.org:policies', undefined],
    ['file:///srv/policies', undefined],
    ['', undefined],
  ])('of %s is %s', (url, host) => expect(hostOfUrl(url)).toBe(host));
});

describe('a name', () => {
  it.each([
    ['ws-7.office.example', 'ws-7'],
    ['ws-7', undefined],
    ['', undefined],
  ])('%s has the first label %s', (name, label) => expect(firstLabel(name)).toBe(label));

  it.each([
    ['web-1:443', 'web-1'],
    [' web-1 ', 'web-1'],
    ['web-1:4433333', 'web-1:4433333'],
  ])('%s is without its port %s', (name, bare) => expect(withoutPort(name)).toBe(bare));
});
