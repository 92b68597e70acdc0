import { anEvent } from '../../../test/builders/events';
import { clockOf, quietLog } from '../../../test/builders/store_port';
import { aMemory } from '../../../test/builders/trust_desk';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { Intake } from '../../../common/flow/intake';
import { switchId, type SourceSwitch } from '../keeping/kinds/sources';
import { StoreUnavailable, type StateDoc } from '../ports';
import { SwitchBook } from './switches';

const siem = { type: 'webhook', id: 'siem' } as const;
const AT = '2026-11-22T10:00:00.000Z';

const switched = (change: Partial<SourceSwitch> = {}): SourceSwitch => ({
  source: siem,
  version: 1,
  off: true,
  by: 'ann',
  at: AT,
  reason: 'it cries wolf',
  ...change,
});

const sceneOf = (memory = aMemory()) => {
  const stored = new Map<string, SourceSwitch>();
  const searchable = new Set<string>();
  let away = false;
  const docOf = (id: string): StateDoc => ({ id, kind: 'source_switch', content: stored.get(id) }) as StateDoc;
  const store = {
    search: async () => {
      if (away) throw new StoreUnavailable('away');
      return [...searchable].map(docOf);
    },
    getMany: async (ids: readonly string[]) =>
      new Map(ids.filter((id) => stored.has(id)).map((id) => [id, docOf(id)] as const)),
  };
  const put = (content: SourceSwitch, isFound = true): void => {
    stored.set(switchId(content.source), content);
    if (isFound) searchable.add(switchId(content.source));
  };
  const book = new SwitchBook({ store, memory, clock: clockOf(new Scheduler()), log: quietLog() });
  return { book, put, stored, memory, goAway: () => (away = true) };
};

describe('which sources are off', () => {
  it('is none before any was switched', async () => {
    const { book } = sceneOf();
    await book.load();
    expect([book.off(siem), book.all]).toEqual([undefined, []]);
  });

  it('is the one of that type and id alone', async () => {
    const { book, put } = sceneOf();
    put(switched());
    await book.load();
    expect(book.off(siem)).toMatchObject({ by: 'ann' });
    const others: readonly Intake[] = [
      { type: 'kafka', id: 'siem' },
      { type: 'webhook', id: 'siem2' },
      { type: 'webhook', id: 'SIEM' },
    ];
    expect(others.map((each) => book.off(each))).toEqual([undefined, undefined, undefined]);
  });

  it('holds for asking with the token of a webhook, and not the other way round', async () => {
    const { book, put } = sceneOf();
    put(switched());
    put(switched({ source: { type: 'asker', id: 'bot' } }));
    await book.load();
    expect(book.off({ type: 'asker', id: 'siem' })).toBeDefined();
    expect(book.off({ type: 'asker', id: 'bot' })).toBeDefined();
    expect(book.off({ type: 'webhook', id: 'bot' })).toBeUndefined();
  });

  it('is remembered by this agent while OpenSearch is away at its start', async () => {
    const first = sceneOf();
    first.put(switched());
    await first.book.load();
    const second = sceneOf(first.memory);
    second.goAway();
    await expect(second.book.load()).rejects.toThrow(StoreUnavailable);
    expect(second.book.off(siem)).toMatchObject({ by: 'ann' });
  });

  it('counts at once where this agent switched it, though search does not find it yet', async () => {
    const { book, put } = sceneOf();
    const off = switched();
    put(off, false);
    await book.note(off);
    await book.load();
    expect(book.off(siem)).toMatchObject({ by: 'ann' });
    put(switched({ version: 2, off: false }), false);
    await book.load();
    expect(book.off(siem)).toBeUndefined();
  });

  it('is what a state says that was put in the place of another', async () => {
    const { book, put, stored } = sceneOf();
    put(switched());
    await book.load();
    stored.clear();
    await book.load();
    expect([book.off(siem), book.all]).toEqual([undefined, []]);
  });

  it('marks every event while it is off, then those that happened before it was on again', async () => {
    const { book, put } = sceneOf();
    const of = (timestamp: string) => book.markOf({ intake: siem, event: anEvent({ timestamp }) });
    put(switched());
    await book.load();
    expect([of('2026-11-22T09:00:00.000Z'), of('2026-11-22T11:00:00.000Z')]).toEqual(['now', 'now']);
    put(switched({ version: 2, off: false }));
    await book.load();
    expect([of('2026-11-22T09:59:59.999Z'), of(AT)]).toEqual(['before', undefined]);
  });
});
