import { createHmac, timingSafeEqual } from 'crypto';
import type { HostRequest } from '../../../routes/http';

/*
 * Logins without a list of logins: a cookie says who and until when, and is signed with a key that only this host
 * has. It outlives restarts, and ends with the key.
 */

const DAYS_30_MS = 30 * 24 * 3_600_000;

/** For programs on this machine that can read the key: `authorization: Reflex <key>`. */
const SCHEME = 'Reflex ';

const hmac = (key: string, what: string): string => createHmac('sha256', key).update(what).digest('base64url');

const same = (one: string, other: string): boolean => {
  // Of equal length whatever comes in, as the comparison wants it.
  const [left, right] = [hmac('compare', one), hmac('compare', other)];
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
};

const cookiesIn = (header: HostRequest['headers'][string]): ReadonlyMap<string, string> => {
  const text = typeof header === 'string' ? header : (header ?? []).join('; ');
  return new Map(
    text.split(';').map((each) => {
      const [name = '', ...value] = each.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
};

export interface SessionOptions {
  /** The secret in the address that the host prints. */
  readonly key: string;
  /** In the cookie's name: browsers share cookies between the ports of a machine. */
  readonly port: number;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

/** Knows who sends a request. */
export class Sessions {
  private readonly options: SessionOptions;
  private readonly cookie: string;

  constructor(options: SessionOptions) {
    this.options = options;
    this.cookie = `reflex_session_${options.port}`;
  }

  isKey(text: string): boolean {
    return same(text, this.options.key);
  }

  /** Value of a `set-cookie` header that logs a user in. */
  login(user: string): string {
    const until = this.options.utc() + DAYS_30_MS;
    const content = `${Buffer.from(user).toString('base64url')}.${until}`;
    return this.cookieOf(`${content}.${this.sign(content)}`, DAYS_30_MS / 1000);
  }

  logout(): string {
    return this.cookieOf('', 0);
  }

  /**
   * @returns the user of the session; "" if a program shows the key itself; undefined if nobody is logged in
   */
  userOf({ headers }: Pick<HostRequest, 'headers'>): string | undefined {
    const { authorization } = headers;
    if (typeof authorization === 'string' && authorization.startsWith(SCHEME))
      return this.isKey(authorization.slice(SCHEME.length)) ? '' : undefined;
    const [user = '', until = '', signature = ''] = (cookiesIn(headers.cookie).get(this.cookie) ?? '').split('.');
    if (!same(signature, this.sign(`${user}.${until}`)) || Number(until) <= this.options.utc()) return undefined;
    return Buffer.from(user, 'base64url').toString('utf8');
  }

  private sign(content: string): string {
    return hmac(this.options.key, `session ${this.options.port} ${content}`);
  }

  private cookieOf(value: string, seconds: number): string {
    return `${this.cookie}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict`;
  }
}
