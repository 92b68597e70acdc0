import { aClaiming, aRequest, approvalOf, aWorld, theAct, utcIn } from '../../../test/builders/executing';
import type { PlannedDoc } from '../keeping/state_docs';
import { wordIds, type WordContent } from '../keeping/kinds/word';
import { keyOf } from '../../../common/entity/read';
import { WordBook } from '../facts/words';
import { claimAct, wordsOf } from './claim_act';
import { planClaim } from './claim';
import { READ_AGAIN } from './claiming';

/* After a person lifted or denied, the same target asks first, whichever agent decides. */

const act = (value: string) => theAct('a0', { target: { type: 'ip', value } });
const wordOn = (value: string, until = utcIn(60_000)): WordContent => {
  const names = [keyOf(value.includes('/') ? 'network' : 'ip', value) ?? ''];
  const at = utcIn(0);
  return { target: { type: 'ip', value }, names, verb: 'lift', by: 'ann', reason: 'r', at, until, said: [] };
};
const stored = (word: WordContent): PlannedDoc => ({
  id: wordIds(word.names as never)[0] ?? '',
  kind: 'word',
  facets: { state: 'said' },
  content: word,
});
const claimed = (value: string, so: Parameters<typeof aClaiming>[1] = {}, approved = false) => {
  const request = aRequest([act(value)], approved ? { approval: approvalOf('a0') } : {});
  const outcome = claimAct(aClaiming(request, so), act(value));
  return outcome === READ_AGAIN
    ? READ_AGAIN
    : `${outcome.status}${outcome.stopped ? `, ${outcome.stopped.reason}` : ''}`;
};

describe("a person's word about a target", () => {
  it('holds for whoever claims: the act waits for a person', () => {
    expect(claimed('203.0.113.7', { docs: [stored(wordOn('203.0.113.7'))] })).toBe('waiting, persons_word');
    expect(claimed('203.0.113.7', { docs: [stored(wordOn('203.0.113.8'))] })).toBe('applying');
  });

  it('holds for its time, and a person may say otherwise', () => {
    expect(claimed('203.0.113.7', { docs: [stored(wordOn('203.0.113.7', utcIn(0)))] })).toBe('applying');
    expect(claimed('203.0.113.7', { docs: [stored(wordOn('203.0.113.7'))] }, true)).toBe('applying');
  });

  it.each(['64:ff9b::cb00:7107', '2002:cb00:7107::'])('holds for %s as well', (value) => {
    expect(claimed(value, { docs: [stored(wordOn('203.0.113.7'))] })).toBe('waiting, persons_word');
  });

  it('holds for a network around it, as far as this agent knows', () => {
    const words = new WordBook();
    words.note('word:1', wordOn('203.0.113.7'));
    expect(claimed('203.0.113.0/28', { words })).toBe('waiting, persons_word');
    expect(claimed('203.0.114.0/28', { words })).toBe('applying');
  });

  it('is read for each claim, never remembered and never presumed to be absent', () => {
    expect(claimed('203.0.113.7', { isFresh: false })).toBe(READ_AGAIN);
    const { reads, presumedAbsent = [] } = planClaim(() => aWorld(), aRequest([act('203.0.113.7')]), false);
    const ids = wordsOf(aWorld(), act('203.0.113.7'));
    expect(ids).toHaveLength(1);
    expect(reads).toEqual(expect.arrayContaining([...ids]));
    expect(presumedAbsent).not.toEqual(expect.arrayContaining([...ids]));
  });

  it('is named with who said it and until when', () => {
    const request = aRequest([act('203.0.113.7')]);
    const outcome = claimAct(aClaiming(request, { docs: [stored(wordOn('203.0.113.7'))] }), act('203.0.113.7'));
    expect(outcome === READ_AGAIN ? '' : outcome.text).toBe(
      `\`ann\` lifted an effect on \`203.0.113.7\`: a person decides about it until ${utcIn(60_000)}`,
    );
  });
});
