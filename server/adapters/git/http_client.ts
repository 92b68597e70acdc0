import { lookup } from 'dns';
import { present } from '../../../common/present';
import { readFile } from 'fs/promises';
import { request as plainRequest, type IncomingMessage } from 'http';
import { request as tlsRequest } from 'https';
import type { LookupFunction } from 'net';
import { checkWritten, EGRESS_REFUSED, egressLookup, type Egress } from '../../../common/entity/egress';
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { GitFault } from './fault';

/*
 * HTTP for the library: within limits of time and size, whole answers only, and never to another address than the one
 * that is configured, because the token goes along.
 */

interface HttpLimits {
  /** Most bytes of one answer; default 256 MiB. */
  readonly maxBytes?: number;
  /** Without a byte for so long the remote counts as away, ms; default 30,000. */
  readonly idleMs?: number;
  /** For one request altogether, ms; default 180,000. */
  readonly totalMs?: number;
}

export interface HttpClientOptions extends HttpLimits {
  /** File with the certificate of the authority that signed the remote's (PEM). */
  readonly ca?: string;
  /**
   * Certificate and key (PEM) that the remote is shown, asked for at each request, so that new ones count at once. May
   * throw an Error that says which of them is not there.
   */
  readonly client?: () => ClientIdentity;
  /** Where the remote may be; default everywhere. */
  readonly egress?: Egress;
}

/** What the remote knows us by when it connects. */
export interface ClientIdentity {
  readonly cert?: string;
  readonly key?: string;
}

const MIB = 1024 * 1024;

const bodyOf = async (body: GitHttpRequest['body'] | undefined): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  if (body !== undefined) for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** An iterator of what is there already, in the form that the library takes. */
async function* once(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const wholeBody = (answer: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) {
        reject(new GitFault('too_large', `the remote sent more than ${Math.round(maxBytes / MIB)} MiB`));
        answer.destroy();
      }
    });
    answer.on('end', () =>
      answer.complete ? resolve(Buffer.concat(chunks)) : reject(new Error('the answer broke off')),
    );
    answer.on('error', reject);
    answer.on('aborted', () => reject(new Error('the answer broke off')));
  });

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

/** Where a redirect points, without query: it may hold what is nobody's business. */
const targetOf = ({ headers }: IncomingMessage): string => (headers.location ?? '').split('?')[0] ?? '';

interface Sending extends HttpLimits, ClientIdentity {
  readonly ca?: string;
  readonly egress?: Egress;
}

const away = (why: string): GitFault => new GitFault('unreachable', `the remote cannot be reached: ${why}`);

/** Where an address leads, and how its name is looked up. */
const guarded = (url: string, egress: Egress | undefined): { readonly lookup?: LookupFunction } => {
  if (egress === undefined) return {};
  const { hostname, port: written, protocol } = new URL(url);
  const port = written === '' ? (protocol === 'https:' ? 443 : 80) : Number(written);
  try {
    checkWritten(egress, { host: hostname.replace(/^\[|\]$/g, ''), port });
  } catch (cause) {
    throw away((cause as Error).message);
  }
  return { lookup: egressLookup(egress, port, lookup) };
};

const send = (
  { url, method = 'GET', headers = {} }: GitHttpRequest,
  body: Buffer,
  { maxBytes = 256 * MIB, idleMs = 30_000, totalMs = 180_000, ca, cert, key, egress }: Sending,
): Promise<GitHttpResponse> =>
  new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      clearTimeout(deadline);
      const { code, message } = cause as NodeJS.ErrnoException;
      reject(cause instanceof GitFault ? cause : away(code === undefined || code === EGRESS_REFUSED ? message : code));
    };
    const begin = url.startsWith('https:') ? tlsRequest : plainRequest;
    const outgoing = begin(
      url,
      {
        method,
        headers: { ...headers, 'user-agent': 'git/reflex', 'content-length': String(body.length) },
        timeout: idleMs,
        // Questions are minutes apart. A connection kept for the next one is closed by the remote at any moment, and
        // whoever sends just then takes a remote that is there for one that is away.
        agent: false,
        ...present({ ca, cert, key }),
        ...guarded(url, egress),
      },
      (answer) => {
        const status = answer.statusCode ?? 0;
        if (status >= 300 && status < 400) {
          answer.destroy();
          fail(
            new GitFault(
              'redirected',
              `the remote is at another address, \`${targetOf(answer)}\`; put that into \`policies.git.remote\``,
            ),
          );
          return;
        }
        wholeBody(answer, maxBytes).then((bytes) => {
          clearTimeout(deadline);
          resolve({
            url,
            method,
            statusCode: status,
            statusMessage: answer.statusMessage ?? '',
            headers: headersOf(answer),
            body: once(bytes),
          });
        }, fail);
      },
    );
    const deadline = setTimeout(() => outgoing.destroy(new Error(`no whole answer in ${totalMs} ms`)), totalMs);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${idleMs} ms`)));
    outgoing.on('error', fail);
    outgoing.end(body);
  });

/** What cannot be read, or does not fit together, sends nothing: without it the remote would take us for nobody. */
const identityOf = (client: HttpClientOptions['client']): ClientIdentity => {
  try {
    return client?.() ?? {};
  } catch (cause) {
    throw away(`its client certificate cannot be used: ${(cause as Error).message}`);
  }
};

const sent = async (...[asked, body, sending]: Parameters<typeof send>): Promise<GitHttpResponse> => {
  try {
    return await send(asked, body, sending);
  } catch (cause) {
    // A certificate that is none throws before anything is connected.
    throw cause instanceof GitFault ? cause : away((cause as NodeJS.ErrnoException).code ?? (cause as Error).message);
  }
};

/** An HTTP client of the library. */
export const httpClient = ({ ca: caFile, client, egress, ...limits }: HttpClientOptions = {}): HttpClient => ({
  request: async (asked) => {
    const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8').catch(() => undefined);
    if (caFile !== undefined && ca === undefined)
      throw new GitFault('unreachable', `the certificate file \`${caFile}\` cannot be read`);
    return sent(asked, await bodyOf(asked.body), { ...limits, ...identityOf(client), ...present({ ca, egress }) });
  },
});
