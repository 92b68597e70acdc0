import { LiveNames } from './live_names';

describe('what is in effect at a moment', () => {
  it('counts each name once, until its end', () => {
    const live = new LiveNames();
    live.add(0, 'a', 100);
    live.add(10, 'b', 50);
    expect([live.with(49, ['c']), live.with(49, ['a', 'c']), live.with(50, ['c'])]).toEqual([3, 3, 2]);
    expect([live.with(99, []), live.with(100, [])]).toEqual([1, 0]);
  });

  it('goes on without a break where its end is put off, and never ends earlier for it', () => {
    const live = new LiveNames();
    live.add(0, 'a', 100);
    live.add(60, 'a', 160);
    live.add(70, 'a', 90);
    expect([live.since(159, 'a'), live.since(160, 'a')]).toEqual([0, undefined]);
    live.add(200, 'a', Infinity);
    expect(live.since(1e12, 'a')).toBe(200);
  });
});
