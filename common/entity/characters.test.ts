import { hasHidden, isDisguised, isMixedScript, skeletonOf } from './characters';
import { isPlaceholder } from './placeholder';

describe('what characters say of a name', () => {
  it.each([
    ['r\u043e\u043et', true], // two Cyrillic letters
    ['p\u03b1ypal', true], // a Greek letter
    ['\u0440\u043e\u043e\u0442', false], // Cyrillic alone
    ['müller', false],
    ['\u5c71\u7530tanaka', false], // Han and Latin, as names in Japan have them
    ['\u5c71\uae40', false], // Han and Hangul
    ['\u3072\uae40', true], // Hiragana and Hangul
    ['a\u13d2', true], // a Cherokee letter
    ['a\u1e00', false],
    ['a\u{10330}', true], // a script that is not listed
    ['root', false],
    ['root-7_\u00b2', false], // digits and signs belong to all scripts
  ])('takes %s for mixed: %s', (text, mixed) => {
    expect(isMixedScript(text)).toBe(mixed);
  });

  it.each([
    ['root\u0301', 'root'],
    ['r\u00f6\u00f6t', 'root'],
    ['ｒｏｏｔ', 'root'],
    ['ROOT', 'root'],
    ['\ufb01nance', 'finance'],
  ])('finds in %s the skeleton %s', (text, skeleton) => {
    expect(skeletonOf(text)).toBe(skeleton);
  });

  it('knows what only looks like ASCII, and what cannot be seen', () => {
    expect(['ｒｏｏｔ', '\u2170ana', 'r\u2060oot'].map(isDisguised)).toEqual([true, true, false]);
    expect(['müller', 'root'].map(isDisguised)).toEqual([false, false]);
    expect(['a\u0000', 'a\u200b', 'a\u202e', 'a\ue000', 'a\u2028', 'a\t'].every(hasHidden)).toBe(true);
    expect(hasHidden('a b')).toBe(false);
  });

  it('knows placeholders from names', () => {
    expect(['-', ' N/A ', 'Null', '<unknown>', '0.0.0.0', '::'].every(isPlaceholder)).toBe(true);
    expect(['nadia', 'noneofthem', '-1', '::1', 'unknown-host'].some(isPlaceholder)).toBe(false);
  });
});
