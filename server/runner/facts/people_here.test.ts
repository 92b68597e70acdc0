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

  it('is bounded: whoever called longest ago goes first', () => {
    const book = new PeopleBook({ monotonic: () => 0 });
    for (let index = 0; index < 1_100; index += 1) book.note(`u${index}`, undefined);
    expect([book.list().length, book.list()[0]]).toEqual([1_000, { account: 'u100' }]);
  });
});
