import { received } from '../../../test/builders/events';
import { HistoryBook } from './history';
import { SourceLabels } from './source_labels';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const of = (case_id: string, source = 'm1') => received({}, { case_id, intake: { type: 'alerting', id: source } });
const within = (labels: SourceLabels, source = 'm1') => labels.within(of('x', source), NOW, 30 * DAY);

describe('labels of a source', () => {
  it('count each event once, by whichever way and how often it is heard', () => {
    const labels = new SourceLabels();
    for (const at of [NOW - 3, NOW - 2]) labels.note(of('a'), 'false_positive', at);
    labels.note(of('b'), 'true_positive', NOW - 1);
    labels.note(of('c', 'm2'), 'benign', NOW - 1);
    expect([within(labels), within(labels, 'm2'), within(labels, 'm3')]).toEqual([2, 1, 0]);
  });

  it.each(['test', 'duplicate', 'insufficient_data'] as const)('take `%s` for no judgement, also later', (label) => {
    const labels = new SourceLabels();
    labels.note(of('a'), label, NOW - 2);
    expect(within(labels)).toBe(0);
    labels.note(of('b'), 'true_positive', NOW - 2);
    labels.note(of('b'), label, NOW - 1);
    expect(within(labels)).toBe(0);
  });

  it('forget what is older than a month', () => {
    const labels = new SourceLabels();
    labels.note(of('a'), 'true_positive', NOW - 31 * DAY);
    expect(within(labels)).toBe(0);
  });

  it('stand in what a decision looks up, and leave it as it was where there are none', () => {
    const book = new HistoryBook();
    expect(book.factsFor(of('x'), NOW)).not.toHaveProperty('source_labels_30d');
    book.noteLabel(of('a'), 'benign', NOW - 1);
    expect(book.factsFor(of('x'), NOW)).toMatchObject({ source_labels_30d: 1 });
  });
});
