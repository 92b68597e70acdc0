import { received } from '../../../test/builders/events';
import type { ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { glimpseOf } from './glimpse';
import { HistoryBook } from './history';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
let cases = 0;
/** An event about an address, told by a source so many minutes ago. */
const about = (ip: string, source = 'siem', minutes = 0, rule = 'r'): ReceivedEvent =>
  received(
    { event_id: `e${(cases += 1)}`, source: { ip }, rule: { id: rule } },
    { received_at: iso(NOW - minutes * 60_000), intake: { type: 'webhook', id: source } },
  );
const eventsOf = (book: HistoryBook, ip: string): number => book.factsFor(about(ip), NOW).src.events_24h;

describe('what is remembered of many entities', () => {
  it('are those used last, not those first seen', () => {
    const book = new HistoryBook(150);
    for (let n = 0; n < 40; n += 1) {
      book.noteEvent(about('203.0.113.1'));
      for (let k = 0; k < 10; k += 1) book.noteEvent(about(`198.51.100.${(n * 10 + k) % 250}`));
    }
    expect(eventsOf(book, '203.0.113.1')).toBe(40);
  });

  it('cannot be flushed by one source', () => {
    const book = new HistoryBook(300);
    for (let n = 0; n < 50; n += 1) book.noteEvent(about(`203.0.113.${n}`, 'siem'));
    for (let n = 0; n < 5_000; n += 1) book.noteEvent(about(`10.1.${Math.floor(n / 250)}.${n % 250}`, 'flooder'));
    const kept = Array.from({ length: 50 }, (_, n) => eventsOf(book, `203.0.113.${n}`)).filter((count) => count > 0);
    expect(kept).toHaveLength(50);
  });

  it('cannot be flushed by naming first what others told, either', () => {
    const book = new HistoryBook(300);
    for (let n = 0; n < 50; n += 1) book.noteEvent(about(`203.0.113.${n}`, 'siem'));
    for (let n = 0; n < 50; n += 1) book.noteEvent(about(`203.0.113.${n}`, 'flooder'));
    for (let n = 0; n < 5_000; n += 1) book.noteEvent(about(`10.1.${Math.floor(n / 250)}.${n % 250}`, 'flooder'));
    expect(Array.from({ length: 50 }, (_, n) => eventsOf(book, `203.0.113.${n}`))).toEqual(Array(50).fill(2));
  });

  it('is shared evenly between two that tell much, beside one that tells little', () => {
    const book = new HistoryBook(100);
    for (let n = 0; n < 90; n += 1) book.noteEvent(about(`203.0.113.${n}`, 'siem'));
    book.noteEvent(about('198.51.100.1', 'small'));
    for (let n = 0; n < 1_000; n += 1) book.noteEvent(about(`10.1.${Math.floor(n / 250)}.${n % 250}`, 'flooder'));
    const kept = Array.from({ length: 90 }, (_, n) => eventsOf(book, `203.0.113.${n}`)).filter((count) => count > 0);
    expect(kept.length).toBeGreaterThanOrEqual(48);
  });

  it('comes back to those who tell after a flood', () => {
    const book = new HistoryBook(200);
    for (let n = 0; n < 1_000; n += 1) book.noteEvent(about(`10.1.${Math.floor(n / 250)}.${n % 250}`, 'flooder'));
    for (let n = 0; n < 50; n += 1) book.noteEvent(about(`203.0.113.${n}`, 'siem'));
    expect(eventsOf(book, '203.0.113.0')).toBe(1);
  });
});

describe('what is remembered of one entity', () => {
  it('is the same in whichever order it is heard', () => {
    const events = Array.from({ length: 100 }, (_, n) => about('203.0.113.1', 'siem', n));
    const [forth, back] = [new HistoryBook(), new HistoryBook()];
    for (const event of events) forth.noteEvent(event);
    for (const event of [...events].reverse()) back.noteEvent(event);
    const asked = about('203.0.113.1');
    expect(forth.factsFor(asked, NOW)).toEqual(back.factsFor(asked, NOW));
    const [thing] = forth.factsFor(asked, NOW).entities ?? [];
    expect([thing?.sightings_ms.length, thing?.sightings_ms[0]]).toEqual([64, 0]);
  });

  it('stays small whatever a source says of it', () => {
    const book = new HistoryBook();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 20_000; n += 1) {
      const event = about('203.0.113.1', 'siem', 0, `r${n}`);
      book.noteEvent({ ...event, event: { ...event.event, tags: [`domain:d${n}`] } }).keep();
    }
    const facts = book.factsFor(about('203.0.113.1'), NOW);
    expect([facts.src.events_24h, facts.domains.length <= 17]).toEqual([20_000, true]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  });

  it('counts what was done about a case once, however often that is heard', () => {
    const book = new HistoryBook();
    const event = about('203.0.113.1');
    for (let n = 0; n < 3; n += 1) book.noteAct(event, NOW);
    book.noteAct(about('203.0.113.1'), NOW);
    expect(book.factsFor(event, NOW).src.acts_1h).toBe(2);
  });

  it('is forgotten after a month', () => {
    const book = new HistoryBook();
    book.noteEvent(about('203.0.113.1'));
    for (let n = 0; n < 5; n += 1) book.tidy(NOW + 40 * 86_400_000);
    expect(eventsOf(book, '203.0.113.1')).toBe(0);
  });
});

describe('an event that is noted before it is decided', () => {
  const factsOf = (book: HistoryBook): unknown => book.factsFor(about('203.0.113.1', 'other', 0, 'r'), NOW);
  const event = about('203.0.113.1', 'siem', 5);
  /** The same id, with another content. */
  const forged: ReceivedEvent = { ...about('203.0.113.1', 'siem', 1, 'other rule'), case_id: event.case_id };

  it('leaves no trace when it is taken back', () => {
    const book = new HistoryBook();
    const before = factsOf(book);
    book.noteEvent(event).takeBack();
    expect(factsOf(book)).toEqual(before);
    book.noteEvent(event).keep();
    expect(eventsOf(book, '203.0.113.1')).toBe(1);
  });

  it('is not taken back by one that came later under the same id', () => {
    const [book, right] = [new HistoryBook(), new HistoryBook()];
    right.noteEvent(event).keep();
    const [first, second] = [book.noteEvent(event), book.noteEvent(forged)];
    second.takeBack();
    first.keep();
    book.noteEvent(forged).takeBack();
    expect(factsOf(book)).toEqual(factsOf(right));
  });

  it('gives way to one under the same id that was faster', () => {
    const [book, right] = [new HistoryBook(), new HistoryBook()];
    right.noteEvent(event).keep();
    const [first, second] = [book.noteEvent(forged), book.noteEvent(event)];
    second.keep();
    first.takeBack();
    expect(factsOf(book)).toEqual(factsOf(right));
  });

  it('gives way to what the evidence tells of its case', () => {
    const [book, right] = [new HistoryBook(), new HistoryBook()];
    right.noteEvent(event).keep();
    const note = book.noteEvent(forged);
    book.note(glimpseOf(event));
    note.takeBack();
    expect(factsOf(book)).toEqual(factsOf(right));
  });

  it('leaves the one beside it under the same id, also where both are the same object', () => {
    const book = new HistoryBook();
    const [first, second] = [book.noteEvent(event), book.noteEvent(event)];
    second.takeBack();
    expect(eventsOf(book, '203.0.113.1')).toBe(1);
    first.keep();
    expect(eventsOf(book, '203.0.113.1')).toBe(1);
  });

  it('is told to whoever waits for what it names', () => {
    const book = new HistoryBook();
    const told: unknown[] = [];
    book.onSighting((sighting) => void told.push(sighting));
    for (let n = 0; n < 2; n += 1) book.noteEvent(event).keep();
    expect(told).toEqual([{ names: ['ip:203.0.113.1'], caseId: event.case_id }]);
  });
});
