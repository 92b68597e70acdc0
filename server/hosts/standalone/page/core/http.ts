import { present } from '../../../../../common/present';
/* `core.http`: the paths are the host's own, and every request carries the header that other sites cannot set. */

interface FetchOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type Fetch = (path: string, options?: FetchOptions) => Promise<unknown>;

export interface Http {
  readonly basePath: { readonly get: () => string; readonly prepend: (path: string) => string };
  readonly get: Fetch;
  readonly post: Fetch;
  readonly put: Fetch;
  readonly delete: Fetch;
}

/** What Dashboards throws for an answer of 400 and above. */
export class HttpFetchError extends Error {
  override readonly name = 'HttpFetchError';
  readonly response: Response | undefined;
  readonly body: unknown;

  constructor(message: string, response?: Response, body?: unknown) {
    super(message);
    this.response = response;
    this.body = body;
  }
}

const withQuery = (path: string, query: FetchOptions['query'] = {}): string => {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
};

const contentOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return (response.headers.get('content-type') ?? '').includes('json') && text !== '' ? JSON.parse(text) : text;
};

const fetchWith =
  (method: string): Fetch =>
  async (path, { query, body, headers, signal } = {}) => {
    const response = await fetch(withQuery(path, query), {
      method,
      headers: {
        'osd-xsrf': 'reflex',
        ...present({ 'content-type': body === undefined ? undefined : 'application/json' }),
        ...headers,
      },
      credentials: 'same-origin',
      ...present({ body, signal }),
    }).catch((cause: unknown) => {
      throw new HttpFetchError(cause instanceof Error ? cause.message : String(cause));
    });
    const content = await contentOf(response);
    if (response.ok) return content;
    throw new HttpFetchError(response.statusText, response, content);
  };

export const http: Http = {
  basePath: { get: () => '', prepend: (path) => path },
  get: fetchWith('GET'),
  post: fetchWith('POST'),
  put: fetchWith('PUT'),
  delete: fetchWith('DELETE'),
};
