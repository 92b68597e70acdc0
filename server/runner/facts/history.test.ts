import { received } from '../../../test/builders/events';
import type { ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { HistoryBook } from './history';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
let cases = 0;
/** An event about an address, told by a source so many minutes ago. */
const about = (ip: string, source = 'siem', minutes = 0): ReceivedEvent =>
  received(
    { event_id: `e${(cases += 1)}`, source: { ip } },
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
    expect(forth.factsFor(asked, NOW).sightings_ms).toHaveLength(64);
    expect(forth.factsFor(asked, NOW).sightings_ms[0]).toBe(0);
  });

  it('stays small whatever a source says of it', () => {
    const book = new HistoryBook();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 20_000; n += 1) {
      const event = about('203.0.113.1');
      book.noteEvent({ ...event, event: { ...event.event, rule: { id: `r${n}` }, tags: [`domain:d${n}`] } });
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
