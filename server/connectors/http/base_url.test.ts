import { parseBaseUrl } from './base_url';

const LOOSE = { allowed: ['127.0.0.1', '::1'], plainHttp: true };
const STRICT = { allowed: [], plainHttp: false };

describe('base_url of a connector', () => {
  it.each([
    ['https://fw.example', { origin: 'https://fw.example', hostname: 'fw.example', path: '' }],
    ['https://fw.example:8443/api/v1/', { origin: 'https://fw.example:8443', hostname: 'fw.example', path: '/api/v1' }],
    ['https://10.0.0.1', { origin: 'https://10.0.0.1', hostname: '10.0.0.1', path: '' }],
    ['https://[fd00::1]:444', { origin: 'https://[fd00::1]:444', hostname: 'fd00::1', path: '' }],
  ])('takes %s', (text, value) => {
    expect(parseBaseUrl(text, STRICT)).toEqual({ ok: true, value });
  });

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1.:80/',
    'http://ok@evil.example/',
    'http://ok:pw@evil.example/',
    'http://ok\\@evil.example/',
    'http://evil.example\\.ok.example/',
    'http://ⓔxample.com/',
    'http://例え.jp/',
    'http://ok.example#@evil.example/',
    'http://ok.example?@evil.example/',
    'http://ok.example/a/../b',
    'http://ok.example/a/./b',
    'http://ok.example/%2e%2e/b',
    'http://ok.example//b',
    'http://ok.example:99999/',
    'http:ok.example',
    '//ok.example',
    'gopher://ok.example/',
    'file:///etc/passwd',
    'unix:/var/run/docker.sock',
    'ftp://ok.example/',
    'javascript:alert(1)',
    ' http://ok.example',
    'http://ok.example\r\nx: y',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1%25eth0]/',
    '',
  ])('refuses %j', (text) => {
    expect(parseBaseUrl(text, LOOSE)).toMatchObject({ ok: false });
  });

  it('refuses addresses that were not named', () => {
    expect(parseBaseUrl('http://127.0.0.1:8080', STRICT)).toMatchObject({ ok: false });
    expect(parseBaseUrl('http://127.0.0.1:8080', LOOSE)).toMatchObject({ ok: true });
    expect(parseBaseUrl('https://169.254.169.254', LOOSE)).toMatchObject({ ok: false });
    expect(parseBaseUrl('https://[::]', LOOSE)).toMatchObject({ ok: false });
  });

  it('takes http only for this machine, unless the operator says so', () => {
    expect(parseBaseUrl('http://fw.example', STRICT)).toMatchObject({ ok: false });
    expect(parseBaseUrl('http://fw.example', { ...STRICT, plainHttp: true })).toMatchObject({ ok: true });
    expect(parseBaseUrl('http://127.0.0.1', { ...STRICT, allowed: ['127.0.0.1'] })).toMatchObject({ ok: true });
  });
});
