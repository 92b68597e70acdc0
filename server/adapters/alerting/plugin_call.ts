import {
  StoreUnavailable,
  type ClusterRequest,
  type ClusterTransport,
  type ListNote,
  type Saved,
  type SourceLookup,
} from '../../runner/ports';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * Calls to the plugins of OpenSearch, whose refusals mean more than "not now": missing plugin, missing right, conflict.
 */

type PluginAnswer =
  | { readonly kind: 'ok'; readonly body: JsonObject }
  | { readonly kind: 'not_installed' }
  | { readonly kind: 'not_permitted'; readonly message: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly message: string };

const LONG_MS = 15_000;
const MOST_TEXT = 500;

export const jsonOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
export const objectsOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

/** Why a plugin refused, in its own words. */
export const reasonOf = (body: unknown): string => {
  const { error } = jsonOf(body);
  const text = typeof error === 'string' ? error : stringOf(jsonOf(error).reason);
  return (text === '' ? 'no reason given' : text).slice(0, MOST_TEXT);
};

const isUnknownRoute = (status: number, reason: string): boolean =>
  status === 405 || (status === 400 && reason.startsWith('no handler found'));

/** @throws StoreUnavailable if there was no answer, or if OpenSearch cannot do this now */
export const callPlugin = async (transport: ClusterTransport, request: ClusterRequest): Promise<PluginAnswer> => {
  const { status, body } = await transport.request(request, { timeoutMs: LONG_MS, anyAnswer: true });
  if (status >= 200 && status < 300) return { kind: 'ok', body: jsonOf(body) };
  const reason = reasonOf(body);
  if (isUnknownRoute(status, reason)) return { kind: 'not_installed' };
  if (status === 401 || status === 403) return { kind: 'not_permitted', message: reason };
  if (status === 404) return { kind: 'missing' };
  if (status === 409) return { kind: 'conflict' };
  if (status === 400) return { kind: 'refused', message: reason };
  throw new StoreUnavailable(`OpenSearch answered ${status} to ${request.method} ${request.path}: ${reason}`);
};

/** What became of a write, by its answer. */
export const savedOf = (answer: PluginAnswer): Saved => {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'saved' };
    case 'conflict':
    case 'missing':
      return { kind: answer.kind };
    case 'not_installed':
      return { kind: 'refused', message: 'the plugin is not installed' };
    case 'not_permitted':
      return { kind: 'refused', message: `Reflex' user may not do this: ${answer.message}` };
    case 'refused':
      return answer;
  }
};

/** What looking one thing up came to, by an answer that is not the thing. */
export const notFoundOf = (answer: Exclude<PluginAnswer, { kind: 'ok' }>): Exclude<SourceLookup, { kind: 'found' }> => {
  switch (answer.kind) {
    case 'missing':
      return { kind: 'missing' };
    case 'conflict':
      return { kind: 'refused', message: 'it is being changed right now' };
    case 'not_installed':
      return { kind: 'refused', message: 'the plugin is not installed' };
    case 'not_permitted':
      return { kind: 'refused', message: `Reflex' user may not see it: ${answer.message}` };
    case 'refused':
      return answer;
  }
};

export interface Hit {
  readonly id: string;
  readonly version: number;
  readonly seqNo: number | undefined;
  readonly primaryTerm: number | undefined;
  readonly source: JsonObject;
}

export interface Found {
  readonly hits: readonly Hit[];
  readonly notes: readonly ListNote[];
}

const hitOf = (hit: JsonObject): Hit => ({
  id: stringOf(hit._id),
  version: numberOf(hit._version) ?? 0,
  seqNo: numberOf(hit._seq_no),
  primaryTerm: numberOf(hit._primary_term),
  source: jsonOf(hit._source),
});

interface Listing {
  readonly part: ListNote['part'];
  /** What is listed, for the notes. */
  readonly what: string;
  readonly path: string;
}

const MOST_LISTED = 1_000;

/** Lists by a plugin's own search. What cannot be listed is a note, never an error: the rest is shown all the same. */
export const listByPlugin = async (transport: ClusterTransport, { part, what, path }: Listing): Promise<Found> => {
  const note = (code: ListNote['code'], text: string): Found => ({ hits: [], notes: [{ part, code, text }] });
  const request: ClusterRequest = { method: 'POST', path, body: { size: MOST_LISTED, query: { match_all: {} } } };
  const answer = await callPlugin(transport, request);
  switch (answer.kind) {
    case 'ok': {
      const hits = jsonOf(answer.body.hits);
      const total = numberOf(jsonOf(hits.total).value) ?? 0;
      const found = objectsOf(hits.hits).map(hitOf);
      const text = `only ${found.length} of ${total} ${what} are listed`;
      return { hits: found, notes: total > found.length ? [{ part, code: 'truncated', text }] : [] };
    }
    case 'not_installed':
      return note('not_installed', `this OpenSearch has no ${what}: the plugin is not installed`);
    case 'not_permitted':
      return note('not_permitted', `${what} cannot be listed, Reflex' user may not: ${answer.message}`);
    // The plugin makes its index with the first thing that is kept in it.
    case 'missing':
      return { hits: [], notes: [] };
    case 'conflict':
      return note('failed', `${what} cannot be listed right now`);
    case 'refused':
      return note('failed', `${what} cannot be listed: ${answer.message}`);
  }
};
