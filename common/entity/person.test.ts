import { mayBeSamePerson, personKey } from './person';

describe('who may be the same person', () => {
  it.each([
    ['ana', 'Ana', true],
    ['ana', 'CORP\\ana', true],
    ['CORP\\ana', 'ana@corp.example', true],
    ['CORP\\ana', 'OTHER\\ana', false],
    ['ana@corp.example', 'ana@other.example', false],
    ['ana', 'ａｎａ', true],
    ['ana', 'án\u0300a', true],
    ['.\\ana', 'CORP\\ana', true],
    ['ana+tag@corp.example', 'Ana+Tag@CORP.example', true],
    ['ana+tag@corp.example', 'ana+tag@other.example', false],
    ['ana+tag@corp.example', 'ana@corp.example', false],
    ['ana', 'anna', false],
    // Names that are no account's are compared as they are.
    ['the * one', 'THE * ONE', true],
    ['the * one', 'the * other', false],
    ['S-1-5-21-1-2-3-500', 'Administrator', true],
    ['S-1-5-21-1-2-3-501', 'Administrator', false],
  ])('takes %s and %s for one: %s', (one, other, same) => {
    expect(mayBeSamePerson(one, other)).toBe(same);
    expect(mayBeSamePerson(other, one)).toBe(same);
  });

  it('has a key for every name', () => {
    expect(personKey(' ANA ')).toBe('user:ana');
    expect(personKey('*')).toBe('user:*');
    expect(personKey('')).toBe('user:');
  });
});
