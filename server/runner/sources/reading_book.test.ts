import { aMemory } from '../../../test/builders/trust_desk';
import { quietLog } from '../../../test/builders/store_port';
import { StoreUnavailable, type Clock, type StateStore } from '../ports';
import type { PresetChoice } from '../keeping/kinds/sources';
import { ReadingBook, rulesFor } from './reading_book';

const SIEM = { type: 'webhook', id: 'siem' } as const;
const AWAY = {
  search: async () => Promise.reject(new StoreUnavailable('away')),
  getMany: async () => Promise.reject(new StoreUnavailable('away')),
} as unknown as StateStore;
const EMPTY = { search: async () => [], getMany: async () => new Map() } as unknown as StateStore;

const choice = (preset: string | null): PresetChoice => ({
  source: SIEM,
  version: 1,
  preset,
  by: 'ann',
  at: '2026-11-22T10:00:00.000Z',
  reason: 'a test',
});
const bookOn = (store: StateStore, memory = aMemory()) =>
  new ReadingBook(
    { store, memory, clock: {} as Clock, log: quietLog() },
    new Map([['webhook:siem', { preset: 'zeek' }]]),
  );

describe('how sources are read', () => {
  it('is not known to an agent that never heard of it: nothing is taken until it did', async () => {
    const book = bookOn(EMPTY);
    expect(book.of(SIEM).unknown).toMatch(/not known yet/);
    await book.note(choice('wazuh'));
    expect(book.of(SIEM).unknown).toMatch(/not known yet/);
    await book.load();
    expect(book.of(SIEM)).toMatchObject({ by: 'settings', preset: 'zeek' });
    expect(book.of(SIEM)).not.toHaveProperty('unknown');
  });

  it('is remembered on the disk, for a start while OpenSearch is away', async () => {
    const memory = aMemory();
    const before = bookOn(EMPTY, memory);
    await before.load();
    await before.note(choice('wazuh'));
    const book = bookOn(AWAY, memory);
    expect(book.of(SIEM)).toMatchObject({ by: 'page', preset: 'wazuh', repetition: 'new' });
    await expect(book.load()).rejects.toThrow(StoreUnavailable);
    expect(book.of(SIEM)).toMatchObject({ by: 'page', preset: 'wazuh' });
  });

  it('is as the settings say of a source for which nobody chose, or went back', async () => {
    const book = bookOn(EMPTY);
    await book.load();
    await book.note(choice(null));
    expect(book.of(SIEM)).toMatchObject({ by: 'settings', preset: 'zeek' });
    expect(book.of({ type: 'kafka', id: 'other' })).toEqual({ by: 'settings' });
  });

  it('is looked at anew by the rules of a source', async () => {
    const book = bookOn(EMPTY);
    await book.load();
    const rules = rulesFor(book, SIEM, { demo: true });
    expect([rules.demo, rules.map?.severity, rules.repetition]).toEqual([true, { value: 'medium' }, undefined]);
    await book.note(choice('wazuh'));
    expect([rules.map?.timestamp, rules.repetition]).toEqual(['timestamp', 'new']);
  });
});
