import type { Target } from '../../../common/flow/decision';
import { sha256 } from '../digest/digest';
import { inRollout } from './rollout';

const host = (n: number): Target => ({ type: 'host', value: `ws-${n}` });
const share = (percent: number): readonly number[] =>
  Array.from({ length: 2_000 }, (_, n) => n).filter((n) => inRollout('a-policy', host(n), percent));

describe('the share of a rollout', () => {
  it('is about as large as it says, and a larger one has the smaller one in it', () => {
    const [tenth, half] = [share(10), share(50)];
    expect(tenth.length).toBeGreaterThan(140);
    expect(tenth.length).toBeLessThan(260);
    expect(tenth.filter((n) => !half.includes(n))).toEqual([]);
    expect([share(0), share(100).length]).toEqual([[], 2_000]);
  });

  it.each<readonly [Target, Target]>([
    [
      { type: 'user', value: 'corp\\ana' },
      { type: 'user', value: 'ana@corp' },
    ],
    [
      { type: 'file', value: 'C:\\Temp\\A.exe', host: 'WS-1' },
      { type: 'file', value: 'c:\\temp\\a.EXE', host: 'ws-1' },
    ],
    [
      { type: 'ip', value: '10.0.0.5/32' },
      { type: 'ip', value: '10.0.0.5' },
    ],
  ])('has a thing in it by every spelling or by none: %j', (one, other) => {
    const sides = (target: Target) => Array.from({ length: 64 }, (_, n) => inRollout(`policy-${n}`, target, 50));
    expect(sides(one)).toEqual(sides(other));
    expect(new Set(sides(one)).size).toBe(2);
  });

  it('leaves on its side what is written as its key is', () => {
    const byLetters = ({ type, value }: Target): boolean =>
      parseInt(sha256(`a-policy\n${type}\n${value}\n`).slice(0, 8), 16) % 10_000 < 50 * 100;
    const targets: readonly Target[] = [
      ...Array.from({ length: 50 }, (_, n) => host(n)),
      ...Array.from({ length: 50 }, (_, n): Target => ({ type: 'ip', value: `203.0.113.${n}` })),
      ...Array.from({ length: 50 }, (_, n): Target => ({ type: 'user', value: `user${n}` })),
    ];
    expect(targets.filter((each) => inRollout('a-policy', each, 50) !== byLetters(each))).toEqual([]);
  });
});
