import { accountText, meantAccount } from './account_name';

const CORP = { realms: ['corp', 'corp.example'], bareNames: false };
const meant = (value: string, realms = CORP) => meantAccount({ type: 'user', value }, realms);

describe('the account that a target names', () => {
  it.each([
    ['corp\\mallory', 'mallory'],
    ['CORP\\Mallory', 'mallory'],
    ['mallory@corp.example', 'mallory'],
    ['mallory@CORP.example.', 'mallory'],
    ['a+b@corp.example', 'a+b'],
    ['corp\\müller', 'müller'],
    ["corp\\o'neill", "o'neill"],
  ])('%s is %s of this directory', (value, name) => {
    expect(meant(value)).toEqual({ ok: true, value: { by: 'name', name } });
  });

  it.each([
    ['other\\mallory', 'other_realm'],
    ['mallory@corp.example.evil.test', 'other_realm'],
    ['mallory@example', 'other_realm'],
    ['.\\mallory', 'other_realm'],
    ['mallory', 'no_realm'],
    ['corp\\web-01$', 'wrong_target'],
    ['corp\\*', 'wrong_target'],
    ['corp\\a)(uid=*', 'wrong_target'],
    ['corp\\a\\b', 'wrong_target'],
    ['corp\\a\u0000b', 'wrong_target'],
    ['corp\\a\u202eb', 'wrong_target'],
    ['corp\\', 'wrong_target'],
    ['', 'wrong_target'],
    ['S-1-5-18', 'wrong_target'],
    ['S-1-5-32-544', 'wrong_target'],
    ['0f8fad5b-d9cb-469f-a165-70867728950e', 'wrong_target'],
  ])('%j is refused as %s', (value, code) => {
    expect(meant(value)).toMatchObject({ ok: false, error: { code, retryable: false } });
  });

  it('is the account of a domain where it is a SID', () => {
    expect(meant('s-1-5-21-1-2-3-1104')).toEqual({ ok: true, value: { by: 'sid', sid: 'S-1-5-21-1-2-3-1104' } });
  });

  it('may be a bare name only where the settings say so', () => {
    expect(meant('mallory', { ...CORP, bareNames: true })).toEqual({
      ok: true,
      value: { by: 'name', name: 'mallory' },
    });
    expect(meant('other\\mallory', { ...CORP, bareNames: true })).toMatchObject({ error: { code: 'other_realm' } });
  });

  it('is no host', () => {
    expect(meantAccount({ type: 'host', value: 'corp\\mallory' }, CORP)).toMatchObject({
      error: { code: 'wrong_target' },
    });
  });

  it('is written with its realm, as systems take it', () => {
    expect([accountText('Mallory', 'corp'), accountText('a+b', 'corp.example')]).toEqual([
      'corp\\mallory',
      'a+b@corp.example',
    ]);
  });
});
