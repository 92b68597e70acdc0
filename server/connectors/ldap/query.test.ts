import * as fc from 'fast-check';
import { BerReader, BerWriter, FilterParser } from 'ldapts';
import { filterOf, type Condition } from './query';

/** A filter as a directory reads it. */
const asRead = (condition: Condition) => {
  const writer = new BerWriter();
  filterOf(condition).write(writer);
  return FilterParser.parse(new BerReader(writer.buffer));
};

describe('a filter', () => {
  it('takes no value apart, whatever is in it', () => {
    const nasty = fc.oneof(fc.string(), fc.constantFrom('*', '*)(uid=*', 'a)(|(uid=*', '\\2a', '\u0000', 'müller'));
    fc.assert(
      fc.property(nasty, (value) => {
        const filter = asRead({ all: [{ is: ['objectClass', 'person'] }, { any: [{ is: ['uid', value] }] }] });
        expect(filter).toMatchObject({
          filters: [{ attribute: 'objectclass' }, { filters: [{ attribute: 'uid', value }] }],
        });
      }),
    );
  });

  it('begins with a text, and compares', () => {
    expect(asRead({ starts: ['adminDescription', 'reflex/'] })).toMatchObject({ initial: 'reflex/', final: '' });
    expect(asRead({ all: [{ atLeast: ['t', '1Z'] }, { atMost: ['t', '2Z'] }] })).toMatchObject({
      filters: [{ value: '1Z' }, { value: '2Z' }],
    });
  });
});
