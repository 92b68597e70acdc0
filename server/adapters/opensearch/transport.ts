import { parseWithDigits } from '../../../common/codec/json_digits';
import { present } from '../../../common/present';
import { errorOf } from '../../../common/why';
import { StoreUnavailable } from '../../runner/ports';
import { faultOf, isUnavailable, type OpenSearchAnswer } from './answer';

/*
 * The one way to OpenSearch. Both clients that Reflex meets, the one inside Dashboards (2.13) and the standalone one
 * (3.9), have `transport.request`; nothing else of them is used.
 */

export interface OpenSearchRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Starts with a slash; whatever is put into it must be URL-encoded. */
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Newline-delimited JSON, already serialised. */
  readonly bulkBody?: string;
  /** In place of the client's own; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface RequestOptions {
  /** Longest time until the whole answer is there, ms; default 5,000. */
  readonly timeoutMs?: number;
  /** Returns every answer as it is, also those that say "not now" or "not you": the caller tells them apart. */
  readonly anyAnswer?: boolean;
  /** Numbers beyond 2^53 are texts of their digits; the client would round them. Default false. */
  readonly keepDigits?: boolean;
}

export interface OpenSearchTransport {
  /**
   * @returns what OpenSearch answered, conflicts and other refusals included
   * @throws StoreUnavailable if there was no answer, or if it says that OpenSearch cannot or may not do this now
   */
  readonly request: (request: OpenSearchRequest, options?: RequestOptions) => Promise<OpenSearchAnswer>;
}

interface ClientParams {
  method: string;
  path: string;
  querystring?: Record<string, string | number | boolean>;
  body?: string;
  bulkBody?: string;
}

interface ClientAnswer {
  readonly body: unknown;
  readonly statusCode: number | null;
}

type ClientPromise = PromiseLike<ClientAnswer> & { readonly abort?: () => void };

interface ClientOptions {
  readonly maxRetries: number;
  readonly requestTimeout: number;
  readonly headers?: Record<string, string>;
  /** These statuses are answers and no errors of the client. */
  readonly ignore?: number[];
  /** The answer is a stream of its bytes, whatever its status. */
  readonly asStream?: boolean;
}

/** What Reflex needs of an OpenSearch client. */
export interface OpenSearchClient {
  readonly transport: {
    readonly request: (params: ClientParams, options: ClientOptions) => ClientPromise;
  };
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * What OpenSearch says about a request that it understood: not there, there already, changed meanwhile. Whoever asked
 * judges it. The host would write each of them into its log as an error.
 */
const EXPECTED = [400, 404, 409];

/** Mistakes of this code, not of the world. */
const BUGS: ReadonlySet<string> = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SerializationError',
  'ConfigurationError',
]);

/**
 * The client's errors carry the request with its headers, and so credentials; only their name and words go on
 * (INV-12).
 */
const withoutRequest = (error: Error): Error => Object.assign(new Error(error.message), { name: error.name });

/** The answer within an error of the client, if OpenSearch answered at all. */
const answerIn = (error: Error): OpenSearchAnswer | undefined => {
  const { meta } = error as { meta?: { statusCode?: unknown; body?: unknown } };
  return error.name === 'ResponseError' && typeof meta?.statusCode === 'number'
    ? { status: meta.statusCode, body: meta.body }
    : undefined;
};

const nameOf = ({ method, path }: OpenSearchRequest): string => `${method} ${path}`;

/**
 * Gives up after the time limit. The client's own limit counts only silence on the socket, and stops counting once
 * the head of the answer is there; a node that freezes in the middle of an answer would hold the caller for ever.
 */
const within = (sent: ClientPromise, request: OpenSearchRequest, limitMs: number): Promise<ClientAnswer> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new StoreUnavailable(`OpenSearch did not answer ${nameOf(request)} within ${limitMs} ms`));
      sent.abort?.();
    }, limitMs);
    const settled = (): void => clearTimeout(timer);
    sent.then(
      (answer) => {
        settled();
        resolve(answer);
      },
      (error: unknown) => {
        settled();
        reject(errorOf(error));
      },
    );
  });

const parsed = (text: string): unknown => {
  try {
    return parseWithDigits(text);
  } catch {
    return text;
  }
};

type Bytes = AsyncIterable<Uint8Array> & { readonly destroy?: () => void };

/** An answer that is read here, with its digits, and not by the client. */
const readHere = (sent: ClientPromise): ClientPromise => {
  let bytes: Bytes | undefined;
  const read = async (): Promise<ClientAnswer> => {
    const { statusCode, body } = await sent;
    bytes = body as Bytes;
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(Buffer.from(part));
    return { statusCode, body: parsed(Buffer.concat(parts).toString()) };
  };
  const abort = (): void => {
    sent.abort?.();
    bytes?.destroy?.();
  };
  return Object.assign(read(), { abort });
};

const paramsOf = ({ method, path, querystring, body, bulkBody }: OpenSearchRequest): ClientParams => ({
  method,
  path,
  ...present({ querystring: querystring && { ...querystring }, body: body && JSON.stringify(body), bulkBody }),
});

interface Sending {
  readonly limitMs: number;
  readonly keepDigits: boolean;
  readonly login: Login | undefined;
}

/** The value of the `authorization` header as it is now; undefined: as the client was made. */
export type Login = () => string | undefined;

const answerOf = async (
  client: OpenSearchClient,
  request: OpenSearchRequest,
  { limitMs, keepDigits, login }: Sending,
): Promise<OpenSearchAnswer> => {
  try {
    // Never sent again by the client: a write that was sent twice conflicts with itself.
    const headers = present({ authorization: login?.(), ...request.headers });
    const options = {
      maxRetries: 0,
      requestTimeout: limitMs,
      ignore: EXPECTED,
      ...(Object.keys(headers).length > 0 && { headers: headers as Record<string, string> }),
      ...(keepDigits && { asStream: true }),
    };
    const sent = client.transport.request(paramsOf(request), options);
    const { statusCode, body } = await within(keepDigits ? readHere(sent) : sent, request, limitMs);
    return { status: statusCode ?? 0, body };
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof StoreUnavailable || BUGS.has(cause.name)) throw cause;
    const answer = answerIn(cause);
    if (answer) return answer;
    throw new StoreUnavailable(`OpenSearch did not answer ${nameOf(request)}: ${cause.message}`, {
      cause: withoutRequest(cause),
    });
  }
};

/**
 * The transport over a client of OpenSearch, of either version.
 *
 * @param login asked for at each request, in place of what the client was made with
 */
export const clientTransport = (client: OpenSearchClient, login?: Login): OpenSearchTransport => ({
  request: async (request, { timeoutMs = DEFAULT_TIMEOUT_MS, anyAnswer = false, keepDigits = false } = {}) => {
    const answer = await answerOf(client, request, { limitMs: timeoutMs, keepDigits, login });
    if (anyAnswer) return answer;
    const fault = faultOf(answer.body);
    if (!isUnavailable(answer.status, fault.type)) return answer;
    const text = `OpenSearch answered ${answer.status} to ${nameOf(request)}: ${fault.text}`;
    throw new StoreUnavailable(text, { fault: fault.type });
  },
});
