import fc from 'fast-check';
import { maskedOriginal } from './mask';

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
