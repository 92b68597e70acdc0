import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Answered, Exchange, Unanswered } from './exchange';
import type { HttpTarget } from './http_target';
import type { OauthParameters } from './oauth_parameters';
import { oauthLibrary } from './oauth_library';

/** An access token as its server gave it. */
export interface Token {
  readonly text: string;
  /** Seconds from when it was asked for; missing where the server does not say. */
  readonly lastsS?: number;
}

/** The target saw nothing of the request that the token was for. */
const noToken = (code: string, why: string, retryable: boolean): Result<never, Unanswered> =>
  err({ kind: 'not_sent', code, message: `no access token: ${why}`, retryable });

/** Asking for a token does nothing at the target, so it may always be asked again. */
const unanswered = (answer: Unanswered): Result<never, Unanswered> => {
  switch (answer.kind) {
    case 'not_sent':
      return noToken(answer.code, answer.message, answer.retryable);
    case 'no_answer':
      return noToken('no_answer', answer.message, true);
    case 'not_started':
      return noToken('not_started', 'not permitted', true);
  }
};

const MAY_PASS: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an answer without a usable token means. A 4xx is about our credentials; what else comes may pass. */
const unusable = (
  { status }: Pick<Answered, 'status'>,
  cause: unknown,
  shown: (text: string) => string,
): Result<never, Unanswered> => {
  const { error, error_description: more } = (cause ?? {}) as { error?: unknown; error_description?: unknown };
  const said = [error, more].filter((each): each is string => typeof each === 'string').join(': ');
  const why = `the token endpoint answered ${status}${said === '' ? '' : `: ${shown(said)}`}`;
  if (status >= 500 || MAY_PASS.has(status)) return noToken('http_status', why, true);
  return status >= 400
    ? noToken('credentials', why, false)
    : noToken('credentials', `${why}, and brings no token that can be used`, false);
};

/** Statuses that a `Response` may not have a body with. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** RFC 6749 has 200; some servers, such as CrowdStrike's, call a token that they made `201 Created`. */
const asResponse = ({ status, headers, body }: Answered): Response =>
  new Response(WITHOUT_BODY.has(status) ? null : body.text, {
    status: status === 201 ? 200 : status,
    headers: Object.fromEntries(headers),
  });

/** Thrown through the library by what stands in for its `fetch`. */
class NoAnswer extends Error {
  constructor(readonly answer: Unanswered) {
    super('no answer');
  }
}

const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** Asks for a token, over the guards and the TLS of a target. The answer is read as it is: it brings a secret. */
export const requestToken = async (
  { token_url: url, client_id, auth, scope, audience }: OauthParameters,
  target: HttpTarget,
  secret: string | undefined,
): Promise<Result<Token, Unanswered>> => {
  const oauth = oauthLibrary();
  let answer: Exchange | undefined;
  const send = async (_url: string, init: { readonly headers: object; readonly body?: unknown }): Promise<Response> => {
    const request = {
      method: 'POST',
      path: '',
      headers: { ...(init.headers as Record<string, string>) },
      body: String(init.body),
      bringsSecret: true,
    } as const;
    answer = await target.within(new AbortController().signal, (sendNow) => sendNow(request));
    if (answer.kind !== 'answered') throw new NoAnswer(answer);
    return asResponse(answer);
  };
  const identify = {
    basic: () => oauth.ClientSecretBasic(secret ?? ''),
    post: () => oauth.ClientSecretPost(secret ?? ''),
    tls: () => oauth.TlsClientAuth(),
  }[auth]();
  const server = { issuer: new URL(url).origin, token_endpoint: url };
  try {
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      { client_id },
      identify,
      new URLSearchParams(present({ scope, audience })),
      // Whether plain HTTP is allowed was decided where the target was made.
      { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: true },
    );
    const given = await oauth.processClientCredentialsResponse(server, { client_id }, response);
    if (given.token_type !== 'bearer' || !HEADER_SAFE.test(given.access_token))
      return unusable(response, undefined, target.shown);
    return ok({ text: given.access_token, ...present({ lastsS: given.expires_in }) });
  } catch (cause) {
    if (cause instanceof NoAnswer) return unanswered(cause.answer);
    if (answer?.kind === 'answered') return unusable(answer, cause, target.shown);
    throw cause;
  }
};
