import { ConflictBook } from './conflict_book';

describe('events under the identity of another one', () => {
  let now = 0;
  const book = (): ConflictBook => new ConflictBook({ monotonic: () => now });
  const of = (id: string) => ({ type: 'webhook', id }) as const;

  it('are told by source, with how many', () => {
    const one = book();
    expect(one.troubles).toEqual([]);
    one.note(of('siem'));
    expect(one.troubles).toMatchObject([{ code: 'conflicting_events', text: expect.stringMatching(/^1 event has/) }]);
    for (const id of ['a', 'b', 'c', 'siem']) one.note(of(id));
    expect(one.troubles[0]?.text).toMatch(/^5 events have .*: webhook:siem \(2\), .* and 1 more sources;/);
  });

  it('are told for an hour after the last one', () => {
    const one = book();
    one.note(of('siem'));
    now += 3_600_000;
    expect(one.troubles).toHaveLength(1);
    now += 1;
    expect(one.troubles).toEqual([]);
  });
});
