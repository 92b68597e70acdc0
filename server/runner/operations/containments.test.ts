import { anEffect, aReason, utcAt } from '../../../test/builders/undoing';
import { FakeStore } from '../../../test/fakes/fake_store';
import { bareIdentities } from '../../engine/entity/identity';
import { isSought, soughtBy } from '../../engine/entity/sought';
import type { StateStore } from '../ports';
import { listContainments } from './containments';

const addressOf = (n: number): string => `198.51.${Math.floor(n / 250)}.${n % 250}`;

/** An agent whose state knows of so many blocked addresses. */
const anAgent = (count: number) => {
  const store = new FakeStore();
  for (let n = 0; n < count; n += 1)
    store.write({
      id: `effect:${n}`,
      expect: 'absent',
      body: {
        kind: 'effect',
        write_id: `w${n}`,
        session: '',
        owner: '',
        ordinal: n,
        facets: { state: 'present', due: utcAt(n) },
        content: anEffect({
          target: { type: 'ip', value: addressOf(n) },
          // The last one ends first.
          reasons: [{ ...aReason(), deadline: utcAt(10_000_000 - n) }],
        }),
        outbox: [],
      },
    });
  store.refresh();
  const here = { state: 'asked', host: 'soc-01', effects: new Map() } as const;
  const search: StateStore['search'] = async (query) => store.search(query);
  const countAll: StateStore['count'] = async (query) => store.count(query);
  return {
    parts: { store: { search, count: countAll } as StateStore },
    shift: undefined,
    knownHere: here,
    allHere: here,
  };
};

describe('the containments of one thing', () => {
  it('are found among more than a list shows', async () => {
    const agent = anAgent(2_300);
    expect((await listContainments(agent)).containments).toHaveLength(1_000);
    for (const n of [0, 1_000, 2_299]) {
      const wanted = { isIt: isSought(soughtBy(`::ffff:${addressOf(n)}`, bareIdentities)) };
      const { total, containments } = await listContainments(agent, wanted);
      expect([total, containments.map(({ effect_id }) => effect_id)]).toEqual([1, [`effect:${n}`]]);
    }
  });

  it('are counted whole, and listed soonest to end first', async () => {
    const agent = anAgent(1_200);
    const { total, containments } = await listContainments(agent, { isIt: () => true });
    expect([total, containments.length]).toEqual([1_200, 1_000]);
    expect(containments[0]?.effect_id).toBe('effect:1199');
    expect(containments.at(-1)?.effect_id).toBe('effect:200');
  });
});
