import { cleanBody } from './clean_body';
import { Redactor } from './redact';
import { responseBody } from './response_body';

const SECRET = 'twelve-chars';
const JSON_TYPE = new Map([['content-type', 'application/json']]);
const bodyOf = (text: string) => responseBody([Buffer.from(text)], JSON_TYPE, undefined);
const clean = (text: string, secret = SECRET) => cleanBody(bodyOf(text), new Redactor([secret]));

describe('the body of an answer', () => {
  it('is read without secrets, wherever in it they stand', () => {
    const said = { a: `x ${SECRET} y`, b: [SECRET, { [SECRET]: 1 }], c: 1, d: null, e: true };
    const { text, json } = clean(JSON.stringify(said));
    expect(json).toEqual({ a: 'x [secret] y', b: ['[secret]', { '[secret]': 1 }], c: 1, d: null, e: true });
    expect(text).not.toContain(SECRET);
  });

  it('hides a secret whose letters are written as numbers', () => {
    const spelled = [...SECRET].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    expect(clean(`{"a":"${spelled}"}`).json).toEqual({ a: '[secret]' });
  });

  it('keeps what is no secret as it is, and what only looks like a short one', () => {
    const body = bodyOf('{"state":"blocked"}');
    expect(cleanBody(body, new Redactor([SECRET])).json).toBe(body.json);
    expect(clean('{"state":"blocked"}', 'lock').json).toEqual({ state: 'blocked' });
    expect(clean('{"state":"eleven-char"}', 'eleven-char').json).toEqual({ state: 'eleven-char' });
    expect(new Redactor(['lock']).redact('blocked')).toBe('b[secret]ed');
  });

  it('is no JSON any more where it is nested so deep that nobody can look through it', () => {
    const depth = 200_000;
    const { json, why } = clean(`${'['.repeat(depth)}"${SECRET}"${']'.repeat(depth)}`);
    expect([json, why === undefined]).toEqual([undefined, false]);
  });
});
