import type { StateDoc, StateStore, StateWrite, WriteOutcome } from '../ports';
import { landForSure } from './write_for_sure';

/* A document that stands alone, and the transport that may send a write twice. */

const version = (seqNo: number) => ({ seqNo, primaryTerm: 1 });
const WRITE = { id: 'gate', expect: version(1), body: { kind: 'gate', write_id: 'mine' } } as unknown as StateWrite;
const stored = (write_id: string, seqNo: number): StateDoc =>
  ({ id: 'gate', version: version(seqNo), kind: 'gate', write_id }) as unknown as StateDoc;
const CONFLICT: WriteOutcome = { kind: 'conflict' };

/** A store with these answers, one after the other, and what was sent to it. */
const storeOf = (outcomes: readonly WriteOutcome[], docs: readonly StateDoc[]) => {
  const sent: StateWrite[] = [];
  const [answers, found] = [[...outcomes], [...docs]];
  const store = {
    bulk: async (writes: readonly StateWrite[]) => {
      sent.push(...writes);
      return [answers.shift()];
    },
    get: async () => found.shift(),
  } as unknown as StateStore;
  let next = 0;
  const chance = { uuid: () => `fresh-${(next += 1)}`, random: () => 0 };
  return { sent, landed: landForSure({ store, chance }, WRITE) };
};

describe('a write that is refused', () => {
  it('did not land where the document is of somebody else, or the store turned it down', async () => {
    expect(await storeOf([CONFLICT], [stored('theirs', 2)]).landed).toBeUndefined();
    expect(await storeOf([{ kind: 'failed', message: 'too large' }], []).landed).toBeUndefined();
  });

  it('landed where the document is its own: that is written once more, and keeps the mark by which it is known', async () => {
    const written: WriteOutcome = { kind: 'written', version: version(4) };
    const { sent, landed } = storeOf([CONFLICT, CONFLICT, written], [stored('mine', 2), stored('mine', 3)]);
    expect(await landed).toEqual(version(4));
    expect(sent.slice(1)).toMatchObject([
      { expect: version(2), body: { write_id: 'mine', touched: 'fresh-1' } },
      { expect: version(3), body: { write_id: 'mine', touched: 'fresh-2' } },
    ]);
  });
});
