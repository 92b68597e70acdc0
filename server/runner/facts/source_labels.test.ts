import type { Label } from '../../../common/flow/feedback';
import { received } from '../../../test/builders/events';
import { isProven } from '../../engine/decision/source_proof';
import { HistoryBook } from './history';
import { leastShareMicro, SourceLabels } from './source_labels';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const of = (case_id: string, source = 'm1') => received({}, { case_id, intake: { type: 'alerting', id: source } });
const within = (labels: SourceLabels, source = 'm1') => labels.within(of('x', source), NOW, 30 * DAY);
const said = (label: Label, at: number, by = 'ana') => ({ label, by, at });

describe('labels of a source', () => {
  it('count each event once, by whichever way and how often it is heard', () => {
    const labels = new SourceLabels();
    for (const at of [NOW - 3, NOW - 2]) labels.note(of('a'), said('false_positive', at));
    labels.note(of('b'), said('false_positive', NOW - 1, 'bo'));
    labels.note(of('c', 'm2'), said('benign', NOW - 1));
    expect([within(labels)?.wrong, within(labels, 'm2')?.wrong, within(labels, 'm3')]).toEqual([2, 1, undefined]);
  });

  it.each(['test', 'duplicate', 'insufficient_data'] as const)('take `%s` for no judgement, also later', (label) => {
    const labels = new SourceLabels();
    labels.note(of('a'), said(label, NOW - 2));
    labels.note(of('b'), said('false_positive', NOW - 2));
    labels.note(of('b'), said(label, NOW - 1));
    expect(within(labels)).toBeUndefined();
  });

  it.each(['true_positive', 'test', 'duplicate'] as const)(
    'stand against what somebody else says later: `%s` takes nothing back',
    (label) => {
      const labels = new SourceLabels();
      labels.note(of('a'), said('false_positive', NOW - 2));
      labels.note(of('a'), said(label, NOW - 1, 'bo'));
      expect(within(labels)).toMatchObject({ right: 0, wrong: 1, people: 1 });
      // Whoever said it may.
      labels.note(of('a'), said('true_positive', NOW, ' ＡNA'));
      expect(within(labels)?.wrong ?? 0).toBe(0);
    },
  );

  it('keep who says wrong, however many say right', () => {
    const labels = new SourceLabels();
    labels.note(of('a'), said('false_positive', NOW - 100));
    for (let person = 0; person < 20; person += 1)
      labels.note(of('a'), said('true_positive', NOW - 20 + person, `person ${person}`));
    expect(within(labels)).toMatchObject({ right: 0, wrong: 1 });
  });

  it('forget what is older than a month', () => {
    const labels = new SourceLabels();
    labels.note(of('a'), said('true_positive', NOW - 31 * DAY));
    expect(within(labels)).toBeUndefined();
  });

  it('say nothing where somebody judges what they handed in themselves, however they are spelled', () => {
    const labels = new SourceLabels();
    labels.note(received({}, { case_id: 'a', intake: { type: 'analyst', id: 'Ana' } }), said('true_positive', NOW - 1));
    expect(labels.within(received({}, { intake: { type: 'analyst', id: 'Ana' } }), NOW, DAY)).toBeUndefined();
  });

  it('say nothing where somebody judges what came with a token of theirs', () => {
    const labels = new SourceLabels();
    const siem = { type: 'webhook', id: 'siem' } as const;
    labels.note(
      received({}, { case_id: 'a', intake: siem, owners: ['ana@corp.example'] }),
      said('true_positive', NOW - 1),
    );
    expect(labels.within(received({}, { intake: siem }), NOW, DAY)).toBeUndefined();
  });

  it('stand in what a decision looks up, and leave it as it was where there are none', () => {
    const book = new HistoryBook();
    expect(book.factsFor(of('x'), NOW)).not.toHaveProperty('source_proof');
    book.noteLabel(of('a'), said('benign', NOW - 1));
    expect(book.factsFor(of('x'), NOW)).toMatchObject({ source_proof: { right: 0, wrong: 1, people: 1, days: 1 } });
  });
});

describe('a source that nobody vouches for is proven', () => {
  /** `people` label so many cases each, by turns on `days` days. */
  const labelled = (
    counts: Readonly<Record<string, readonly [right: number, wrong: number]>>,
    days = 2,
  ): SourceLabels => {
    const labels = new SourceLabels();
    let cases = 0;
    for (const [by, [right, wrong]] of Object.entries(counts))
      for (let each = 0; each < right + wrong; each += 1) {
        cases += 1;
        const label = each < right ? 'true_positive' : 'false_positive';
        labels.note(of(`c${cases}`), said(label, NOW - 1 - (each % days) * DAY, by));
      }
    return labels;
  };

  it.each<[note: string, labels: SourceLabels, proven: boolean]>([
    ['by two people on two days', labelled({ ana: [10, 0], bo: [10, 0] }), true],
    ['not by one person, however often', labelled({ ana: [400, 0] }), false],
    ['not by one person under two spellings', labelled({ ana: [20, 0], ' ＡNA': [20, 0] }), false],
    ['not by one person and a little help', labelled({ ana: [40, 0], bo: [2, 0] }), false],
    ['not within a day', labelled({ ana: [10, 0], bo: [10, 0] }, 1), false],
    ['not with one case too few', labelled({ ana: [10, 0], bo: [9, 0] }), false],
    ['not by false positives', labelled({ ana: [0, 21], bo: [0, 21] }), false],
    ['not where one in ten is wrong and few were judged', labelled({ ana: [9, 1], bo: [9, 1] }), false],
    ['where one in ten is wrong and many were judged', labelled({ ana: [90, 10], bo: [90, 10] }), true],
  ])('%s', (_note, labels, proven) => {
    expect(isProven(within(labels))).toBe(proven);
  });

  it.each([
    [20, 20, 838_873],
    [19, 20, 763_869],
    [0, 20, 0],
    [0, 0, 0],
  ])('by the least share that %s of %s allow', (right, all, least) => {
    expect(Math.abs(leastShareMicro(right, all) - least)).toBeLessThanOrEqual(5);
  });
});
