import { isOwnHost, isOwnName } from './headers';

describe('for whom a request is', () => {
  it.each<[string | undefined, object, boolean]>([
    ['127.0.0.1:5680', {}, true],
    ['localhost:5680', {}, true],
    ['localhost', {}, false],
    ['reflex.example:5680', {}, false],
    ['reflex.example:5680', { names: ['reflex.example'] }, true],
    ['reflex.example', { names: ['reflex.example'] }, false],
    ['[2001:db8::7]:5680', { names: ['2001:db8::7'] }, true],
    ['2001:db8::7:5680', { names: ['2001:db8::7'] }, false],
    [undefined, {}, false],
  ])('%s is this host with %j: %s', (host, more, own) => {
    expect(isOwnHost(host, { port: 5680, ...more })).toBe(own);
  });

  it('needs no port where browsers leave it out', () => {
    expect(isOwnHost('localhost', { port: 443, tls: true })).toBe(true);
    expect(isOwnHost('localhost', { port: 443 })).toBe(false);
    expect(isOwnHost('localhost', { port: 444, tls: true })).toBe(false);
  });

  it.each([
    ['reflex.example:1', true],
    ['localhost:1', false],
    ['LOCALHOST', false],
    ['127.0.0.1:1', false],
    [undefined, false],
  ])('%s is a name that no other program of the machine shares: %s', (host, own) => expect(isOwnName(host)).toBe(own));
});
