import { createHmac, randomBytes, timingSafeEqual } from 'crypto';
import type { HostRequest } from '../../../routes/http';
import type { SessionStore, StoredSession } from './session_file';

/*
 * Logins of this host. A cookie is a random text; what it stands for is kept here, so that it ends at the logout,
 * after some hours without use, after some days at the latest, and with the key.
 */

const HOUR_MS = 3_600_000;
/** A login lasts no longer, however much it is used. */
export const LONGEST_MS = 30 * 24 * HOUR_MS;
/** A login ends that nobody used for so long; a page that only stands open does not use it. */
export const IDLE_MS = 12 * HOUR_MS;
/** What was used is written down so often at most. */
const NOTE_MS = 10 * 60_000;
const MOST_SESSIONS = 1_000;
/** Requests on their way when the user changed carry the former cookie; it is good for no longer than they take. */
export const HANDOVER_MS = 5_000;

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

type Request = Pick<HostRequest, 'headers'>;

export interface SessionOptions {
  /** The secret in the address that the host prints. */
  readonly key: string;
  /** In the cookie's name: browsers share cookies between the ports of a machine. */
  readonly port: number;
  /** True where the host has TLS: browsers send the cookie over nothing else. */
  readonly secure?: boolean;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  readonly store: SessionStore;
}

/** Knows who sends a request. */
export class Sessions {
  private readonly options: SessionOptions;
  private readonly cookie: string;
  private readonly sessions: Map<string, StoredSession>;
  /** Requests that were counted as use. Whoever asks again about one, as a stream does, does not use it again. */
  private readonly counted = new WeakSet<object>();
  /** Former sessions of users who changed, by digest, with when each ends. Never written down. */
  private readonly handedOver = new Map<string, number>();
  /** What users of a cluster log in by, by the digest of their session. Never written down: a restart ends these. */
  private readonly credentials = new Map<string, string>();
  private writtenAt = -Infinity;

  constructor(options: SessionOptions) {
    this.options = options;
    this.cookie = `reflex_session_${options.port}`;
    this.sessions = new Map(options.store.read().map((each) => [each.digest, each]));
  }

  isKey(text: string): boolean {
    return same(text, this.options.key);
  }

  /**
   * Value of a `set-cookie` header that logs a user in.
   *
   * @param credential with which the cluster is asked at each request who it is
   */
  login(user: string, credential?: string): string {
    const id = randomBytes(32).toString('base64url');
    const now = this.options.utc();
    const digest = this.digestOf(id);
    this.sessions.set(digest, { digest, user, made_at: now, seen_at: now });
    if (credential !== undefined) this.credentials.set(digest, credential);
    this.write();
    return this.cookieOf(id, LONGEST_MS / 1000);
  }

  /** Ends the login of a request, and says so to the browser. */
  logout(request: Request): string {
    this.endHandedOver(Infinity);
    const digest = this.digestIn(request);
    this.credentials.delete(digest);
    if (this.sessions.delete(digest)) this.write();
    return this.cookieOf('', 0);
  }

  /** Ends every login of this host. */
  logoutAll(): string {
    this.handedOver.clear();
    this.credentials.clear();
    this.sessions.clear();
    this.write();
    return this.cookieOf('', 0);
  }

  /** The same person goes on as another of the demo's users; the former login ends once what is on its way came in. */
  change(request: Request, user: string): string {
    this.handedOver.set(this.digestIn(request), this.options.utc() + HANDOVER_MS);
    return this.login(user);
  }

  /**
   * @returns the user of the session; "" if a program shows the key itself; undefined if nobody is logged in
   */
  userOf(request: Request): string | undefined {
    const { authorization } = request.headers;
    if (typeof authorization === 'string' && authorization.startsWith(SCHEME))
      return this.isKey(authorization.slice(SCHEME.length)) ? '' : undefined;
    this.endHandedOver(this.options.utc());
    const found = this.sessions.get(this.digestIn(request));
    if (found === undefined || !this.lives(found)) return undefined;
    this.use(found, request);
    return found.user;
  }

  /** What the user of the session logged in by at the cluster; undefined for who did not. */
  credentialOf(request: Request): string | undefined {
    return this.userOf(request) === undefined ? undefined : this.credentials.get(this.digestIn(request));
  }

  private endHandedOver(now: number): void {
    for (const [digest, until] of this.handedOver)
      if (now >= until) {
        this.handedOver.delete(digest);
        this.sessions.delete(digest);
      }
  }

  private lives({ made_at, seen_at }: StoredSession): boolean {
    const now = this.options.utc();
    return now < made_at + LONGEST_MS && now < seen_at + IDLE_MS;
  }

  private use(session: StoredSession, { headers }: Request): void {
    if (this.counted.has(headers)) return;
    this.counted.add(headers);
    const now = this.options.utc();
    this.sessions.set(session.digest, { ...session, seen_at: now });
    if (now - this.writtenAt >= NOTE_MS) this.write();
  }

  private write(): void {
    const living = [...this.sessions.values()]
      .filter((each) => this.lives(each))
      .sort((one, other) => other.seen_at - one.seen_at)
      .slice(0, MOST_SESSIONS);
    this.sessions.clear();
    for (const each of living) this.sessions.set(each.digest, each);
    for (const digest of [...this.credentials.keys()]) if (!this.sessions.has(digest)) this.credentials.delete(digest);
    this.writtenAt = this.options.utc();
    // After a restart there is nothing on its way, so a session that was handed over is not taken up again.
    this.options.store.write(
      living.filter(({ digest }) => !this.handedOver.has(digest) && !this.credentials.has(digest)),
    );
  }

  /** Looked up by digest: how long that takes says nothing of the cookie. */
  private digestOf(id: string): string {
    return hmac(this.options.key, `session ${this.options.port} ${id}`);
  }

  private digestIn({ headers }: Request): string {
    return this.digestOf(cookiesIn(headers.cookie).get(this.cookie) ?? '');
  }

  private cookieOf(value: string, seconds: number): string {
    const secure = this.options.secure === true ? '; Secure' : '';
    return `${this.cookie}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  }
}
