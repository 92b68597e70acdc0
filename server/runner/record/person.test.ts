import { distinctNames, distinctPeople, mayBeSamePerson } from './person';

const SAME: ReadonlyArray<readonly [string, string]> = [
  ['ana', 'Ana'],
  ['ana', ' ANA '],
  ['ana', 'ａｎａ'],
  ['ana', 'CORP\\ana'],
  ['ana', 'ana@corp.example'],
  ['Ana', '.\\ANA'],
  ['CORP\\ana', 'corp\\Ana'],
  ['CORP\\ana', 'ana@corp.example'],
  ['ana@example.com', 'ana@mail.example.com'],
  ['ana@example.com', 'ana@example.com.'],
  ['josé', 'JOSE'],
  ['jose\u0301', 'jos\u00e9'],
  ['straße', 'STRASSE'],
  ['ılker', 'ILKER'],
  ['İlker', 'ilker'],
  ['an\u200ba', 'ana'],
  ['an\u00ada', 'ana'],
  ['cn=ana,ou=people', 'CN=Ana, OU=People'],
  ['cn=ana,ou=people', 'ana'],
  ['ana  b', 'ana b'],
  ['S-1-5-21-1-2-3-500', 'Administrator'],
];
const DIFFERENT: ReadonlyArray<readonly [string, string]> = [
  ['ana', 'anna'],
  ['ana', 'ben'],
  ['CORP\\ana', 'EU\\ana'],
  ['ana@one.example', 'ana@two.example'],
  ['ana@exam.ple', 'ana@xam.ple'],
  ['ana@corp.example', 'ben@corp.example'],
  ['ana', 'ana/admin'],
];

describe('two names', () => {
  it.each(SAME)('%j and %j may be one person', (one, other) => {
    expect([mayBeSamePerson(one, other), mayBeSamePerson(other, one)]).toEqual([true, true]);
  });

  it.each(DIFFERENT)('%j and %j are two people', (one, other) => {
    expect([mayBeSamePerson(one, other), mayBeSamePerson(other, one)]).toEqual([false, false]);
  });
});

describe('several names', () => {
  it('are as many people as cannot be one another', () => {
    expect(distinctPeople(['ana', 'Ana', 'ana@one.example', 'ben'])).toEqual(['ana', 'ben']);
    expect(distinctPeople(['ana@one.example', 'ana@two.example'])).toHaveLength(2);
  });

  it('of writers stay all, for each of them may not approve', () => {
    expect(distinctNames(['ana@one.example', 'Ana', 'ANA', 'ana@two.example'])).toEqual([
      'ana@one.example',
      'Ana',
      'ana@two.example',
    ]);
  });
});
