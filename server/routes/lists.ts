import { Readable } from 'stream';
import { getList, getListWithToken } from '../../common/api/routes';
import { PROBLEM_STATUS } from '../../common/api/contract';
import { present } from '../../common/present';
import { err, ok } from '../../common/result';
import type { ServedList } from '../runner/ports';
import { refusal } from '../runner/record/refusal';
import { serve, type Answered } from './bind';
import type { HostRequest } from './http';
import type { Serving } from './route_parts';

const headerOf = ({ headers }: HostRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Nobody learns from it which lists and devices there are. */
const NOBODY = refusal('unauthenticated', 'send the token of a device of this list');

const later = (code: 'unavailable' | 'overloaded', message: string, retryAfterS: number): Answered<unknown> => ({
  status: PROBLEM_STATUS[code],
  body: { code, message, retry_after_s: retryAfterS },
  headers: { 'retry-after': String(retryAfterS) },
});

/** Whether the device says that it has exactly this text. `*` says only that it has some. */
const hasIt = (request: HostRequest, etag: string): boolean =>
  (headerOf(request, 'if-none-match') ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);

/**
 * A list is handed over in pieces, each when the socket has room for it: what is written at once would count as handed
 * over while it still lies in this process.
 */
const CHUNK_BYTES = 16_384;

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** The list; `fetched` is called once all of it was handed over. Whoever only asks for the head fetches nothing. */
const wholeList = (
  { etag, contentType, body, fetched }: Extract<ServedList, { kind: 'list' }>,
  request: HostRequest,
): Answered<unknown> => {
  const bytes = Buffer.from(body);
  const stream = Readable.from(chunksOf(bytes), { objectMode: false, highWaterMark: CHUNK_BYTES });
  stream.once('end', fetched);
  // Hosts cut a part out of an answer whose length they know: who asks for a part gets the whole.
  const length = headerOf(request, 'range') === undefined ? String(bytes.length) : undefined;
  const headers = { etag, 'content-type': contentType, ...present({ 'content-length': length }) };
  return { status: 200, body: stream, headers: { ...headers, 'cache-control': 'no-cache' } };
};

const answerOf = (served: Exclude<ServedList, { kind: 'refused' }>, request: HostRequest): Answered<unknown> => {
  switch (served.kind) {
    case 'busy':
      return later('overloaded', 'this device asks too often', served.retryAfterS);
    case 'away':
      return later('unavailable', served.why, served.retryAfterS);
    case 'list':
      if (!hasIt(request, served.etag)) return wholeList(served, request);
      served.fetched();
      return { status: 304, body: '', headers: { etag: served.etag, 'cache-control': 'no-cache' } };
  }
};

/** Block lists that firewalls and resolvers fetch, each device with a token of its own. */
export const listRoutes = (parts: Serving<'blockLists'>): void => {
  const handle = async ({ name, token }: { readonly name: string; readonly token?: string }, request: HostRequest) => {
    const list = parts.standing().blockLists.named(name);
    if (list === undefined) return err(NOBODY);
    const asked = present({ pathToken: token, authorization: headerOf(request, 'authorization') });
    const served = await list.serve(asked);
    return served.kind === 'refused' ? err(NOBODY) : ok({ answered: answerOf(served, request) });
  };
  serve(parts, getList, ({ params, request }) => handle(params, request));
  serve(parts, getListWithToken, ({ params, request }) => handle(params, request));
};
