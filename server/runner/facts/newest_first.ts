import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type { EvidenceFound, EvidenceLog, EvidenceQuery } from '../ports';

type Entry = EvidenceFound['entries'][number];

const PAGE = 1_000;

/**
 * Every record from a moment on, newest first, page by page, so that whoever reads only so many has the youngest. What
 * is written meanwhile is not seen.
 */
export async function* newestFirst(
  evidence: Pick<EvidenceLog, 'find'>,
  query: Omit<EvidenceQuery, 'limit' | 'offset' | 'order'>,
  page = PAGE,
): AsyncGenerator<Entry> {
  let { to } = query;
  let offset = 0;
  let seen: ReadonlySet<string> = new Set();
  for (;;) {
    const span = { ...query, ...present({ to }) };
    const { entries } = await evidence.find({ ...span, limit: page, offset, order: 'newest' });
    for (const entry of entries) if (!seen.has(entry.id)) yield entry;
    const last = entries[entries.length - 1];
    if (!last || entries.length < page) return;
    // Search pages only so deep: the next page ends at the moment where this one did, without what was seen of it.
    const next = iso(Date.parse(last.at) + 1);
    offset = next === to ? offset + page : 0;
    seen = new Set([...seen, ...entries.map(({ id }) => id)].slice(-2 * page));
    to = next;
  }
}
