import { randomBytes } from 'crypto';
import type { Sealed } from '../../runner/ports';
import { sealingWith } from './sealing';

const key = (): string => randomBytes(32).toString('base64');
const ABOUT = ['edge', '3', 'kept'];

const secrets: Record<string, string | undefined> = {};
beforeEach(() => Object.assign(secrets, { old: key(), new: key(), none: undefined }));
const ring = (...ids: readonly string[]) =>
  sealingWith(
    ids.map((id) => ({ id, secret: id })),
    (name) => secrets[name],
  );
const sealed = (text = 'a secret', about = ABOUT): Sealed => {
  const found = ring('new', 'old').seal(about, text);
  if (found === undefined) throw new Error('nothing was sealed');
  return found;
};

describe('a sealed text', () => {
  it.each(['a secret', '', ' ', 'lines\nof "it"', 'ä'.repeat(40_000)])('is the same once it is opened', (text) => {
    expect(ring('new').open(ABOUT, sealed(text))).toEqual({ ok: true, value: text });
  });

  it('is another one each time, and tells little of its length', () => {
    const texts = ['four', 'x'.repeat(200)].flatMap((text) => [sealed(text), sealed(text)]);
    expect(new Set(texts.map(({ nonce }) => nonce)).size).toBe(4);
    expect(new Set(texts.map(({ data }) => data)).size).toBe(4);
    expect(new Set(texts.map(({ data }) => data.length)).size).toBe(1);
    expect(texts.map(({ nonce }) => Buffer.from(nonce, 'base64').length)).toEqual([12, 12, 12, 12]);
  });

  it.each<[string, readonly string[]]>([
    ['another name', ['edge2', '3', 'kept']],
    ['another version', ['edge', '2', 'kept']],
    ['another state', ['edge', '3', 'removed']],
    ['the same letters, cut otherwise', ['edge3', '', 'kept']],
    ['a part less', ['edge', '3']],
  ])('is not opened as that of %s', (_, about) => {
    expect(ring('new').open(about, sealed())).toEqual({ ok: false, error: 'changed' });
  });

  it('is not opened with one bit changed anywhere, or with a piece missing', () => {
    const good = sealed();
    for (const field of ['nonce', 'data'] as const) {
      const bytes = Buffer.from(good[field], 'base64');
      for (let at = 0; at < bytes.length; at += 7) {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ 1;
        expect(ring('new').open(ABOUT, { ...good, [field]: other.toString('base64') }).ok).toBe(false);
      }
      for (const left of [0, 5, bytes.length - 1])
        expect(ring('new').open(ABOUT, { ...good, [field]: bytes.subarray(0, left).toString('base64') }).ok).toBe(
          false,
        );
    }
  });

  it('is not opened under the id of another key, though the host has that one', () => {
    expect(ring('new', 'old').open(ABOUT, { ...sealed(), key: 'old' })).toEqual({ ok: false, error: 'wrong_key' });
  });

  it('tells a key that is not there from one that is another', () => {
    const text = sealed();
    expect(ring('old').open(ABOUT, text)).toEqual({ ok: false, error: 'no_key' });
    secrets.new = key();
    expect(ring('new').open(ABOUT, text)).toEqual({ ok: false, error: 'wrong_key' });
  });

  it('is opened by an older key, and sealed by the first one only', () => {
    const byOld = ring('old').seal(ABOUT, 'x');
    expect(byOld?.key).toBe('old');
    const both = ring('new', 'old');
    expect(byOld && both.open(ABOUT, byOld)).toEqual({ ok: true, value: 'x' });
    expect([both.seal(ABOUT, 'x')?.key, both.newest()]).toEqual(['new', 'new']);
    expect(ring('none', 'old').seal(ABOUT, 'x')).toBeUndefined();
    expect(ring('none', 'old').newest()).toBeUndefined();
  });
});

describe('a key', () => {
  it.each<[string, string]>([
    ['base64', randomBytes(32).toString('base64')],
    ['base64 without its end', randomBytes(32).toString('base64').replace('=', '')],
    ['base64 for addresses', randomBytes(32).toString('base64url')],
    ['hex', randomBytes(32).toString('hex')],
    ['a line break at its end', `${randomBytes(32).toString('hex')}\n`],
  ])('may be written in %s', (_, text) => {
    secrets.new = text;
    expect(ring('new').keys()).toEqual([{ id: 'new', secret: 'new', state: 'there' }]);
  });

  it.each<[string, string]>([
    ['a password', 'correct horse battery staple'],
    ['too short', randomBytes(31).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['nothing but zeros', Buffer.alloc(32).toString('base64')],
    ['one letter in hex', 'ab'.repeat(32)],
  ])('is none if it is %s, and what is said of it does not hold it', (_, text) => {
    secrets.new = text;
    const [view] = ring('new').keys();
    expect(view?.state).toBe('unusable');
    expect(view?.why).not.toContain(text);
    expect(ring('new').seal(ABOUT, 'x')).toBeUndefined();
  });

  it('that is away for a moment, or half written, stays the one that it was; another one takes its place', () => {
    const both = ring('new');
    const text = both.seal(ABOUT, 'x');
    const before = secrets.new;
    for (const now of [undefined, '', 'half']) {
      secrets.new = now;
      expect(text && both.open(ABOUT, text)).toEqual({ ok: true, value: 'x' });
    }
    secrets.new = key();
    expect(text && both.open(ABOUT, text)).toEqual({ ok: false, error: 'wrong_key' });
    secrets.new = before;
    expect(text && both.open(ABOUT, text)).toEqual({ ok: true, value: 'x' });
  });
});

describe('a mark', () => {
  it('is of exactly one text, one key and one spelling', () => {
    const by = ring('new').sign('text');
    if (by === undefined) throw new Error('nothing was signed');
    expect(ring('new', 'old').isSigned('text', by)).toBe(true);
    expect(ring('new').isSigned('text2', by)).toBe(false);
    expect(ring('new', 'old').isSigned('text', { ...by, key: 'old' })).toBe(false);
    expect(ring('old').isSigned('text', by)).toBe(false);
    for (const mark of ['', by.mark.slice(0, -1), `${by.mark}=`, `${by.mark}A`, ` ${by.mark}`])
      expect(ring('new').isSigned('text', { ...by, mark })).toBe(false);
  });
});
