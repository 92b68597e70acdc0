import { LeftOutBook } from './left_out';

const SIEM = { type: 'webhook', id: 'siem' } as const;

/** A registry whose clock is set by hand, UTC ms. */
const bookAt = () => {
  let utc = Date.parse('2026-11-22T10:00:00.000Z');
  const book = new LeftOutBook({ utc: () => utc });
  return { book, wait: (ms: number) => void (utc += ms) };
};

describe('what is left out of the documents of a source', () => {
  it('is counted by why and by place, the most frequent first', () => {
    const { book } = bookAt();
    book.note(SIEM, { why: 'mended', path: 'file.path', how: 'left_out', text: '/x' });
    for (let n = 0; n < 3; n += 1) book.note(SIEM, { why: 'not_ours', path: 'event_type', how: 'other', text: 'flow' });
    book.note(SIEM, { why: 'beyond', path: 'alerts', count: 40 });
    expect(book.counts(SIEM)).toMatchObject({ mended: 1, not_ours: 3, beyond: 40, cut: 0 });
    expect(book.rows(SIEM).map(({ why, path, count }) => [why, path, count])).toEqual([
      ['beyond', 'alerts', 40],
      ['not_ours', 'event_type', 3],
      ['mended', 'file.path', 1],
    ]);
    expect(book.counts({ type: 'webhook', id: 'other' })).toMatchObject({ not_ours: 0 });
    expect(book.rows({ type: 'webhook', id: 'other' })).toEqual([]);
  });

  it('tells apart how a place was mended', () => {
    const { book } = bookAt();
    book.note(SIEM, { why: 'mended', path: 'tags', how: 'several' });
    book.note(SIEM, { why: 'mended', path: 'tags', how: 'left_out' });
    expect(book.rows(SIEM).map(({ how }) => how)).toEqual(['several', 'left_out']);
  });

  it('keeps the last three examples, at most one a second', () => {
    const { book, wait } = bookAt();
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      book.note(SIEM, { why: 'not_ours', path: 'kind', how: 'other', text, decision_id: `d-${text}` });
      book.note(SIEM, { why: 'not_ours', path: 'kind', how: 'other', text: 'at once' });
      wait(1_000);
    }
    const [row] = book.rows(SIEM);
    expect(row?.count).toBe(10);
    expect(row?.examples).toEqual([
      { at: '2026-11-22T10:00:04.000Z', text: 'e', decision_id: 'd-e' },
      { at: '2026-11-22T10:00:03.000Z', text: 'd', decision_id: 'd-d' },
      { at: '2026-11-22T10:00:02.000Z', text: 'c', decision_id: 'd-c' },
    ]);
  });

  it('shows no secret (INV-12) and only the beginning of a text', () => {
    const { book } = bookAt();
    book.note(SIEM, { why: 'mended', path: 'auth.token', how: 'left_out', text: 'hunter2' });
    book.note(SIEM, { why: 'mended', path: 'a', how: 'left_out', text: 'password=hunter2' });
    book.note(SIEM, { why: 'mended', path: 'b', how: 'left_out', text: 'x'.repeat(999) });
    const [token, pair, long] = book.rows(SIEM).map(({ examples }) => examples[0]?.text);
    expect([token, pair, long]).toEqual(['***', 'password=***', 'x'.repeat(256)]);
  });

  it('tells at most 64 places apart; the rest is counted together', () => {
    const { book } = bookAt();
    for (let n = 0; n < 100; n += 1) book.note(SIEM, { why: 'quarantined', path: `field-${n}` });
    const rows = book.rows(SIEM);
    expect(rows).toHaveLength(65);
    expect(rows[0]).toMatchObject({ why: 'quarantined', path: '…', count: 36 });
    expect(book.counts(SIEM).quarantined).toBe(100);
  });

  it('forgets the source that has been silent longest', () => {
    const { book } = bookAt();
    book.note(SIEM, { why: 'cut', path: '' });
    for (let n = 0; n < 1_000; n += 1) book.note({ type: 'webhook', id: `s${n}` }, { why: 'cut', path: '' });
    expect(book.counts(SIEM).cut).toBe(0);
    expect(book.counts({ type: 'webhook', id: 's0' }).cut).toBe(1);
  });
});
