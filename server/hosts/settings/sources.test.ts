import { readSettings } from '../settings';

const publicUrl = (public_url: string) => {
  const read = readSettings({ intake: { public_url } });
  return read.ok ? read.value.intake.publicUrl : read.error[0]?.path;
};

describe('intake.public_url', () => {
  it.each(['http://127.0.0.1:5601', 'https://dashboards.example', 'https://soc.example/dash', 'http://[::1]:5680'])(
    'may be %s',
    (url) => expect(publicUrl(url)).toBe(url),
  );

  it.each([
    'dashboards.example',
    'ftp://x.example',
    'https://user:pw@x.example',
    'https://x.example/',
    'https://x.example?a=b',
    'https://x example',
  ])('is not %s', (url) => expect(publicUrl(url)).toBe('intake.public_url'));
});
