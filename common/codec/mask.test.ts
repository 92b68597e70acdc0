import fc from 'fast-check';
import { masked, maskedOriginal } from './mask';

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
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
        (text) => typeof maskedOriginal(text) === 'string',
      ),
    );
  });
});
