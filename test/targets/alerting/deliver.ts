/* How a channel calls out, as seen on a running Notifications 3.4. */

export interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Called {
  readonly status: number;
  readonly text: string;
  /** Seconds that the receiver asked to wait. */
  readonly retryAfter?: number;
}

/** One HTTP call without redirects; rejects when there is no answer. */
export type Send = (call: Call) => Promise<Called>;

const SUCCESS = new Set([200, 201, 202, 203, 204, 205, 206, 207]);
const AGAIN = new Set([429, 503]);

export interface Delivery {
  readonly status: number;
  readonly text: string;
  readonly ok: boolean;
  readonly tries: number;
}

/**
 * Calls once, and once more only after 429 or 503: after a second, or as long as the receiver says. A POST whose
 * connection broke is never sent again.
 */
export const deliver = async (call: Call, send: Send, wait: (ms: number) => Promise<void>): Promise<Delivery> => {
  const asked: Call = {
    ...call,
    // Custom headers replace the only one that it would send by itself.
    headers: Object.keys(call.headers).length > 0 ? call.headers : { 'Content-type': 'application/json' },
  };
  const tried = async (): Promise<Called> => {
    try {
      return await send(asked);
    } catch (cause) {
      return { status: 500, text: `Failed to send webhook message ${String(cause)}` };
    }
  };
  const first = await tried();
  const again = AGAIN.has(first.status);
  if (again) await wait((first.retryAfter ?? 1) * 1_000);
  const last = again ? await tried() : first;
  return { status: last.status, text: last.text, ok: SUCCESS.has(last.status), tries: again ? 2 : 1 };
};

/** Over a socket, as the plugin does it. */
export const sendByHttp: Send = async ({ url, method, headers, body }) => {
  const answer = await fetch(url, {
    method: ['PUT', 'PATCH'].includes(method) ? method : 'POST',
    headers: { ...headers, 'User-Agent': 'Apache-HttpClient/5.4.4 (Java/25.0.3)' },
    body,
    redirect: 'manual',
  });
  const retryAfter = Number(answer.headers.get('retry-after') ?? NaN);
  return { status: answer.status, text: await answer.text(), ...(Number.isNaN(retryAfter) ? {} : { retryAfter }) };
};
