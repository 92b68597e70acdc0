import * as fc from 'fast-check';
import { TimedItems } from './timed_items';

interface Item {
  nextLook: number;
  busy: boolean;
}
const itemAt = (nextLook: number): Item => ({ nextLook, busy: false });

describe('items that wait for their time', () => {
  it('come out when they are due, the first first, each once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 100 }),
        (times, now) => {
          const items = new TimedItems<Item>();
          times.forEach((at, n) => items.set(`i${n}`, itemAt(at)));
          const due = items.due(now).map((id) => items.get(id)?.nextLook ?? -1);
          expect(due).toEqual(times.filter((at) => at <= now).sort((a, b) => a - b));
          expect(items.due(now)).toEqual([]);
        },
      ),
    );
  });

  it('come out at the time that was said last, however often it was changed', () => {
    const items = new TimedItems<Item>();
    const item = itemAt(50);
    items.set('a', item);
    for (const at of [10, 70, 30]) {
      item.nextLook = at;
      items.schedule('a');
    }
    expect([items.due(29), items.due(30), items.due(100)]).toEqual([[], ['a'], []]);
  });

  it('do not come out while they are looked at, or after they were dropped', () => {
    const items = new TimedItems<Item>();
    items.set('a', { nextLook: 1, busy: true });
    items.set('b', itemAt(1));
    items.delete('b');
    expect(items.due(10)).toEqual([]);
  });

  it('are not looked at before their time, however many there are', () => {
    const items = new TimedItems<Item>();
    let looked = 0;
    const watched = (nextLook: number): Item => ({
      nextLook,
      get busy() {
        looked += 1;
        return false;
      },
    });
    for (let n = 0; n < 10_000; n += 1) items.set(`far${n}`, watched(1_000_000 + n));
    items.set('near', watched(5));
    expect(items.due(10)).toEqual(['near']);
    for (let n = 0; n < 100; n += 1) items.due(10);
    expect(looked).toBe(1);
  });
});
