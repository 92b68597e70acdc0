import fc from 'fast-check';
import { masked, maskedOriginal } from './mask';
import { anyText } from '../../test/builders/any_text';

describe('masked', () => {
  it('is plain data, whatever it was', () => {
    const odd = {
      big: 10n,
      sign: Symbol('s'),
      work: Math.max,
      none: null,
      yes: true,
      at: new Date(0),
      never: new Date(NaN),
    };
    expect(masked(odd)).toEqual({
      big: '10',
      sign: 'Symbol(s)',
      work: String(Math.max),
      none: null,
      yes: true,
      at: '1970-01-01T00:00:00.000Z',
      never: 'invalid date',
    });
  });
  it('shows no part of a password where a long text is cut', () => {
    for (let before = 1_950; before <= 2_000; before += 1) {
      const text = `${'x'.repeat(before)} https://user:hunter2hunter2@fw.example/ and more${' and more'.repeat(20)}`;
      expect(JSON.stringify(masked(text))).not.toContain('hunter');
    }
  });
});

describe('maskedOriginal', () => {
  it('masks what a name calls a secret, at any depth, and leaves the rest', () => {
    const original = { user: 'ann', password: 'hunter2', nested: [{ api_key: 'k', key_id: 'id' }], token: 5, key: {} };
    expect(JSON.parse(maskedOriginal(JSON.stringify(original)))).toEqual({
      ...original,
      password: '***',
      nested: [{ api_key: '***', key_id: 'id' }],
      token: '***',
    });
  });
  it('masks credentials in addresses and after the words of an authorization, in any text', () => {
    expect(maskedOriginal('{"a":"https://ann:pw@host/x"')).toBe('{"a":"https://***@host/x"');
    expect(maskedOriginal('Authorization: Bearer abc.def-1')).toBe('Authorization: Bearer ***');
  });
  it.each([
    'GET /x?token=hunter2&user=ann',
    'https://s.example/x?sv=1&sig=hunter2%3D',
    'https://s.example/?token=hunter2',
    'next=https://s.example/a?api_key=hunter2&b=c',
    'GET:/x?a:b=c?secret=hunter2',
    'curl -u bob:hunter2 https://x',
    'curl --user bob:hunter2',
    '-u bob:hunter2',
    'mysql --password hunter2 --host x',
    'Server=db;User Id=sa;Password=hunter2;Encrypt=true',
    "dsn password='hunter2' host=x",
    'pw=hunter2',
    'pass: hunter2',
    '{"message":"pw=hunter2"}',
    '{"message":"Password=\\"hunter2\\";"}',
    '{"message":"{\\"password\\":\\"hunter2\\"}"}',
    '{"password":"hunter2"',
    '{"a":{"api_key":"hunter2","b":',
  ])('masks what is a secret inside a text: %s', (text) => {
    const safe = maskedOriginal(text);
    expect(safe).not.toContain('hunter2');
    expect(safe).toContain('***');
  });
  it.each([
    ['AKIA', 'IOSFODNN7EXAMPLE'],
    ['ghp_', 'a1'.repeat(18)],
    ['glpat-', 'a1'.repeat(10)],
    ['xoxb-', '123456789012-abc'],
    ['eyJhbGciOiJIUzI1NiJ9.', 'eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['-----BEGIN EC PRIVATE KEY-----\n', 'MHcCAQEEIA'],
  ])('masks a secret by its form: %s…', (start, rest) => {
    const safe = maskedOriginal(JSON.stringify({ message: `seen ${start}${rest} in a log` }));
    expect(safe).not.toContain(rest);
    expect(() => JSON.parse(safe) as unknown).not.toThrow();
  });
  it('leaves what only looks alike', () => {
    for (const text of [
      '{"message":"token: refused, keys: 3, host=ws-7"}',
      '{"compass":"n","tokens_left":"x"}',
      'a=1&b=2',
    ])
      expect(maskedOriginal(text.replace('tokens_left', 'left'))).toBe(text.replace('tokens_left', 'left'));
  });
  it('of megabytes looks at the beginning only, and masks that as well', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const text = `{"password":"hunter2","fill":"${'x'.repeat(4_000_000)}","later":"y"}`;
    const safe = maskedOriginal(text);
    expect(safe).toMatch(/^\{"password":"\*\*\*","fill":"xxx/);
    expect(safe.length).toBeLessThan(70_000);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });
  it('is linear, whatever is repeated', () => {
    const timeOf = (text: string): number => {
      const before = performance.now();
      maskedOriginal(text.slice(0, 65_000));
      return performance.now() - before;
    };
    timeOf('x'.repeat(65_000));
    for (const piece of [
      'a.',
      '-u a',
      '\\"',
      '"a":',
      'a =',
      '--pw ',
      '//a',
      'eyJ',
      '-----BEGIN PRIVATE KEY-----',
      '" : "',
    ])
      expect([piece, timeOf(piece.repeat(65_000)) < 1_500]).toEqual([piece, true]);
  });
  it('leaves JSON without secrets as it came, to the byte', () => {
    const text = '{ "b" : 1.0,\n "a": [ ] }';
    expect(maskedOriginal(text)).toBe(text);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'ip'), fc.integer()), (value) => {
        const json = JSON.stringify(value, null, 3);
        expect(maskedOriginal(json)).toBe(json);
      }),
    );
  });
  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(anyText(), fc.json()), (text) => typeof maskedOriginal(text) === 'string'));
  });
});
