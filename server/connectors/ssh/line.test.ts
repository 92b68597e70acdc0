import fc from 'fast-check';
import { addressWord, idWords, isCommandId, netWords, pathWord, requestLine } from './line';

const ID = '1111111a-2222-4333-8444-555555555555';

describe('a request line', () => {
  it('is of words of a closed alphabet, and ends with a dot', () => {
    expect(requestLine('block', ID, '4', '10.0.0.0', '24', '60', '-')).toBe(
      `reflex1 block ${ID} 4 10.0.0.0 24 60 -\n`.replace('\n', ' .\n'),
    );
  });

  it.each(['', ' ', 'a b', 'a\nb', '$(x)', '`x`', 'a;b', 'a|b', "a'b", 'é', 'a*'])(
    'never holds the word %j',
    (word) => {
      expect(() => requestLine('hello', word)).toThrow('has a word');
    },
  );

  it('is never longer than the host reads', () => {
    expect(() => requestLine('hello', 'a'.repeat(8_200))).toThrow();
    const ids = Array.from({ length: 400 }, (_, index) => ID.replace(/5{12}$/, `${index}`.padStart(12, '0')));
    const words = idWords(ids);
    expect(words.map((word) => word.split(',').length)).toEqual([150, 150, 100]);
    const longest = Buffer.alloc(1_024, 'é').toString('base64');
    for (const word of words) expect(requestLine('restore', word, longest, 'force').length).toBeLessThanOrEqual(8_192);
  });

  it('takes commands of ours only for its marks', () => {
    expect(idWords(['case-1', ID, `${ID} `, ID.toUpperCase()])).toEqual([ID]);
    expect([ID, `${ID}0`, ID.replace('1', 'g'), ''].map(isCommandId)).toEqual([true, false, false, false]);
  });
});

describe('an address on a line', () => {
  it.each([
    ['10.1.2.3', ['4', '10.1.2.3', '32']],
    ['10.1.2.0/24', ['4', '10.1.2.0', '24']],
    ['::ffff:10.1.2.3', ['4', '10.1.2.3', '32']],
    ['2001:DB8::7', ['6', '2001:0db8:0000:0000:0000:0000:0000:0007', '128']],
    ['2001:db8::/32', ['6', '2001:0db8:0000:0000:0000:0000:0000:0000', '32']],
    ['::1', ['6', '0000:0000:0000:0000:0000:0000:0000:0001', '128']],
    ['1::', ['6', '0001:0000:0000:0000:0000:0000:0000:0000', '128']],
    ['1:2:3:4:5:6:7:8', ['6', '0001:0002:0003:0004:0005:0006:0007:0008', '128']],
    ['10.0.0.0/8', ['4', '10.0.0.0', '8']],
  ])('is written out in full: %s', (value, words) => {
    expect(netWords(value)).toEqual(words);
  });

  it.each([
    '',
    '10.1.2',
    '10.1.2.3:443',
    '10.0.0.0/7',
    '::/15',
    '10.1.2.999',
    'evil.example',
    '10.1.2.3/33',
    'fe80::1%eth0',
  ])('is refused: %j', (value) => {
    expect(netWords(value)).toEqual({ why: expect.any(String) });
  });

  it('has no network where one alone is asked for', () => {
    expect([addressWord('10.0.0.1'), addressWord('2001:db8::1'), addressWord('10.0.0.0/8')]).toEqual([
      '10.0.0.1',
      '2001:0db8:0000:0000:0000:0000:0000:0001',
      undefined,
    ]);
  });
});

describe('a path on a line', () => {
  it('comes out of base64 as it went in', () => {
    const part = fc.stringMatching(/^[^\u0000-\u001f\u007f/]{1,20}$/).filter((each) => !/^\.{1,2}$/.test(each));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const path = `/${parts.join('/')}`;
        fc.pre(Buffer.from(path, 'utf8').toString('utf8') === path);
        const word = pathWord(path);
        expect(word.ok && Buffer.from(word.value, 'base64').toString('utf8')).toBe(path);
        expect(() => requestLine('file', word.ok ? word.value : '')).not.toThrow();
      }),
    );
  });

  it.each([
    'evil',
    './evil',
    '/a/../b',
    '/a/./b',
    '/a//b',
    '/a/',
    '/',
    '/a\nb',
    '/a\u0000',
    '/..',
    `/${'a'.repeat(1_024)}`,
    '/\ud800',
  ])('is refused: %j', (path) => {
    expect(pathWord(path)).toEqual({ ok: false, error: expect.any(String) });
  });

  it('may hold whatever a shell would read', () => {
    expect(pathWord('/tmp/$(reboot); `x` "y" \'z\' *').ok).toBe(true);
  });
});
