import { bareIdentities } from '../../engine/entity/identity';
import { keyOf } from '../../../common/entity/read';
import type { EntityKey } from '../../../common/entity/entity';
import type { Plan } from '../keeping/plan';
import { wordIds, type WordContent } from '../keeping/kinds/word';
import type { StateDoc } from '../ports';
import { say, WordBook, type Saying } from './words';

const DAY = 86_400_000;
const START = Date.parse('2026-11-22T10:00:00.000Z');

/** A state in memory, and who writes words into it. */
const scene = () => {
  const docs = new Map<string, StateDoc>();
  const book = new WordBook();
  const time = { now: START };
  const commits = {
    forget: () => undefined,
    settle: async <Answer>(plan: Plan<Answer>): Promise<Answer> => {
      const built = plan.build({
        now: 0,
        isFresh: () => true,
        get: (id) => {
          const doc = docs.get(id);
          return doc && { kind: doc.kind, content: doc.content, owner: '', knownSince: 0 };
        },
      });
      if (built === 'read_again') throw new Error('everything is fresh');
      for (const doc of built.docs) docs.set(doc.id, { ...doc, ordinal: docs.size } as unknown as StateDoc);
      return built.answer;
    },
  };
  const clock = { utc: () => time.now };
  const speak = (change: Partial<Saying> = {}) =>
    say(
      { commits, inventory: bareIdentities, words: book, clock },
      {
        target: { type: 'ip', value: '203.0.113.7' },
        verb: 'lift',
        by: 'ann',
        reason: 'false alarm',
        askForMs: 3_600_000,
        ...change,
      },
    );
  const store = { search: async () => [...docs.values()] };
  return { docs, book, time, speak, store };
};
const key = (text: string): EntityKey => keyOf('ip', text) as EntityKey;

describe("a person's word", () => {
  it('is written under every name of its target, and known at once', async () => {
    const { docs, book, speak } = scene();
    const said = await speak({ target: { type: 'ip', value: '64:ff9b::203.0.113.7' } });
    expect(said.ok && said.value).toMatchObject({ verb: 'lift', by: 'ann', until: '2026-11-22T11:00:00.000Z' });
    expect([...docs.keys()]).toEqual(wordIds([key('64:ff9b::203.0.113.7'), key('203.0.113.7')]));
    expect(book.about([key('203.0.113.7')])).toHaveLength(1);
    expect(book.holding(START)).toHaveLength(1);
    expect(book.holding(START + 3_600_000)).toEqual([]);
  });

  it('is the last one that counts, and keeps what was said before for 30 days', async () => {
    const { book, time, speak } = scene();
    await speak();
    time.now += 20 * DAY;
    await speak({ verb: 'deny', askForMs: 60_000 });
    expect(book.factsOf([key('203.0.113.7')], time.now)).toEqual({ lifted_24h: 0, overridden_30d: 2 });
    time.now += 15 * DAY;
    await speak();
    expect(book.factsOf([key('203.0.113.7')], time.now)).toEqual({ lifted_24h: 1, overridden_30d: 2 });
    expect(book.holding(time.now)).toMatchObject([{ verb: 'lift' }]);
    expect(book.factsOf([key('203.0.113.8')], time.now)).toEqual({ lifted_24h: 0, overridden_30d: 0 });
  });

  it('is heard by other agents, and an older search takes nothing back', async () => {
    const { docs, book, time, speak, store } = scene();
    await speak();
    const before = [...docs.values()];
    const other = new WordBook();
    await other.load(store, time.now);
    expect(other.about([key('203.0.113.7')])).toHaveLength(1);
    time.now += 1_000;
    await speak({ verb: 'deny' });
    await book.load({ search: async () => before }, time.now);
    expect(book.about([key('203.0.113.7')])).toMatchObject([{ verb: 'deny' }]);
    await other.load({ search: async () => [] }, time.now + 31 * DAY);
    expect(other.about([key('203.0.113.7')])).toEqual([]);
  });

  it('about nothing is refused', async () => {
    const said = await scene().speak({ target: { type: 'ip', value: 'nonsense' } });
    expect(said.ok).toBe(false);
  });

  it('is bounded', () => {
    const book = new WordBook();
    const word = { names: [], at: '', until: '', said: [] } as unknown as WordContent;
    for (let index = 0; index < 10_050; index += 1)
      book.note(`w${index}`, { ...word, names: [key('1.1.1.1')], at: `${index}` });
    expect(book.about([key('1.1.1.1')])).toHaveLength(10_000);
  });
});

describe('whether a target is contained', () => {
  const effect = (action: string, target: string) =>
    ({ id: 'effect:1', kind: 'effect', content: {}, facets: { action, target }, ordinal: 0 }) as unknown as StateDoc;
  const isContained = async (filed: StateDoc, type: 'user' | 'ip', value: string) => {
    const { book } = scene();
    const store: Parameters<WordBook['load']>[0] = {
      search: async ({ kinds = [] }) => (kinds.includes(filed.kind) ? [filed] : []),
    };
    await book.load(store, START);
    const found = keyOf(type, value);
    return book.aboutTarget(found === undefined ? [] : [found], { type, value }, START).contained_now;
  };

  it.each(['ana@corp', 'CORP\\Ana', 'corp\\ana'])('is told of an account that is filed as %s', async (filed) => {
    const doc = effect('disable_user', filed);
    for (const asked of ['ana@corp', 'corp\\ana']) expect(await isContained(doc, 'user', asked)).toBe(true);
    expect(await isContained(doc, 'user', 'other\\ana')).toBe(false);
  });

  it('is told of an act that this version does not know by its text', async () => {
    expect(await isContained(effect('of_later', '203.0.113.7'), 'ip', '203.0.113.7')).toBe(true);
    expect(await isContained(effect('of_later', '203.0.113.7'), 'ip', '203.0.113.8')).toBe(false);
  });
});
