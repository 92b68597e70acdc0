import { WakeHeld } from './wake_held';

const DECIDED = 1_000;
let now: number;
let wake: WakeHeld;
const see = (name: string, caseId: string, ms: number): void => {
  now = ms;
  wake.sighted({ names: [name], caseId });
};
const dueAt = (ms: number): readonly string[] => {
  now = ms;
  return wake.due();
};
beforeEach(() => {
  now = 0;
  wake = new WakeHeld({ monotonic: () => now, utc: () => DECIDED + now });
});

describe('held cases', () => {
  it('wake 200 ms after what they wait for was seen again, once for all that was seen by then', () => {
    wake.await('case:1', ['ip:a'], DECIDED);
    wake.await('case:2', ['ip:b'], DECIDED);
    for (let ms = 10; ms < 200; ms += 10) see('ip:a', `case:x${ms}`, ms);
    expect(dueAt(209)).toEqual([]);
    expect([dueAt(210), dueAt(5_000)]).toEqual([['case:1'], []]);
  });

  it('wake 50 at once, all of them in the end', () => {
    for (let n = 0; n < 120; n += 1) wake.await(`case:${n}`, ['ip:a'], DECIDED);
    see('ip:a', 'case:x', 1);
    const woken = [0, 1, 2, 3].map((tick) => dueAt(300 + tick * 200));
    expect(woken.map(({ length }) => length)).toEqual([50, 50, 20, 0]);
    expect(new Set(woken.flat()).size).toBe(120);
  });

  it('are a thousand of one thing: the others wait for their time', () => {
    for (let n = 0; n < 1_100; n += 1) wake.await(`case:${n}`, ['ip:a'], DECIDED);
    see('ip:a', 'case:x', 1);
    let woken = 0;
    for (let tick = 0; tick < 40; tick += 1) woken += dueAt(300 + tick * 200).length;
    expect(woken).toBe(1_000);
  });

  it('wake for what was seen while their decision was written, but not for their own event or what is older', () => {
    see('ip:old', 'case:x', -100);
    see('ip:own', 'case:1', 5);
    see('ip:new', 'case:x', 5);
    for (const [n, name] of ['ip:old', 'ip:own', 'ip:new'].entries()) wake.await(`case:${n}`, [name], DECIDED);
    expect(dueAt(300)).toEqual(['case:2']);
  });

  it('do not wake again for what woke them', () => {
    see('ip:a', 'case:x', 5);
    wake.await('case:1', ['ip:a'], DECIDED);
    expect(dueAt(300)).toEqual(['case:1']);
    wake.await('case:1', ['ip:a'], DECIDED);
    expect(dueAt(900)).toEqual([]);
    see('ip:a', 'case:y', 1_000);
    expect(dueAt(1_300)).toEqual(['case:1']);
  });

  it('are left alone once they wait for nothing', () => {
    wake.await('case:1', ['ip:a'], DECIDED);
    see('ip:a', 'case:x', 1);
    wake.forget('case:1');
    expect(dueAt(300)).toEqual([]);
  });
});
