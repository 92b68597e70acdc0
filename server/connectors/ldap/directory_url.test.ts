import { parseDirectoryUrl } from './directory_url';

const SAFE = { startTls: false, plain: false };

describe('the address of a directory', () => {
  it.each([
    ['ldaps://dc1.corp.example', SAFE, { host: 'dc1.corp.example', port: 636, protection: 'ldaps' }],
    ['LDAPS://DC1.corp.example:3269/', SAFE, { host: 'dc1.corp.example', port: 3269, protection: 'ldaps' }],
    ['ldaps://[2001:db8::1]', SAFE, { host: '2001:db8::1', port: 636, protection: 'ldaps' }],
    ['ldap://10.0.0.1', { startTls: true, plain: false }, { host: '10.0.0.1', port: 389, protection: 'start_tls' }],
    // Both: it is protected.
    ['ldap://10.0.0.1', { startTls: true, plain: true }, { host: '10.0.0.1', port: 389, protection: 'start_tls' }],
    ['ldap://10.0.0.1', { startTls: false, plain: true }, { host: '10.0.0.1', port: 389, protection: 'none' }],
  ])('%s', (text, rules, value) => {
    expect(parseDirectoryUrl(text, rules)).toEqual({ ok: true, value });
  });

  it.each([
    ['ldap://dc1.corp.example', SAFE],
    ['ldaps://dc1.corp.example', { startTls: true, plain: false }],
    ['ldaps://dc1.corp.example/dc=corp', SAFE],
    ['ldaps://dc1.corp.example?sub', SAFE],
    ['ldaps://user@dc1.corp.example', SAFE],
    ['ldaps://dc1.corp.example:0', SAFE],
    ['ldaps://dc1.corp.example:65536', SAFE],
    ['ldapi://socket', SAFE],
    ['https://dc1.corp.example', SAFE],
    ['ldaps://', SAFE],
    ['', SAFE],
  ])('is not %j', (text, rules) => {
    expect(parseDirectoryUrl(text, rules).ok).toBe(false);
  });
});
