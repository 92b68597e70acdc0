import { PeopleBook } from './people_here';

const HOUR = 3_600_000;

describe('who is logged in', () => {
  it('is whoever called within 12 hours, by account and address', () => {
    let now = 0;
    const book = new PeopleBook({ monotonic: () => now });
    book.note('ann', '203.0.113.7');
    book.note('ann', '::ffff:203.0.113.7');
    book.note('bob', '127.0.0.1');
    book.note('bob', undefined);
    expect(book.list()).toEqual([{ account: 'ann', address: '203.0.113.7' }, { account: 'bob' }]);
    now = 12 * HOUR;
    book.note('bob', '203.0.113.8');
    expect(book.list()).toHaveLength(3);
    now += 1;
    expect(book.list()).toEqual([{ account: 'bob', address: '203.0.113.8' }]);
  });

  it('is whoever called another host, also after that host is gone, for 12 hours', () => {
    let now = 0;
    const book = new PeopleBook({ monotonic: () => now });
    book.note('ann', undefined);
    book.noteOthers([{ session: 's2', people: [{ account: 'bob', address: '203.0.113.8' }] }]);
    book.noteOthers([{ session: 's3', people: [{ account: 'eve' }] }]);
    expect(book.list().map(({ account }) => account)).toEqual(['ann', 'bob', 'eve']);
    now = 12 * HOUR;
    book.noteOthers([{ session: 's3', people: [] }]);
    expect(book.list().map(({ account }) => account)).toEqual(['ann', 'bob']);
    now += 1;
    book.noteOthers([]);
    expect(book.list()).toEqual([]);
  });

  it('is told to others for 12 hours, also by a host that itself never asks who is there', () => {
    let now = 0;
    const book = new PeopleBook({ monotonic: () => now });
    book.note('ann', undefined);
    now = 12 * HOUR;
    expect(book.published).toEqual([{ account: 'ann' }]);
    now += 1;
    expect(book.published).toBeUndefined();
  });

  it('is told to others, who called last first, and never what others said', () => {
    const book = new PeopleBook({ monotonic: () => 0 });
    expect(book.published).toBeUndefined();
    book.noteOthers([{ session: 's2', people: [{ account: 'bob' }] }]);
    for (let index = 0; index < 100; index += 1) book.note(`u${index}`, undefined);
    expect([book.published?.length, book.published?.[0], book.published?.[63]]).toEqual([
      64,
      { account: 'u99' },
      { account: 'u36' },
    ]);
  });

  it('has so many approvers as different people who may approve, here and at other hosts', () => {
    let now = 0;
    const book = new PeopleBook({ monotonic: () => now });
    expect(book.approvers()).toBe(0);
    book.note('ann', '203.0.113.7', true);
    book.note('CORP\\Ann', undefined, true);
    book.note('bob', undefined);
    book.noteOthers([{ session: 's2', people: [{ account: 'cid', approves: true }, { account: 'dan' }] }]);
    // A count holds for some seconds.
    expect(book.approvers()).toBe(0);
    now = 10_000;
    expect(book.approvers()).toBe(2);
    book.note('ann', '203.0.113.7');
    book.note('CORP\\Ann', undefined);
    now = 20_000;
    expect(book.approvers()).toBe(1);
    expect(book.published?.some(({ approves }) => approves)).toBe(false);
  });

  it('believes no more of others than they may tell', () => {
    const book = new PeopleBook({ monotonic: () => 0 });
    const many = Array.from({ length: 100 }, (_, index) => ({ account: `u${index}` }));
    book.noteOthers(Array.from({ length: 80 }, (_, index) => ({ session: `s${index}`, people: many })));
    expect(book.list()).toHaveLength(64 * 64);
  });

  it('is bounded: whoever called longest ago goes first', () => {
    const book = new PeopleBook({ monotonic: () => 0 });
    for (let index = 0; index < 1_100; index += 1) book.note(`u${index}`, undefined);
    expect([book.list().length, book.list()[0]]).toEqual([1_000, { account: 'u100' }]);
  });
});
