import type { Answered, Exchange, HttpTarget, HttpRequest, Send } from '../connector';

/** Credentials of CrowdSec's local API, as they are now: a machine that may write, a bouncer that may read. */
interface LapiCredentials {
  readonly machineId: string;
  readonly password: () => string;
  readonly bouncerKey: () => string;
}

/** The login was refused; `answered` tells how. */
interface LoginRefused {
  readonly kind: 'login_refused';
  readonly message: string;
}

export type LapiAnswer = Exchange | LoginRefused;

/** CrowdSec 1.4 refuses a login whose user agent is not `name/version`, as if the password were wrong. */
const HEADERS = { accept: 'application/json', 'user-agent': 'reflex/1' };
const WRITING = { ...HEADERS, 'content-type': 'application/json' };

/** A token is not used in its last minute, ms. */
const TOKEN_MARGIN_MS = 60_000;

/** The path with a query of encoded values. */
const withQuery = (path: string, query: Readonly<Record<string, string>>): string =>
  `${path}?${Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

/** What CrowdSec says in an error. */
export const messageIn = ({ body }: Answered): string => {
  const message =
    typeof body.json === 'object' && body.json !== null ? (body.json as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? message : body.text;
};

/** CrowdSec's local API: logs in as a machine, keeps the token, and logs in again when it is refused. */
export class Lapi {
  private readonly target: HttpTarget;
  private readonly credentials: LapiCredentials;
  private readonly utc: () => number;
  private token: { readonly text: string; readonly usableUntil: number } | undefined;

  constructor(target: HttpTarget, credentials: LapiCredentials, utc: () => number) {
    this.target = target;
    this.credentials = credentials;
    this.utc = utc;
  }

  /** Decisions as bouncers are told them. */
  decisions(send: Send, query: Readonly<Record<string, string>>, mayStart?: () => boolean): Promise<Exchange> {
    const headers = { ...HEADERS, 'x-api-key': this.credentials.bouncerKey() };
    return send({ method: 'GET', path: withQuery('/v1/decisions', query), headers }, mayStart);
  }

  health(send: Send): Promise<Exchange> {
    return send({ method: 'GET', path: '/health', headers: HEADERS });
  }

  alerts(send: Send, query: Readonly<Record<string, string>>, mayStart?: () => boolean): Promise<LapiAnswer> {
    return this.asMachine(send, { method: 'GET', path: withQuery('/v1/alerts', query) }, mayStart);
  }

  addAlert(send: Send, alert: unknown, mayStart: () => boolean): Promise<LapiAnswer> {
    return this.asMachine(send, { method: 'POST', path: '/v1/alerts', body: JSON.stringify([alert]) }, mayStart);
  }

  /** Deletes one decision. Only ever by its id: without a filter CrowdSec deletes all of them. */
  deleteDecision(send: Send, id: number, mayStart: () => boolean): Promise<LapiAnswer> {
    if (!Number.isSafeInteger(id) || id <= 0) throw new Error(`\`${id}\` is not the id of a decision`);
    return this.asMachine(send, { method: 'DELETE', path: `/v1/decisions/${id}` }, mayStart);
  }

  private async asMachine(
    send: Send,
    wanted: Omit<HttpRequest, 'headers'>,
    mayStart?: () => boolean,
  ): Promise<LapiAnswer> {
    for (let logins = 0; ; logins += 1) {
      const token = await this.currentToken(send, mayStart);
      if (typeof token !== 'string') return token;
      const request = { ...wanted, headers: { ...WRITING, authorization: `Bearer ${token}` } };
      const answer = await send(request, mayStart);
      // 401 says that nothing was done, so the request may be sent again with a new token.
      if (answer.kind !== 'answered' || answer.status !== 401 || logins > 0) return answer;
      this.token = undefined;
    }
  }

  private async currentToken(send: Send, mayStart?: () => boolean): Promise<string | LapiAnswer> {
    if (this.token !== undefined && this.token.usableUntil > this.utc()) return this.token.text;
    const { machineId, password } = this.credentials;
    const body = JSON.stringify({ machine_id: machineId, password: password(), scenarios: [] });
    const login = { method: 'POST', path: '/v1/watchers/login', headers: WRITING, body, bringsSecret: true } as const;
    const answer = await send(login, mayStart);
    if (answer.kind !== 'answered') return answer.kind === 'no_answer' ? notDone(answer.message) : answer;
    const { token, expire } = (answer.body.json ?? {}) as { token?: unknown; expire?: unknown };
    if (answer.status !== 200 || typeof token !== 'string')
      return {
        kind: 'login_refused',
        message: `login answered ${answer.status}: ${this.target.shown(messageIn(answer))}`,
      };
    this.target.hide(token);
    const until = Date.parse(String(expire));
    this.token = { text: token, usableUntil: Number.isNaN(until) ? this.utc() : until - TOKEN_MARGIN_MS };
    return token;
  }
}

/** A login that got no answer did nothing to anybody. */
const notDone = (message: string): Exchange => ({
  kind: 'not_sent',
  code: 'no_answer',
  message: `login: ${message}`,
  retryable: true,
});
