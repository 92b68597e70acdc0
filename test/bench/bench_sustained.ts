import { evidenceIndexOf, evidencePatternOf, stateIndexOf } from '../../server/adapters/opensearch/definitions';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { rounded } from './figures';
import type { ReflexClient } from './reflex_client';

/** Events per second until all their records are there, beside the same documents written with `_bulk` alone. */
interface SustainedFigures {
  readonly events: number;
  readonly documents: number;
  readonly reflex_events_per_s: number;
  readonly raw_bulk_events_per_s: number;
  readonly ratio: number;
}

const EVENTS = 20_000;
const PER_REQUEST = 100;
const SENDERS = 8;
const RAW_PER_REQUEST = 500;
const RAW_SENDERS = 4;
const PATIENCE_MS = 120_000;
const PAGE = 1_000;

const eventOf = (index: number): object => ({
  event_id: `sustained-${index}`,
  timestamp: new Date().toISOString(),
  confidence: 0.4,
  severity: 'low',
  source: { ip: `198.51.${Math.floor(index / 200) % 250}.${(index % 200) + 1}` },
  rule: { id: `rule-${index % 50}`, name: 'a rule that no policy is about' },
});

/** Works through numbers 0, `step`, 2 × `step` … below `end` with several workers. */
const inParallel = async (
  workers: number,
  { step, end }: { readonly step: number; readonly end: number },
  work: (from: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < end) {
      const from = next;
      next += step;
      await work(from);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
};

interface Kept {
  readonly _id: string;
  readonly _source: object;
}

const isOfTheRun = { prefix: { 'event.id': 'sustained-' } };

const decisionsOf = (node: OpenSearchTransport, path: string, body: object) =>
  node.request({ method: 'POST', path: `/${evidencePatternOf('decisions')}/${path}`, body: { ...body } });

const untilRecorded = async (node: OpenSearchTransport): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  let found = 0;
  while (performance.now() < until) {
    const { body } = await decisionsOf(node, '_count', { query: isOfTheRun });
    found = (body as { count: number }).count;
    if (found >= EVENTS) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`only ${found} of ${EVENTS} decisions were recorded`);
};

/** Every document that matches, in pages; `by` is a field with a value of its own in each. */
const documentsOf = async (
  node: OpenSearchTransport,
  index: string,
  { query, by }: { readonly query: object; readonly by: string },
): Promise<readonly Kept[]> => {
  const all: Kept[] = [];
  let after: readonly unknown[] | undefined;
  for (;;) {
    const { body } = await node.request(
      {
        method: 'POST',
        path: `/${index}/_search`,
        body: { size: PAGE, sort: [{ [by]: 'asc' }], query, ...(after ? { search_after: after } : {}) },
      },
      { timeoutMs: 30_000 },
    );
    const { hits } = (body as { hits: { hits: ReadonlyArray<Kept & { sort: readonly unknown[] }> } }).hits;
    all.push(...hits);
    after = hits.at(-1)?.sort;
    if (hits.length < PAGE) return all;
  }
};

/** An empty index with the settings and mappings of another. */
const createLike = async (node: OpenSearchTransport, like: string, name: string): Promise<void> => {
  const { body } = await node.request({ method: 'GET', path: `/${like}` });
  const found = Object.values(
    body as Record<string, { mappings: object; settings: { index: Record<string, unknown> } }>,
  )[0];
  if (!found) throw new Error(`there is no index \`${like}\``);
  const { uuid: _u, provided_name: _p, creation_date: _c, version: _v, ...settings } = found.settings.index;
  await node.request({
    method: 'PUT',
    path: `/${name}`,
    body: { mappings: found.mappings, settings: { index: settings } },
  });
};

const rawBulk = async (
  node: OpenSearchTransport,
  parts: ReadonlyArray<readonly [string, readonly Kept[]]>,
): Promise<number> => {
  const lines = parts.flatMap(([index, documents]) =>
    documents.map(
      ({ _id, _source }) => `${JSON.stringify({ create: { _index: index, _id } })}\n${JSON.stringify(_source)}\n`,
    ),
  );
  const began = performance.now();
  await inParallel(RAW_SENDERS, { step: RAW_PER_REQUEST, end: lines.length }, async (from) => {
    const bulkBody = lines.slice(from, from + RAW_PER_REQUEST).join('');
    const { body } = await node.request({ method: 'POST', path: '/_bulk', bulkBody }, { timeoutMs: 60_000 });
    if ((body as { errors: boolean }).errors) throw new Error('the raw bulk was refused');
  });
  return performance.now() - began;
};

/** Sends many small events as senders in earnest do, then writes what they left behind once more by hand. */
export const benchSustained = async (reflex: ReflexClient, node: OpenSearchTransport): Promise<SustainedFigures> => {
  const began = performance.now();
  await inParallel(SENDERS, { step: PER_REQUEST, end: EVENTS }, (from) =>
    reflex.send(Array.from({ length: PER_REQUEST }, (_, n) => eventOf(from + n))),
  );
  await untilRecorded(node);
  const took = performance.now() - began;
  const today = evidenceIndexOf('decisions', new Date().toISOString());
  const records = await documentsOf(node, today, { query: isOfTheRun, by: 'event.id' });
  const cases = await documentsOf(node, stateIndexOf(), { query: { term: { kind: 'case' } }, by: 'write_id' });
  await createLike(node, today, 'bench-decisions');
  await createLike(node, stateIndexOf(), 'bench-state');
  const rawTook = await rawBulk(node, [
    ['bench-decisions', records],
    ['bench-state', cases],
  ]);
  const [ours, raw] = [EVENTS / (took / 1000), EVENTS / (rawTook / 1000)];
  return {
    events: EVENTS,
    documents: records.length + cases.length,
    reflex_events_per_s: rounded(ours),
    raw_bulk_events_per_s: rounded(raw),
    ratio: rounded(ours / raw),
  };
};
