import type { Target } from '../../../common/flow/decision';
import { bareIdentities, identitiesOf } from './identity';
import { isSought, soughtBy } from './sought';

const listed = identitiesOf([
  { type: 'host', value: 'web-01.corp.example', addresses: ['10.0.0.12', '2001:db8::12'], origin: 'file' },
  { type: 'host', value: 'db.a.example', addresses: ['10.0.0.20'], origin: 'file' },
  { type: 'host', value: 'db.b.example', addresses: ['10.0.0.21'], origin: 'file' },
  { type: 'host', value: 'said.example', addresses: ['10.0.0.30'], origin: 'cluster' },
]);

const on = (type: Target['type'], value: string, host?: string): Target => ({
  type,
  value,
  ...(host === undefined ? {} : { host }),
});
/** As a decision of an earlier version is found: by the text of its target alone. */
const texts = (typed: string, who = bareIdentities): readonly string[] => soughtBy(typed, who).texts;

describe('what is sought', () => {
  it.each([
    ['CORP\\ana', ['CORP\\ana', 'corp\\ana', 'ana@corp']],
    ['ana@corp', ['ana@corp', 'corp\\ana']],
    ['a+b@corp.example', ['a+b@corp.example']],
    ['.\\ana', ['.\\ana']],
    ['WEB-01', ['WEB-01', 'web-01']],
    ['::ffff:203.0.113.7', ['::ffff:203.0.113.7', '203.0.113.7']],
    ['203.0.113.7:443', ['203.0.113.7:443', '203.0.113.7']],
    ['203.0.113.9/24', ['203.0.113.9/24', '203.0.113.0/24']],
    ['Evil.EXAMPLE.', ['Evil.EXAMPLE.', 'evil.example']],
    ['LSASS.exe', ['LSASS.exe', 'lsass.exe']],
    ['-', ['-']],
    ['a b | c', ['a b | c']],
  ])('is looked for by each text that an older record may have of it: %s', (typed, wanted) => {
    expect(texts(` ${typed} `)[0]).toBe(typed);
    expect(texts(typed)).toEqual(expect.arrayContaining(wanted));
  });

  it('is nothing else where the text has one spelling only', () => {
    expect(texts('203.0.113.7')).toEqual(['203.0.113.7']);
    expect(texts('web-01')).toEqual(['web-01']);
  });

  it.each(['web-01', 'WEB-01.corp.example.', '10.0.0.12', '::ffff:10.0.0.12', '2001:DB8::12'])(
    'has every name and address that the inventory lists: %s',
    (typed) => {
      expect(texts(typed, listed)).toEqual(
        expect.arrayContaining(['web-01.corp.example', 'web-01', '10.0.0.12', '2001:db8::12']),
      );
      const isIt = isSought(soughtBy(typed, listed));
      expect(isIt(on('host', 'web-01'))).toBe(true);
      expect(isIt(on('ip', '10.0.0.12'))).toBe(true);
      expect(isIt(on('process', 'lsass.exe', 'web-01.corp.example'))).toBe(true);
    },
  );

  it('is not what it may only be', () => {
    expect(texts('db', listed)).toEqual(['db']);
    expect(texts('said.example', listed)).not.toContain('10.0.0.30');
  });

  it.each([
    [on('file', 'c:\\users\\A\\Invoice.EXE', 'ws-1'), 'C:\\Users\\a\\invoice.exe'],
    [on('user', 'corp ＼ ana'), 'ana@corp'],
    [on('file', '/home/a/tool', 'ws-1'), 'WS-1'],
  ])('is met by its key where its text is another: %p', (target, typed) => {
    expect(texts(typed)).not.toContain(target.value);
    expect(isSought(soughtBy(typed, bareIdentities))(target)).toBe(true);
  });

  it.each([
    [on('ip', '203.0.113.70'), '203.0.113.7'],
    [on('user', 'other\\ana'), 'CORP\\ana'],
    [on('user', 'corp\\ana'), 'ana'],
    [on('host', 'web-010'), 'web-01'],
    [on('host', 'web-01.other.example'), 'web-01'],
    [on('file', '/home/a/Tool', 'ws-1'), '/home/a/tool'],
    [on('ip', ''), '-'],
  ])('is no other thing: %p for %s', (target, typed) => {
    expect(isSought(soughtBy(typed, listed))(target)).toBe(false);
  });

  it('is bounded, however much the inventory lists', () => {
    const addresses = Array.from({ length: 200 }, (_, n) => `10.1.${n}.1`);
    const many = identitiesOf([{ type: 'host', value: 'big.corp.example', addresses, origin: 'file' }]);
    const { texts: found, keys } = soughtBy('big', many);
    expect(found).toEqual(expect.arrayContaining(['big', 'big.corp.example', '10.1.0.1']));
    expect(Math.max(found.length, keys.length)).toBeLessThanOrEqual(128);
  });
});
