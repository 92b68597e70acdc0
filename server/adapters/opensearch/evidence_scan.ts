import { present } from '../../../common/present';
import type { EvidenceFamily, EvidenceFound, EvidenceLog } from '../../runner/ports';
import { conditionOf, sortOf } from './evidence_query';

/* Reads records page by page: it goes on after the last one of a page, and sees what comes meanwhile. */

export type Found = EvidenceFound['entries'][number];

/** A record as a search shows it; without its content where only the id was asked for. */
export interface EvidenceHit {
  readonly _id: string;
  readonly _index: string;
  readonly _source: { readonly '@timestamp': string; readonly record: string };
  readonly sort: readonly unknown[];
}

type Search = (
  family: EvidenceFamily,
  body: Readonly<Record<string, unknown>>,
) => Promise<{ readonly hits: { readonly hits: readonly EvidenceHit[] } }>;

const PAGE = 200;
/** A page of ids alone. */
const IDS_PAGE = 2_000;

export const entryOf = ({ _id: id, _source: source }: EvidenceHit): Found => ({
  id,
  at: source['@timestamp'],
  body: JSON.parse(source.record) as Found['body'],
});

/** Records by their ids, oldest first. What a search does not show yet is left out: it comes with a later scan. */
async function* whole(search: Search, family: EvidenceFamily, ids: readonly string[]): AsyncIterable<Found> {
  for (let first = 0; first < ids.length; first += PAGE) {
    const values = ids.slice(first, first + PAGE);
    const query = { ids: { values } };
    const { hits } = await search(family, { query, sort: sortOf('oldest'), size: values.length });
    for (const hit of hits.hits) yield entryOf(hit);
  }
}

/**
 * Every record that a query finds, oldest first.
 *
 * @param isKnown records that are left out; of these only the id is read
 * @throws StoreUnavailable
 */
export async function* scanEvidence(
  search: Search,
  ...[query, isKnown]: Parameters<EvidenceLog['scan']>
): AsyncIterable<Found> {
  const size = isKnown === undefined ? PAGE : IDS_PAGE;
  let after: readonly unknown[] | undefined;
  for (;;) {
    const { hits } = await search(query.family, {
      query: conditionOf(query),
      sort: sortOf('oldest'),
      size,
      track_total_hits: false,
      ...present({ search_after: after, _source: isKnown === undefined ? undefined : false }),
    });
    if (isKnown === undefined) for (const hit of hits.hits) yield entryOf(hit);
    else {
      const ids = hits.hits.map(({ _id }) => _id);
      yield* whole(
        search,
        query.family,
        ids.filter((id) => !isKnown(id)),
      );
    }
    after = hits.hits[hits.hits.length - 1]?.sort;
    if (after === undefined || hits.hits.length < size) return;
  }
}
