import { oneLine, Redactor } from './redact';

describe('texts of a target', () => {
  it('shows no secret, in whichever form it comes back', () => {
    const redactor = new Redactor(['p@ss"word', 'p@ss']);
    const said = 'bad p@ss"word, {"pw":"p@ss\\"word"}, ?pw=p%40ss%22word and p@ss';
    expect(redactor.redact(said)).not.toMatch(/p@ss|p%40ss/);
  });

  it.each(['s3cret/with+signs? ~"x"', 'plain-api-key-0815', 'pässwort-süß'])(
    'finds `%s` however it is written',
    (secret) => {
      const redactor = new Redactor([secret]);
      const json = JSON.stringify({ a: secret });
      const forms = [
        secret,
        encodeURIComponent(secret),
        encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
        json,
        json.replace(/\//g, '\\/'),
        JSON.stringify(json),
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('base64url'),
        ...['', 'u', 'us', 'user:'].map((before) => `Basic ${Buffer.from(`${before}${secret}`).toString('base64')}`),
        Buffer.from(`${secret}}`).toString('base64'),
        Buffer.from(secret).toString('hex'),
        [...secret].reverse().join(''),
      ];
      for (const form of forms) {
        const shown = redactor.redact(`said ${form} there`);
        expect([form, shown.includes('[secret]')]).toEqual([form, true]);
        const decoded = Buffer.from(/(?:Basic )?(\S*)/.exec(shown.slice(5))?.[1] ?? '', 'base64').toString();
        expect([form, shown.includes(secret) || decoded.includes(secret)]).toEqual([form, false]);
      }
    },
  );

  it('finds a single line of a key', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'a'.repeat(32)}\n${'b'.repeat(32)}\n-----END PRIVATE KEY-----\n`;
    expect(new Redactor([key]).redact(`line ${'b'.repeat(32)}`)).toBe('line [secret]');
    expect(new Redactor([key]).redact('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  it('hides what was learnt later', () => {
    const redactor = new Redactor([]);
    expect(redactor.redact('token abcdef')).toContain('abcdef');
    redactor.hide('abcdef');
    expect(redactor.redact('token abcdef')).toBe('token [secret]');
  });

  it('hides the last few of many tokens, and every secret that stays', () => {
    const redactor = new Redactor(['the-password']);
    for (let n = 1; n <= 20; n += 1) redactor.hideToken(`token-number-${n}.`);
    const shown = redactor.redact('token-number-20. token-number-13. token-number-1. the-password');
    expect(shown).toBe('[secret] [secret] token-number-1. [secret]');
  });

  it('are one line without control characters and direction marks, cut to a length', () => {
    expect(oneLine('a\r\nb\tc\u001b[31md\u202ee', 100)).toBe('a b c [31md e');
    expect(oneLine('x'.repeat(500), 10)).toBe(`${'x'.repeat(10)}…`);
  });
});

it('takes the parts out of a secret that is an object of JSON, and leaves what is too short to be found by', () => {
  const secret = JSON.stringify({
    AccessKey: { UserName: 'reflex', SecretAccessKey: 'a/secret+access=key-of-aws', n: 1 },
  });
  const redactor = new Redactor([secret]);
  expect(redactor.redact(`reflex says ${encodeURIComponent('a/secret+access=key-of-aws')} and ${secret}`)).toBe(
    'reflex says [secret] and [secret]',
  );
  expect(new Redactor(['{"not whole']).redact('{"not whole and more')).toBe('[secret] and more');
});
