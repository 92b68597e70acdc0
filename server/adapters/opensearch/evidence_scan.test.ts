import { scanEvidence, type EvidenceHit } from './evidence_scan';

/* A follower reads a span again and again: what it knows already must not be sent to it again. */

const hitOf = (number: number): EvidenceHit => ({
  _id: `d${number}`,
  _index: 'reflex-decisions-2026.11.22',
  _source: { '@timestamp': '2026-11-22T10:00:00.000Z', record: JSON.stringify({ number }) },
  sort: [number],
});

/** Answers like OpenSearch, and notes how many records were sent whole. */
const evidenceOf = (count: number) => {
  const all = Array.from({ length: count }, (_, number) => hitOf(number));
  const sent = { searches: 0, whole: 0 };
  const search: Parameters<typeof scanEvidence>[0] = async (_family, body) => {
    const {
      size,
      search_after: after,
      _source: source,
      query,
    } = body as {
      size: number;
      search_after?: readonly number[];
      _source?: false;
      query: { ids?: { values: readonly string[] } };
    };
    const wanted = query.ids?.values;
    const hits = all
      .filter(({ _id, sort }) => (wanted?.includes(_id) ?? true) && Number(sort[0]) > (after?.[0] ?? -1))
      .slice(0, size);
    sent.searches += 1;
    if (source !== false) sent.whole += hits.length;
    return { hits: { hits } };
  };
  return { search, sent };
};

const numbersOf = async (found: ReturnType<typeof scanEvidence>): Promise<readonly unknown[]> => {
  const numbers: unknown[] = [];
  for await (const { body } of found) numbers.push(body.number);
  return numbers;
};

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

describe('a scan of the evidence', () => {
  it('reads everything whole where nothing is said of what is known', async () => {
    const { search, sent } = evidenceOf(450);
    expect(await numbersOf(scanEvidence(search, { family: 'decisions' }))).toEqual(upTo(450));
    expect(sent).toEqual({ searches: 3, whole: 450 });
  });

  it('reads only the ids of what is known, and leaves it out', async () => {
    const { search, sent } = evidenceOf(5_000);
    const isKnown = (id: string): boolean => id !== 'd17' && id !== 'd4321';
    expect(await numbersOf(scanEvidence(search, { family: 'decisions' }, isKnown))).toEqual([17, 4321]);
    expect(sent).toEqual({ searches: 5, whole: 2 });
  });

  it('reads everything else, however much that is', async () => {
    const { search } = evidenceOf(4_000);
    expect(await numbersOf(scanEvidence(search, { family: 'decisions' }, () => false))).toEqual(upTo(4_000));
  });
});
