import { aDecision } from '../../../test/builders/views';
import { aCase, START, utcAt } from '../../../test/builders/undoing';
import type { CaseContent } from '../keeping/kinds/case';
import { nextLook } from './next_look';

const MONOTONIC = 700_000;
const clock = { monotonic: () => MONOTONIC, utc: () => START };
const inMs = (change: Partial<CaseContent>): number =>
  nextLook(aCase('case:c1', { state: 'waiting', ...change }), clock) - MONOTONIC;
const decision = aDecision({ decided_at: utcAt(-3_600_000) });

describe('a case is looked at', () => {
  it.each<[note: string, content: Partial<CaseContent>, ms: number]>([
    ['each second while something is under way', { state: 'applying', due: utcAt(90_000) }, 1_000],
    ['when it is due', { due: utcAt(12_000) }, 12_000],
    ['at once where it is overdue', { due: utcAt(-1) }, 0],
    ['within half a minute, whatever a clock wrote', { due: utcAt(31_000) }, 30_000],
    ['at once where nobody decided it', {}, 0],
    ['within half a minute where it was decided, and nothing says when', { decision }, 30_000],
    ['at once where its source said something newer a while ago', { decision, outdated: true }, 0],
    [
      'seconds after the decision where its source said something newer again and again',
      { decision: { ...decision, decided_at: utcAt(0) }, outdated: true, updates: { count: 3 } as never },
      4_000,
    ],
  ])('%s', (_note, content, ms) => expect(inMs(content)).toBe(ms));
});
