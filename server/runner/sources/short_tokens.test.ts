import { createHmac } from 'crypto';
import { sealingWith } from '../../adapters/system/sealing';
import type { Sealing } from '../ports';
import { isShortToken, readShortToken, shortToken, type ShortToken } from './short_tokens';

const key = (first: number): string =>
  Buffer.from(Array.from({ length: 32 }, (_, byte) => (first + 7 * byte) % 256)).toString('base64');
const ring = (...ids: readonly number[]): Sealing =>
  sealingWith(
    ids.map((id) => ({ id: `k${id}`, secret: `k${id}` })),
    (name) => key(Number(name.slice(1))),
  );
const NOW_S = 1_780_000_000;
const SAID: ShortToken = {
  parent: 'siem',
  parentDigest: 'a'.repeat(64),
  may: ['intake'],
  issued: NOW_S,
  ends: NOW_S + 600,
  id: 'an-id-of-its-own',
};
const made = (change: Partial<ShortToken> = {}, sealing = ring(1)): string => {
  const token = shortToken(sealing, { ...SAID, ...change });
  if (token === undefined) throw new Error('none was made');
  return token;
};
const readAt = (token: string, seconds: number, sealing = ring(1)) => readShortToken(sealing, token, seconds * 1_000);

describe('a short-lived token', () => {
  it('says whose it is and what it may, to every host with the key', () => {
    expect(readAt(made(), NOW_S)).toEqual({ ok: true, value: SAID });
    const bound = { certificate: 'b'.repeat(64) };
    expect(readAt(made(bound), NOW_S)).toMatchObject({ ok: true, value: bound });
    expect(readAt(made({}, ring(2, 1)), NOW_S, ring(1, 2)).ok).toBe(true);
    expect(isShortToken(made())).toBe(true);
  });

  it.each<[string, number, boolean]>([
    ['as it is made', 0, true],
    ['a moment before its end', 599.999, true],
    ['at its end', 600, false],
    ['on a host whose clock is behind by the stated skew', -5, true],
    ['on a host whose clock is further behind', -5.001, false],
  ])('%s', (_, after, taken) => expect(readAt(made(), NOW_S + after).ok).toBe(taken));

  it('that would last for more than an hour is none, though its mark is right', () => {
    expect(readAt(made({ ends: NOW_S + 3_600 }), NOW_S).ok).toBe(true);
    expect(readAt(made({ ends: NOW_S + 3_601 }), NOW_S).ok).toBe(false);
  });

  it('is none with anything changed, with another key, or without one', () => {
    const token = made();
    const [prefix = '', body = '', mark = ''] = token.split('.');
    const more = Buffer.from(
      Buffer.from(body, 'base64url').toString().replace('"intake"', '"intake","act","ask"'),
    ).toString('base64url');
    const byAnother = createHmac('sha256', 'guessed').update(`${prefix}.${body}`).digest('base64url');
    for (const forged of [
      `${prefix}.${more}.${mark}`,
      `${prefix}.${body}.${byAnother}`,
      `${prefix}.${body}.`,
      `${prefix}.${body}`,
      `${prefix}.${body}.${mark}.${mark}`,
      `rfx2.${body}.${mark}`,
      `${token}=`,
      `${prefix}.${Buffer.from('null').toString('base64url')}.${mark}`,
    ])
      expect([forged, readAt(forged, NOW_S).ok]).toEqual([forged, false]);
    expect(readAt(token, NOW_S, ring(2)).ok).toBe(false);
    expect(readAt(made({}, ring(2)), NOW_S).ok).toBe(false);
    expect(
      shortToken(
        sealingWith([], () => undefined),
        SAID,
      ),
    ).toBeUndefined();
  });

  it('is no seal, and a seal is none: each purpose has a key of its own', () => {
    const sealed = ring(1).seal(['x'], 'rfx1.');
    expect(sealed && ring(1).isSigned('rfx1.', { key: 'k1', mark: sealed.data })).toBe(false);
  });
});
