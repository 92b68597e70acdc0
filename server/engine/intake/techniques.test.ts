import { spellingsOf, tagMeant } from './techniques';

describe('the id of a technique', () => {
  it.each([
    'T1110',
    't1110',
    ' T1110 ',
    'attack.T1110',
    'attack.t1110',
    'ATTACK.T1110',
    'mitre.T1110',
    'mitre:t1110',
    'attack:T1110',
    'att&ck-T1110',
    'technique:T1110',
    'MITRE ATT&CK T1110',
  ])('%p is attack.t1110', (tag) => expect(tagMeant(tag)).toBe('attack.t1110'));

  it.each(['T1110.001', 'T1110/001', 'attack.T1110.001', 'mitre.t1110.001'])('%p has its part', (tag) =>
    expect(tagMeant(tag)).toBe('attack.t1110.001'),
  );

  it.each([
    'T111',
    'T11100',
    'T1110.01',
    'TA0006',
    'attack.credential_access',
    'host:T1110',
    'xT1110',
    'T1110 Brute Force',
    'd3fend.d3-itf',
    'mitreT1110',
    '',
  ])('%p is none, and stays', (tag) => expect(tagMeant(tag)).toBe(tag));

  it('is granted by any of its spellings', () => {
    expect(spellingsOf('attack.t1110.001')).toEqual(['attack.t1110.001', 't1110.001', 'T1110.001', 'attack.T1110.001']);
    expect(spellingsOf('asset:T1110')).toEqual(['asset:T1110']);
  });
});
