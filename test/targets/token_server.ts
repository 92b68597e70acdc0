import { bodyOf, httpServer, type LoopbackServer } from './loopback_server';

/** What came to the token endpoint. */
interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** A small authorization server that gives tokens to whoever asks. */
export interface TokenServer extends LoopbackServer {
  readonly tokenUrl: string;
  readonly requests: () => readonly TokenRequest[];
  /** Tokens that were given, in order. */
  readonly given: () => readonly string[];
  /** Whether a request brings a token that still counts. */
  readonly knows: (headers: { readonly authorization?: string | undefined }) => boolean;
  /** No token that was given so far counts any more. */
  readonly revoke: () => void;
  /** What it answers from now on instead of a token; without an argument: tokens again. */
  readonly answers: (status?: number, body?: object) => void;
  /** It waits so long before it answers, ms. */
  readonly waits: (ms: number) => void;
}

/** @param lastsS how long it says that a token lasts; null: it does not say */
export const tokenServer = async ({ lastsS = 300 }: { readonly lastsS?: number | null } = {}): Promise<TokenServer> => {
  const requests: TokenRequest[] = [];
  const given: string[] = [];
  const counting = new Set<string>();
  let other: { readonly status: number; readonly body: object } | undefined;
  let waitMs = 0;
  const server = await httpServer((request, response) => {
    void bodyOf(request).then((text) => {
      requests.push({
        authorization: request.headers.authorization,
        form: Object.fromEntries(new URLSearchParams(text)),
      });
      const token = `token-number-${given.length + 1}`;
      const answer = other ?? {
        status: 200,
        body: { access_token: token, token_type: 'Bearer', ...(lastsS === null ? {} : { expires_in: lastsS }) },
      };
      if (other === undefined) {
        given.push(token);
        counting.add(token);
      }
      setTimeout(
        () =>
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body)),
        waitMs,
      );
    });
  });
  return {
    ...server,
    tokenUrl: `${server.url}/oauth/token`,
    requests: () => requests,
    given: () => given,
    knows: ({ authorization = '' }) => counting.has(authorization.replace(/^Bearer /, '')),
    revoke: () => counting.clear(),
    answers: (status, body = {}) => {
      other = status === undefined ? undefined : { status, body };
    },
    waits: (ms) => {
      waitMs = ms;
    },
  };
};
