import { clockOf, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { Grant } from '../../../common/flow/voice';
import type { GrantContent } from '../keeping/kinds/sources';
import type { StateDoc } from '../ports';
import { GrantBook } from './grants';

const grant: Grant = { reason: 'its vendor tests it', severity: {} };
const siem = { type: 'webhook', id: 'siem' } as const;

const bookOf = (stored: readonly GrantContent[], fixed: ReadonlyMap<string, Grant> = new Map()) => {
  const documents = [...stored];
  const search = async (): Promise<StateDoc[]> =>
    documents.map((content) => ({ id: 'source:grant', kind: 'grant', content }) as unknown as StateDoc);
  return {
    documents,
    book: new GrantBook({ store: { search }, clock: clockOf(new Scheduler()), log: quietLog() }, fixed),
  };
};
const given = (change: Partial<GrantContent> = {}): GrantContent => ({
  source: siem,
  version: 2,
  grant,
  by: 'ann',
  at: '2026-11-22T10:00:00.000Z',
  ...change,
});

describe('who may say what', () => {
  it('is nobody anything before it was read, and what was granted then', async () => {
    const { book } = bookOf([given()]);
    expect(book.of(siem)).toBeUndefined();
    await book.load();
    expect(book.of(siem)).toMatchObject({ grant, version: 2 });
    expect(book.of({ type: 'kafka', id: 'siem' })).toBeUndefined();
  });

  it('ends when the grant is withdrawn', async () => {
    const { book, documents } = bookOf([given()]);
    await book.load();
    documents.splice(0, 1, given({ version: 3, grant: null }));
    await book.load();
    expect(book.of(siem)).toBeUndefined();
  });

  it('is what the settings say, where they say anything', async () => {
    const ofSettings: Grant = { reason: 'the settings', confidence: { most: 0.7 } };
    const { book } = bookOf([given()], new Map([['webhook:siem', ofSettings]]));
    await book.load();
    expect(book.of(siem)).toMatchObject({ grant: ofSettings, version: 0 });
    expect([book.isFixed(siem), book.isFixed({ type: 'kafka', id: 'siem' })]).toEqual([true, false]);
  });

  it('is for an asker what its token is granted, unless it has a grant of its own', () => {
    const asker = { type: 'asker', id: 'siem' } as const;
    const own: Grant = { reason: 'asks only', rule: { id: true } };
    expect(bookOf([], new Map([['webhook:siem', grant]])).book.of(asker)?.grant).toBe(grant);
    const both = new Map([
      ['webhook:siem', grant],
      ['asker:siem', own],
    ]);
    expect(bookOf([], both).book.of(asker)?.grant).toBe(own);
  });

  it('has another digest with each other content', () => {
    const digest = (of: Grant) => bookOf([], new Map([['webhook:siem', of]])).book.of(siem)?.digest;
    expect(digest(grant)).not.toBe(digest({ ...grant, confidence: {} }));
    expect(digest(grant)).toBe(digest({ severity: {}, reason: grant.reason }));
  });
});
