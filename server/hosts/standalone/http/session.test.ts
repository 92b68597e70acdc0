import { mkdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../../../test/contracts/temporary_folder';
import { HANDOVER_MS, IDLE_MS, LONGEST_MS, Sessions } from './session';
import { sessionFile, type SessionStore, type StoredSession } from './session_file';

const KEY = 'a-key-that-is-long-enough-for-a-test';

const aStore = (): SessionStore => {
  let kept: readonly StoredSession[] = [];
  return { read: () => kept, write: (sessions) => (kept = sessions) };
};
let now = 0;
let store = aStore();
beforeEach(() => {
  now = 1_000_000;
  store = aStore();
});
const aHost = (key = KEY, port = 5680): Sessions => new Sessions({ key, port, utc: () => now, store });
const cookieOf = (header: string): { headers: { cookie: string } } => ({
  headers: { cookie: header.split(';')[0] ?? '' },
});
/** The browser's next request: other headers with the same cookie. */
const again = ({ headers }: { headers: { cookie: string } }) => ({ headers: { ...headers } });

describe('a session', () => {
  it('knows its user over restarts of the host', () => {
    const cookie = cookieOf(aHost().login('approver'));
    expect(aHost().userOf(cookie)).toBe('approver');
  });

  it('ends at the logout, wherever its cookie was copied to, and for good', () => {
    const host = aHost();
    const [mine, other] = [cookieOf(host.login('approver')), cookieOf(host.login('approver'))];
    const copied = again(mine);
    expect(host.logout(mine)).toBe('reflex_session_5680=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict');
    expect([host.userOf(mine), host.userOf(copied), aHost().userOf(copied)]).toEqual([undefined, undefined, undefined]);
    expect([host.userOf(other), aHost().userOf(other)]).toEqual(['approver', 'approver']);
  });

  it('costs no writing where it is no login: whoever is nobody keeps no disk busy', () => {
    const host = aHost();
    host.login('approver');
    const written = jest.spyOn(store, 'write');
    host.logout(cookieOf('reflex_session_5680=guessed'));
    host.logout({ headers: {} });
    expect(written).not.toHaveBeenCalled();
  });

  it('ends with all others when somebody ends them all', () => {
    const host = aHost();
    const cookies = [cookieOf(host.login('author')), cookieOf(host.login('approver'))];
    host.logoutAll();
    for (const cookie of cookies) expect([host.userOf(cookie), aHost().userOf(cookie)]).toEqual([undefined, undefined]);
  });

  it('ends when nobody used it for twelve hours', () => {
    const host = aHost();
    const cookie = cookieOf(host.login('approver'));
    for (let use = 0; use < 3; use += 1) {
      now += IDLE_MS - 1;
      expect(host.userOf(again(cookie))).toBe('approver');
    }
    now += IDLE_MS;
    expect(host.userOf(again(cookie))).toBeUndefined();
  });

  it('is not used by a page that only stands open: asking about the same request again is no use', () => {
    const host = aHost();
    const stream = cookieOf(host.login('approver'));
    for (let asked = 0; asked < 5; asked += 1) {
      host.userOf(stream);
      now += IDLE_MS / 4;
    }
    expect(host.userOf(stream)).toBeUndefined();
  });

  it('ends after thirty days however much it is used', () => {
    const host = aHost();
    const cookie = cookieOf(host.login('approver'));
    const end = now + LONGEST_MS;
    while (now + IDLE_MS / 2 < end) {
      now += IDLE_MS / 2;
      expect(host.userOf(again(cookie))).toBe('approver');
    }
    now = end;
    expect(host.userOf(again(cookie))).toBeUndefined();
  });

  it('remembers its last use over a restart, to a few minutes', () => {
    const host = aHost();
    const cookie = cookieOf(host.login('approver'));
    now += IDLE_MS / 2;
    host.userOf(again(cookie));
    now += IDLE_MS / 2 + 1;
    expect(aHost().userOf(again(cookie))).toBe('approver');
  });

  it('changes its user with a cookie of its own; the former one serves what was on its way, then nothing', () => {
    const host = aHost();
    const before = cookieOf(host.login('author'));
    const after = cookieOf(host.change(before, 'approver'));
    now += HANDOVER_MS - 1;
    expect([host.userOf(before), host.userOf(after)]).toEqual(['author', 'approver']);
    // A start has nothing on its way.
    expect(aHost().userOf(before)).toBeUndefined();
    now += 1;
    expect([host.userOf(before), host.userOf(after)]).toEqual([undefined, 'approver']);
  });

  it.each(['logout', 'logoutAll'] as const)('ends the former one of a changed user too: %s', (way) => {
    const host = aHost();
    const before = cookieOf(host.login('author'));
    const after = cookieOf(host.change(before, 'approver'));
    host[way](after);
    expect([host.userOf(before), host.userOf(after)]).toEqual([undefined, undefined]);
  });

  it('is sent by browsers over nothing but TLS where the host has it', () => {
    const options = { key: KEY, port: 5680, utc: () => now, store };
    expect(new Sessions({ ...options, secure: true }).login('approver')).toMatch(/; Secure$/);
    expect(new Sessions({ ...options, secure: true }).logoutAll()).toMatch(/; Secure$/);
    expect(new Sessions(options).login('approver')).not.toContain('Secure');
  });

  it('is found among other cookies, in one header or in several', () => {
    const { cookie } = cookieOf(aHost().login('author')).headers;
    for (const header of [`theme=dark;${cookie}; a=b=c`, ['theme=dark', cookie], [`${cookie}; a=b`]])
      expect(aHost().userOf({ headers: { cookie: header } })).toBe('author');
    expect(aHost().userOf({ headers: { cookie: 'theme=dark' } })).toBeUndefined();
    expect(aHost().userOf({ headers: {} })).toBeUndefined();
  });

  it('is kept from scripts and from other sites', () => {
    expect(aHost().login('author')).toMatch(/; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it('is worth nothing with another key, or at another port', () => {
    const cookie = cookieOf(aHost().login('approver'));
    expect(aHost('another-key').userOf(cookie)).toBeUndefined();
    const other = { headers: { cookie: cookie.headers.cookie.replace('_5680', '_5681') } };
    expect(aHost(KEY, 5681).userOf(other)).toBeUndefined();
  });

  it('is no text that anybody can make: not of older hosts, not of what is kept', () => {
    aHost().login('approver');
    const [kept] = store.read();
    const signed = `${Buffer.from('approver').toString('base64url')}.${now + LONGEST_MS}.x`;
    for (const value of ['', 'approver', signed, kept?.digest ?? ''])
      expect(aHost().userOf({ headers: { cookie: `reflex_session_5680=${value}` } })).toBeUndefined();
  });

  it('is not needed by a program that shows the key', () => {
    expect(aHost().userOf({ headers: { authorization: `Reflex ${KEY}` } })).toBe('');
    expect(aHost().userOf({ headers: { authorization: 'Reflex wrong' } })).toBeUndefined();
  });
});

describe('the file of the sessions', () => {
  const { folder, remove } = temporaryFolder();
  afterAll(remove);
  const path = join(folder, 'sessions.json');
  const one = { digest: 'd', user: 'ana', made_at: 1, seen_at: 2 };

  it('is its owner’s alone, and holds no cookie', () => {
    const host = new Sessions({ key: KEY, port: 5680, utc: () => now, store: sessionFile(path) });
    const { cookie } = cookieOf(host.login('ana')).headers;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain(cookie.split('=')[1]);
  });

  it('that is missing or damaged lets nobody in', () => {
    expect(sessionFile(join(folder, 'none.json')).read()).toEqual([]);
    for (const text of ['', '{"sessions":[{"user":"ana"}]}', '[]']) {
      writeFileSync(path, text);
      expect(sessionFile(path).read()).toEqual([]);
    }
  });

  it('that cannot be written is removed: who logged out stays out', () => {
    sessionFile(path).write([one]);
    expect(sessionFile(path).read()).toEqual([one]);
    mkdirSync(`${path}.new`);
    expect(() => sessionFile(path).write([])).not.toThrow();
    expect(sessionFile(path).read()).toEqual([]);
  });
});
