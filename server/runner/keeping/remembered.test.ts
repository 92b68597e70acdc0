import type { StateDoc } from '../ports';
import { Remembered, weightOf } from './remembered';

const docOf = (id: string, content: unknown): StateDoc => ({
  id,
  version: { seqNo: 1, primaryTerm: 1 },
  kind: 'case',
  write_id: 'w',
  session: 's',
  owner: 's',
  ordinal: 1,
  facets: {},
  content,
  outbox: [],
});
const KIB = 'x'.repeat(1_024);
const remember = (book: Remembered, id: string, size: number): void =>
  book.set(id, { doc: docOf(id, { raw: KIB.repeat(size) }), knownSince: 0 });

describe('how much a value weighs', () => {
  it.each([
    ['nothing that is no object', 7, 8],
    ['a text, by its letters', 'ab', 28],
    ['a list, with what is in it', ['ab', 7], 32 + 28 + 8],
    ['an object, with its fields', { a: 'ab', b: {} }, 48 + (16 + 28) + (16 + 48)],
  ])('%s', (_note, value, bytes) => expect(weightOf(value)).toBe(bytes));

  it('is not nothing for a document that holds nothing: many of them have to leave as well', () => {
    const book = new Remembered(100 * 1_024);
    for (let n = 0; n < 300; n += 1) book.set(`none:${n}`, { doc: undefined, knownSince: 0 });
    book.trim(() => false);
    expect([book.has('none:0'), book.has('none:299')]).toEqual([false, true]);
  });
});

describe('what is remembered of documents', () => {
  it('is bounded by its weight, however few they are', () => {
    const book = new Remembered(100 * 1_024);
    for (let n = 0; n < 20; n += 1) remember(book, `big:${n}`, 10);
    book.trim(() => false);
    expect(Array.from({ length: 20 }, (_, n) => n).filter((n) => book.has(`big:${n}`))).toEqual([16, 17, 18, 19]);
  });

  it('holds many that are small', () => {
    const book = new Remembered(100 * 1_024);
    for (let n = 0; n < 60; n += 1) book.set(`small:${n}`, { doc: docOf(`small:${n}`, 1), knownSince: 0 });
    book.trim(() => false);
    expect(book.has('small:0')).toBe(true);
  });

  it('forgets those first that were written longest ago', () => {
    const book = new Remembered(50 * 1_024);
    for (const id of ['a', 'b', 'a', 'c']) remember(book, id, 10);
    book.trim(() => false);
    expect(['a', 'b', 'c'].filter((id) => book.has(id))).toEqual(['a', 'c']);
  });

  it('never forgets what is in use', () => {
    const book = new Remembered(10);
    for (const id of ['a', 'b']) remember(book, id, 10);
    book.trim((id) => id === 'a');
    expect([book.has('a'), book.has('b')]).toEqual([true, false]);
  });

  it('loses no weight for what it never held', () => {
    const book = new Remembered(50 * 1_024);
    for (let n = 0; n < 60_000; n += 1) book.forget(`none:${n}`);
    for (const id of ['a', 'b', 'c']) remember(book, id, 10);
    book.trim(() => false);
    expect(['a', 'b', 'c'].filter((id) => book.has(id))).toEqual(['b', 'c']);
  });

  it('weighs nothing any more once it is forgotten', () => {
    const book = new Remembered(50 * 1_024);
    for (let n = 0; n < 100; n += 1) {
      remember(book, 'a', 10);
      book.forget('a');
    }
    remember(book, 'b', 10);
    book.trim(() => false);
    expect(book.has('b')).toBe(true);
  });
});
