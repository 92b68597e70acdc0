import { Sessions } from './session';

const KEY = 'a-key-that-is-long-enough-for-a-test';
const DAY_MS = 86_400_000;

const sessionsAt = (utc: () => number, key = KEY, port = 5680): Sessions => new Sessions({ key, port, utc });
const cookieOf = (header: string): { headers: { cookie: string } } => ({
  headers: { cookie: header.split(';')[0] ?? '' },
});

describe('a session', () => {
  it('knows its user until it ends, over restarts of the host', () => {
    let now = 0;
    const cookie = cookieOf(sessionsAt(() => now).login('approver'));
    expect(sessionsAt(() => now).userOf(cookie)).toBe('approver');
    now = 30 * DAY_MS - 1;
    expect(sessionsAt(() => now).userOf(cookie)).toBe('approver');
    now = 30 * DAY_MS;
    expect(sessionsAt(() => now).userOf(cookie)).toBeUndefined();
  });

  it('is found among other cookies, in one header or in several', () => {
    const { cookie } = cookieOf(sessionsAt(() => 0).login('author')).headers;
    for (const header of [`theme=dark;${cookie}; a=b=c`, ['theme=dark', cookie], [`${cookie}; a=b`]])
      expect(sessionsAt(() => 0).userOf({ headers: { cookie: header } })).toBe('author');
    expect(sessionsAt(() => 0).userOf({ headers: { cookie: 'theme=dark' } })).toBeUndefined();
    expect(sessionsAt(() => 0).userOf({ headers: {} })).toBeUndefined();
  });

  it('is kept from scripts and from other sites, and ends with the logout', () => {
    const sessions = sessionsAt(() => 0);
    expect(sessions.login('author')).toMatch(/; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(sessions.logout()).toBe('reflex_session_5680=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict');
  });

  it('is worth nothing with another key, or at another port', () => {
    const cookie = cookieOf(sessionsAt(() => 0).login('approver'));
    expect(sessionsAt(() => 0, 'another-key').userOf(cookie)).toBeUndefined();
    const other = { headers: { cookie: cookie.headers.cookie.replace('_5680', '_5681') } };
    expect(sessionsAt(() => 0, KEY, 5681).userOf(other)).toBeUndefined();
  });

  it('cannot be turned into one of another user, or made longer', () => {
    const { cookie } = cookieOf(sessionsAt(() => 0).login('author')).headers;
    const [name = '', value = ''] = cookie.split('=');
    const [, until, signature] = value.split('.');
    const forged = `${name}=${Buffer.from('approver').toString('base64url')}.${until}.${signature}`;
    expect(sessionsAt(() => 0).userOf({ headers: { cookie: forged } })).toBeUndefined();
    const longer = cookie.replace(String(until), String(Number(until) + DAY_MS));
    expect(sessionsAt(() => 0).userOf({ headers: { cookie: longer } })).toBeUndefined();
  });

  it('is not needed by a program that shows the key', () => {
    expect(sessionsAt(() => 0).userOf({ headers: { authorization: `Reflex ${KEY}` } })).toBe('');
    expect(sessionsAt(() => 0).userOf({ headers: { authorization: 'Reflex wrong' } })).toBeUndefined();
  });
});
