import { StoreUnavailable } from '../../runner/ports';
import { faultOf, isUnavailable } from './answer';
import type { OpenSearchTransport } from './transport';

/** One action of a bulk: its line, and the line of its document or its change unless it deletes. */
export interface BulkAction {
  readonly verb: 'create' | 'index' | 'delete' | 'update';
  readonly meta: Readonly<Record<string, unknown>>;
  readonly source?: Readonly<Record<string, unknown>>;
}

/** What became of one action. `refused`: nothing was written, and trying again does not help. */
export type BulkItem =
  | {
      readonly kind: 'written';
      readonly seqNo: number;
      readonly primaryTerm: number;
      /** The document, where an update asked for it. */
      readonly source?: unknown;
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly message: string; readonly type: string };

interface BulkRequest {
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | number | boolean>>;
  readonly timeoutMs: number;
}

/** Managed clusters limit a request to 10 MB on small nodes. */
export const MOST_BULK_BYTES = 8_000_000;

/** The whole bulk was looked at and turned down: malformed, or too large. */
const REFUSED: readonly number[] = [400, 413];

const textOf = ({ verb, meta, source }: BulkAction): string =>
  `${JSON.stringify({ [verb]: meta })}\n${source === undefined ? '' : `${JSON.stringify(source)}\n`}`;

/** Groups texts in order so that each group, joined, is at most so many bytes; a longer text goes alone. */
export const inPortions = (texts: readonly string[], mostBytes: number): ReadonlyArray<readonly string[]> => {
  const portions: string[][] = [];
  let bytes = Infinity;
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    if (bytes + length > mostBytes) {
      portions.push([]);
      bytes = 0;
    }
    bytes += length;
    portions[portions.length - 1]?.push(text);
  }
  return portions;
};

interface RawItem {
  readonly status: number;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly get?: { readonly _source?: unknown };
}

const itemOf = (raw: RawItem | undefined): BulkItem => {
  if (raw === undefined) throw new StoreUnavailable('OpenSearch answered a bulk without all of its items');
  const { status, _seq_no: seqNo, _primary_term: primaryTerm, get } = raw;
  if (status < 300 && seqNo !== undefined && primaryTerm !== undefined)
    return { kind: 'written', seqNo, primaryTerm, ...(get === undefined ? {} : { source: get._source }) };
  if (status === 409) return { kind: 'conflict' };
  const fault = faultOf(raw);
  // An index that is gone is the store that is gone; and after a missing shard nobody knows what was written.
  if (isUnavailable(status, fault.type) || fault.type === 'index_not_found_exception')
    throw new StoreUnavailable(`OpenSearch answered ${status} to an item of a bulk: ${fault.text}`);
  return { kind: 'refused', message: fault.text, type: fault.type };
};

/** A request that is refused as a whole wrote nothing: it goes again in halves, until it is known which one it was. */
const sendPortion = async (
  transport: OpenSearchTransport,
  request: BulkRequest,
  texts: readonly string[],
): Promise<readonly BulkItem[]> => {
  const { path, querystring, timeoutMs } = request;
  const answer = await transport.request(
    { method: 'POST', path, bulkBody: texts.join(''), querystring: { ...querystring } },
    { timeoutMs },
  );
  if (answer.status < 400) {
    const raw = (answer.body as { items?: ReadonlyArray<Record<string, RawItem>> } | undefined)?.items;
    return texts.map((_, index) => itemOf(Object.values(raw?.[index] ?? {})[0]));
  }
  const { text: message, type } = faultOf(answer.body);
  if (!REFUSED.includes(answer.status))
    throw new StoreUnavailable(`OpenSearch answered ${answer.status} to a bulk: ${message}`);
  if (texts.length === 1) return [{ kind: 'refused', message, type }];
  const half = Math.ceil(texts.length / 2);
  const first = await sendPortion(transport, request, texts.slice(0, half));
  return [...first, ...(await sendPortion(transport, request, texts.slice(half)))];
};

/**
 * Writes actions in order, each by itself; large bulks go as several requests, one after the other.
 *
 * @returns one item per action, in order
 * @throws StoreUnavailable if any item's fate is unknown
 */
export const sendBulk = async (
  transport: OpenSearchTransport,
  { path, querystring, timeoutMs }: BulkRequest,
  actions: readonly BulkAction[],
): Promise<readonly BulkItem[]> => {
  const items: BulkItem[] = [];
  for (const portion of inPortions(actions.map(textOf), MOST_BULK_BYTES))
    items.push(...(await sendPortion(transport, { path, querystring: { ...querystring }, timeoutMs }, portion)));
  return items;
};
